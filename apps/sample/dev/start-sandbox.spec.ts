import { startSandbox } from './start-sandbox.js';

const app = { appId: 12345, serverSecret: 'a'.repeat(32), callbackSecret: 'b'.repeat(32) };

it('takes the port it is told, and any free one where that is taken', async () => {
  const first = await startSandbox(app, 0);
  const second = await startSandbox(app, first.port);
  expect(second.port).not.toBe(first.port);
  await first.stop();
  const third = await startSandbox(app, first.port);
  expect(third.port).toBe(first.port);
  await Promise.all([second.stop(), third.stop()]);
});

it('tells what else is wrong', async () => {
  const refused = startSandbox({ ...app, appId: -1 }, 0);
  await expect(refused).rejects.toThrow('appId');
});
