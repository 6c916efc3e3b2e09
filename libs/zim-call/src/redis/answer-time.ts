/** The least and the most that a call waits for Redis. */
const answerMs = { least: 100, most: 400 };
/** A Redis that is as slow as lately, and then twice as slow again, is still there. */
const patience = 3;
/** Slow answers are forgotten again. */
const calming = 0.98;
/** A Redis that is unavailable has to answer in this part of the time, or it would come and go. */
const partForReturn = 0.75;

/** How long an answer of Redis is waited for: longer where answers take longer, within bounds. */
export class AnswerTime {
  private slowestMs = 0;

  get limitMs(): number {
    return Math.min(answerMs.most, Math.max(answerMs.least, patience * this.slowestMs));
  }

  /** For the question whether Redis is back. */
  get limitForReturnMs(): number {
    return partForReturn * this.limitMs;
  }

  /** An answer took so long, whether or not somebody still waited for it. */
  learn(roundTripMs: number): void {
    this.slowestMs = Math.max(roundTripMs, this.slowestMs * calming);
  }
}
