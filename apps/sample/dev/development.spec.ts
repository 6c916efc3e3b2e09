import { prepareDevelopment, startSandbox } from './development.js';

const before = process.env;
beforeEach(() => {
  process.env = { NODE_ENV: 'test' };
});
afterEach(() => {
  process.env = before;
});

describe('prepareDevelopment', () => {
  it('points the environment to a sandbox if nothing is set for ZIM', async () => {
    process.env['ZIM_APP_ID'] = ' ';
    const sandbox = await prepareDevelopment();
    expect(process.env).toEqual({
      NODE_ENV: 'test',
      ZIM_APP_ID: String(sandbox?.app.appId),
      ZIM_SERVER_SECRET: sandbox?.app.serverSecret,
      ZIM_CALLBACK_SECRET: sandbox?.app.callbackSecret,
      ZIM_BASE_URL: sandbox?.url,
    });
    await sandbox?.stop();
  });

  it('assumes development', async () => {
    process.env = {};
    const sandbox = await prepareDevelopment();
    expect(process.env['NODE_ENV']).toBe('development');
    await sandbox?.stop();
  });

  it('starts no sandbox beside credentials', async () => {
    const credentials = { ZIM_APP_ID: '1', ZIM_SERVER_SECRET: 's', ZIM_REGION: 'fra' };
    Object.assign(process.env, credentials);
    expect(await prepareDevelopment()).toBeUndefined();
    expect(process.env).toEqual({ NODE_ENV: 'test', ...credentials });
  });

  it.each([
    [{ NODE_ENV: 'production' }, 'ZIM_APP_ID is required'],
    [{ NODE_ENV: 'staging' }, 'ZIM_APP_ID is required'],
    [{ ZIM_APP_ID: '1' }, 'ZIM_SERVER_SECRET is required'],
    [{ ZIM_REGION: 'fra' }, 'ZIM_SERVER_SECRET is required'],
    [{ PORT: 'many' }, 'PORT must be a whole number'],
  ])('refuses %j', async (variables, words) => {
    Object.assign(process.env, variables);
    await expect(prepareDevelopment()).rejects.toThrow(words);
  });
});

describe('startSandbox', () => {
  const app = { appId: 12345, serverSecret: 'a'.repeat(32), callbackSecret: 'b'.repeat(32) };

  it('takes the given port, and any free one where that is taken', async () => {
    const first = await startSandbox(app, 0);
    const second = await startSandbox(app, first.port);
    expect(second.port).not.toBe(first.port);
    await first.stop();
    const third = await startSandbox(app, first.port);
    expect(third.port).toBe(first.port);
    await Promise.all([second.stop(), third.stop()]);
  });

  it('reports every other error', async () => {
    const refused = startSandbox({ ...app, appId: -1 }, 0);
    await expect(refused).rejects.toThrow('appId');
  });
});
