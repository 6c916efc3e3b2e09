import { prepareDevelopment } from './development.js';

const before = process.env;
beforeEach(() => {
  process.env = { NODE_ENV: 'test' };
});
afterEach(() => {
  process.env = before;
});

describe('prepareDevelopment', () => {
  it('points the environment to a sandbox if nothing is set for ZIM', async () => {
    const { environment, sandbox } = await prepareDevelopment({ ZIM_APP_ID: ' ' });
    expect(environment).toMatchObject({
      NODE_ENV: 'test',
      ZIM_APP_ID: sandbox?.app.appId,
      ZIM_SERVER_SECRET: sandbox?.app.serverSecret,
      ZIM_CALLBACK_SECRET: sandbox?.app.callbackSecret,
      ZIM_BASE_URL: sandbox?.url,
    });
    await sandbox?.stop();
  });

  it('starts no sandbox beside credentials', async () => {
    const credentials = { ZIM_APP_ID: '1', ZIM_SERVER_SECRET: 's', ZIM_REGION: 'fra' };
    const { environment, sandbox } = await prepareDevelopment(credentials);
    expect(sandbox).toBeUndefined();
    expect(environment).toMatchObject({ ZIM_APP_ID: 1, ZIM_REGION: 'fra' });
  });

  it.each([
    [{ NODE_ENV: 'production' }, 'ZIM_APP_ID is required'],
    [{ ZIM_APP_ID: '1' }, 'ZIM_SERVER_SECRET is required'],
    [{ ZIM_REGION: 'fra' }, 'ZIM_SERVER_SECRET is required'],
    [{ PORT: 'many' }, 'PORT must be a whole number'],
  ])('refuses %j', async (variables, words) => {
    await expect(prepareDevelopment(variables)).rejects.toThrow(words);
  });
});
