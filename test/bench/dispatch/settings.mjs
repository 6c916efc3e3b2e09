// What both ways of ringing have in common.

/** An AppID each, so that each way has ZIM's whole quota. */
export const apps = {
  ours: { appId: 1001, serverSecret: 'a'.repeat(32), callbackSecret: 'b'.repeat(32) },
  plain: { appId: 1002, serverSecret: 'c'.repeat(32), callbackSecret: 'd'.repeat(32) },
};
export const wayNames = Object.keys(apps);
export const callbackPath = '/zim/callbacks';
export const processes = 4;

/** With 2.2 invites for a plan less than the 20 a second that ZIM accepts: what an outage holds up needs room, too. */
export const plansPerSecond = 6;
/** A short run is stretched, so that the incidents do not fall together. */
export const shortestRunMs = 60_000;
export const killsOfEachProcess = 2;
export const restartAfterMs = 1_000;
export const redisOutageMs = 3_000;

/** How often each is injected. */
export const shares = { lostReply: 0.03, lostCallback: 0.02, doubled: 0.05, held: 0.2 };
/** How long a callback is held back, so that later ones overtake it; less than ZIM's limit for a request. */
export const longestHoldMs = 2_000;
/** How long after a call ZIM replies: a process may be killed meanwhile. */
export const zimReplyMs = 80;

/** Of one plan in ten; enough for three steps. Of the others enough for calls of which nothing is reported. */
export const deadlines = { shortShare: 0.1, shortSeconds: 20, seconds: 300 };
/**
 * Ours keeps to the 20 a second, but on one machine with all other processes, a busy sandbox may count two requests closer
 * together than they were sent. They ring no phone, and are sent again.
 */
export const mostThrottledShare = 0.001;
/** How much later than its deadline a plan may end. */
export const deadlineSlackMs = 5_000;
