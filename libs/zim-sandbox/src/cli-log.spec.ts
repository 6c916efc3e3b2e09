import { CliLog, type LogLine } from './cli-log.js';

function start() {
  const printed: LogLine[] = [];
  const log = new CliLog((line) => printed.push(line));
  return { printed, log, texts: () => printed.map(({ text }) => text) };
}
const ofCall =
  (callId: string) =>
  ({ callId: other }: LogLine) =>
    other === callId;

describe('the log of the command line', () => {
  it('prints a request before what it changed, and with no later time', async () => {
    const { printed, log } = start();
    log.add({ atMs: 5, text: 'call 1 timed out', callId: '1' });
    log.add({ atMs: 10, text: 'call 2 rings', callId: '2' });
    log.addCause({ atMs: 11, text: 'CallInvite 2' }, ofCall('2'));
    await Promise.resolve();
    expect(printed).toEqual([
      { atMs: 5, text: 'call 1 timed out', callId: '1' },
      { atMs: 10, text: 'CallInvite 2' },
      { atMs: 10, text: 'call 2 rings', callId: '2' },
    ]);
  });

  it('prints a request that changed nothing where it came', async () => {
    const { log, texts } = start();
    log.add({ atMs: 5, text: 'call 1 timed out', callId: '1' });
    log.addCause({ atMs: 6, text: 'refused' }, ofCall('2'));
    log.add({ atMs: 7, text: 'bob is offline' });
    await Promise.resolve();
    expect(texts()).toEqual(['call 1 timed out', 'refused', 'bob is offline']);
  });

  it('keeps nothing back beyond the turn', async () => {
    const { log, texts } = start();
    log.add({ atMs: 5, text: 'call 1 rings', callId: '1' });
    await Promise.resolve();
    expect(texts()).toEqual(['call 1 rings']);
    log.addCause({ atMs: 6, text: 'later' }, ofCall('1'));
    await Promise.resolve();
    expect(texts()).toEqual(['call 1 rings', 'later']);
  });
});
