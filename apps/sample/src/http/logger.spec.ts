import { AppLogger, requestIds } from './logger.js';

let output: string;
beforeEach(() => {
  output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Logs one line while a request is answered, on a terminal or elsewhere. */
function logOn(terminal: boolean): void {
  const { isTTY } = process.stdout;
  process.stdout.isTTY = terminal;
  try {
    const logger = new AppLogger({ colors: false });
    requestIds.run('request-1', () => {
      logger.log('phones ring', { callId: '17' }, 'Calls');
    });
  } finally {
    process.stdout.isTTY = isTTY;
  }
}

it('writes JSON where there is no terminal, with the id of the request', () => {
  logOn(false);
  expect(JSON.parse(output)).toMatchObject({
    level: 'log',
    context: 'Calls',
    message: 'phones ring',
    callId: '17',
    reqId: 'request-1',
  });
});

it('writes a readable line on a terminal, with the id of the request', () => {
  logOn(true);
  expect(output).toMatch(/ LOG \[Calls\] phones ring \{ callId: '17', reqId: 'request-1' \}\n$/);
});

it("leaves out Nest's lists of modules and routes, and keeps their warnings", () => {
  const logger = new AppLogger({ json: true });
  logger.log('Mapped {/calls, POST} route', 'RouterExplorer');
  expect(output).toBe('');
  logger.warn('a route is declared twice', 'RouterExplorer');
  expect(output).toContain('a route is declared twice');
  expect(output).not.toContain('reqId');
});
