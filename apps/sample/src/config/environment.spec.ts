import { readEnvironment } from './environment.js';

const credentials = { ZIM_APP_ID: '12345', ZIM_SERVER_SECRET: 'canary-secret' };
const production = { NODE_ENV: 'production', ...credentials, API_KEYS: 'a-key-of-16-characters' };

function problemsOf(variables: Record<string, string>): string {
  try {
    readEnvironment(variables);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

describe('readEnvironment', () => {
  it('needs nothing in development, and takes empty variables for absent', () => {
    const variables = { ZIM_APP_ID: '', ZIM_SERVER_SECRET: '', PORT: '', API_KEYS: '' };
    for (const given of [{}, variables]) {
      expect(readEnvironment(given)).toEqual({
        NODE_ENV: 'development',
        PORT: 3000,
        HOST: '127.0.0.1',
        API_KEYS: [],
        THROTTLE_PER_SECOND: 100,
      });
    }
  });

  it('reads everything, and ignores variables of others', () => {
    expect(
      readEnvironment({
        ...production,
        PATH: '/bin',
        PORT: '8080',
        HOST: '0.0.0.0',
        ZIM_REGION: 'fra',
        API_KEYS: ' first-key-of-callers , second-key-of-callers,',
        THROTTLE_PER_SECOND: '5',
      }),
    ).toEqual({
      NODE_ENV: 'production',
      PORT: 8080,
      HOST: '0.0.0.0',
      ZIM_APP_ID: 12345,
      ZIM_SERVER_SECRET: 'canary-secret',
      ZIM_REGION: 'fra',
      API_KEYS: ['first-key-of-callers', 'second-key-of-callers'],
      THROTTLE_PER_SECOND: 5,
    });
  });

  it('names all that production lacks, at once', () => {
    const message = problemsOf({ NODE_ENV: 'production' });
    for (const name of ['ZIM_APP_ID', 'ZIM_SERVER_SECRET', 'API_KEYS']) {
      expect(message).toContain(`${name} is required in production`);
    }
  });

  it.each([
    [{ NODE_ENV: 'staging' }, 'NODE_ENV must be one of'],
    [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '70000' }, 'PORT must be a whole number'],
    [{ PORT: '1e3' }, 'PORT must be a whole number'],
    [{ PORT: '0x50' }, 'PORT must be a whole number'],
    [{ API_KEYS: 'a key with spaces 123' }, 'without spaces'],
    [{ ...credentials, ZIM_BASE_URL: 'http://a.example' }, 'on loopback'],
    [{ ...credentials, ZIM_BASE_URL: 'https://u:canary@a.example' }, 'and nothing more'],
    [{ ...credentials, ZIM_APP_ID: '1.5' }, 'ZIM_APP_ID must be a whole number'],
    [{ ZIM_APP_ID: '1' }, 'belong together'],
    [{ ZIM_SERVER_SECRET: 'canary' }, 'belong together'],
    [{ ZIM_BASE_URL: 'http://127.0.0.1:1' }, 'need ZIM_APP_ID and ZIM_SERVER_SECRET'],
    [{ ...credentials, ZIM_REGION: 'mars' }, 'ZIM_REGION must be one of'],
    [{ ...credentials, ZIM_BASE_URL: 'zim' }, 'ZIM_BASE_URL must be https://host'],
    [
      { ...credentials, ZIM_BASE_URL: 'https://a.example', ZIM_REGION: 'fra' },
      'exclude each other',
    ],
    [{ API_KEYS: 'short' }, 'at least 16 characters'],
    [{ THROTTLE_PER_SECOND: '0' }, 'THROTTLE_PER_SECOND must be a whole number'],
    [{ ...production, ZIM_BASE_URL: 'http://127.0.0.1:4010' }, 'must be https in production'],
  ])('refuses %j', (variables, words) => {
    const message = problemsOf(variables);
    expect(message).toContain(words);
    expect(message).not.toContain('canary');
  });
});
