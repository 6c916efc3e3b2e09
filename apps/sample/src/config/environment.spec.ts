import { environments, validateEnvironment } from './environment.js';

const credentials = { ZIM_APP_ID: '12345', ZIM_SERVER_SECRET: 'canary-secret' };
const production = { NODE_ENV: 'production', ...credentials, API_KEYS: 'a-key-of-16-characters' };

function problemsOf(variables: Record<string, string>): string {
  try {
    validateEnvironment(variables);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

describe('validateEnvironment', () => {
  it('requires only credentials in development, and treats empty variables as absent', () => {
    const variables = { ZIM_CALLBACK_SECRET: '', ZIM_REGION: '', PORT: '', API_KEYS: '' };
    for (const given of [{}, variables]) {
      const development = { NODE_ENV: 'development', ...credentials, ...given };
      expect(validateEnvironment(development)).toEqual({
        NODE_ENV: 'development',
        ZIM_APP_ID: 12345,
        ZIM_SERVER_SECRET: 'canary-secret',
        PORT: 3000,
        HOST: '127.0.0.1',
        API_KEYS: [],
        THROTTLE_PER_SECOND: 100,
        API_DOCS: 'on',
      });
    }
  });

  it('reads every variable, and leaves out those of other programs', () => {
    expect(
      validateEnvironment({
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
      API_DOCS: 'off',
    });
  });

  it('assumes production', () => {
    expect(problemsOf(credentials)).toContain('API_KEYS is required');
    const { NODE_ENV } = validateEnvironment({ ...production, NODE_ENV: undefined });
    expect(NODE_ENV).toBe('production');
  });

  it('allows plain http on loopback in staging', () => {
    const staging = { ...production, NODE_ENV: 'staging', ZIM_BASE_URL: 'http://127.0.0.1:4010' };
    expect(validateEnvironment(staging)).toMatchObject({ NODE_ENV: 'staging', API_DOCS: 'on' });
  });

  it.each(environments)(
    'names everything that is missing in %s at once, and the fix',
    (NODE_ENV) => {
      const message = problemsOf({ NODE_ENV, ZIM_APP_ID: '', ZIM_BASE_URL: 'http://127.0.0.1:1' });
      expect(message).toContain('ZIM_APP_ID is required\n');
      expect(message).toContain('ZIM_SERVER_SECRET is required\n');
      expect(message.includes('API_KEYS is required')).toBe(
        ['staging', 'production'].includes(NODE_ENV),
      );
      expect(message).toMatch(/Set the credentials of your project.* npm start .*sandbox/);
    },
  );

  it('serves the API docs outside production, unless API_DOCS says otherwise', () => {
    const docs = (variables: object) =>
      validateEnvironment({ ...production, ...variables }).API_DOCS;
    expect(docs({})).toBe('off');
    expect(docs({ API_DOCS: 'on' })).toBe('on');
    expect(docs({ NODE_ENV: 'development' })).toBe('on');
    expect(docs({ NODE_ENV: 'development', API_DOCS: 'off' })).toBe('off');
  });

  it.each([
    [{ NODE_ENV: 'canary' }, 'NODE_ENV must be one of'],
    [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '70000' }, 'PORT must be a whole number'],
    [{ PORT: '1e3' }, 'PORT must be a whole number'],
    [{ PORT: '0x50' }, 'PORT must be a whole number'],
    [{ API_KEYS: 'a key with spaces 123' }, 'without spaces'],
    [{ ...credentials, ZIM_BASE_URL: 'http://a.example' }, 'on loopback'],
    [{ ...credentials, ZIM_BASE_URL: 'https://u:canary@a.example' }, 'and nothing more'],
    [{ ...credentials, ZIM_APP_ID: '1.5' }, 'ZIM_APP_ID must be a whole number'],
    [{ ZIM_APP_ID: '1' }, 'ZIM_SERVER_SECRET is required'],
    [{ ZIM_SERVER_SECRET: 'canary' }, 'ZIM_APP_ID is required'],
    [{ ZIM_CALLBACK_SECRET: 'canary' }, 'ZIM_SERVER_SECRET is required'],
    [{ ...credentials, API_DOCS: 'yes' }, 'API_DOCS must be one of'],
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
