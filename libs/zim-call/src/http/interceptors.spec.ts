import type { InternalAxiosRequestConfig } from 'axios';
import { accepted, type Script } from '../testing/scripted-server.js';
import { failureOf, invite, throttled, useScriptedZim } from '../testing/scripted-zim.js';
import { noRetry } from '../config/zim-call-options.js';

const zim = useScriptedZim();
const reset: Script = (response) => response.socket?.resetAndDestroy();

type Interceptor = (config: InternalAxiosRequestConfig) => InternalAxiosRequestConfig;

async function inviteThrough(interceptor: Interceptor) {
  await zim.given([accepted]);
  zim.http.axiosRef.interceptors.request.use(interceptor);
  return zim.service.invite(invite);
}

describe("an application's request interceptor", () => {
  it('sees the request that leaves, unsigned, at each attempt', async () => {
    await zim.given([throttled, accepted]);
    const seen: unknown[] = [];
    zim.http.axiosRef.interceptors.request.use((config) => {
      const { method, baseURL, url, params, data, timeout } = config;
      const type = config.headers.get('Content-Type');
      seen.push({ method, baseURL, url, params: { ...params }, data, type, timeout });
      return config;
    });
    await zim.settled(zim.service.invite(invite));
    expect(seen).toHaveLength(2);
    expect(seen[0]).toEqual({
      method: 'post',
      baseURL: zim.server.url,
      url: '/',
      params: { Action: 'CallInvite' },
      data: zim.server.requests[0]?.body,
      type: 'application/json',
      timeout: 5_000,
    });
  });

  it('sees the time that is left when the deadline ends before the time limit of a request', async () => {
    let timeoutMs = 0;
    await zim.given([accepted]);
    zim.http.axiosRef.interceptors.request.use((config) => {
      timeoutMs = config.timeout ?? 0;
      return config;
    });
    await zim.service.invite(invite, { deadlineMs: 2_000 });
    expect(timeoutMs).toBe(2_000);
  });

  it('adds a header to what leaves', async () => {
    await inviteThrough((config) => {
      config.headers.set('X-Request-Id', 'abc');
      return config;
    });
    expect(zim.server.requests[0]?.headers['x-request-id']).toBe('abc');
  });

  it.each<[string, (config: InternalAxiosRequestConfig) => void]>([
    ['method', (config) => (config.method = 'get')],
    ['baseURL', (config) => (config.baseURL = 'http://127.0.0.1:9')],
    ['url', (config) => (config.url = '/elsewhere')],
    ['params', (config) => (config.params = { Action: 'UserRegister' })],
    ['params', (config) => (config.params = { Action: 'CallInvite', IsTest: 1 })],
    ['data', (config) => (config.data = '{}')],
    ['the header content-length', (config) => config.headers.set('Content-Length', '1')],
    [
      'the header transfer-encoding',
      (config) => config.headers.set('Transfer-Encoding', 'chunked'),
    ],
    ['the header host', (config) => config.headers.set('Host', 'elsewhere')],
    ['the header accept-encoding', (config) => config.headers.set('accept-encoding', 'gzip')],
  ])('that changes %s sends nothing', async (field, change) => {
    const error = await failureOf(
      inviteThrough((config) => {
        change(config);
        return config;
      }),
    );
    expect(error).toMatchObject({ kind: 'config', outcome: 'not-sent', attempts: 1 });
    expect(error.message).toContain(`has changed ${field};`);
    expect(zim.server.requests).toHaveLength(0);
  });

  it('that replaces the adapter sends nothing, and gets no signature', async () => {
    let seen: unknown;
    const error = await failureOf(
      inviteThrough((config) => {
        config.adapter = (signed) => {
          seen = signed.params;
          throw new Error('mine');
        };
        return config;
      }),
    );
    expect(error).toMatchObject({ kind: 'config', outcome: 'not-sent', attempts: 1 });
    expect(error.message).toContain('by its own adapter');
    expect(seen).toBeUndefined();
  });

  it('that throws sends nothing', async () => {
    await zim.given([accepted], { retry: noRetry });
    zim.http.axiosRef.interceptors.request.use(() => Promise.reject(new Error('mine')));
    const error = await failureOf(zim.service.invite(invite));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent' });
    expect(zim.server.requests).toHaveLength(0);
  });
});

describe("an application's response interceptor", () => {
  it('that sends a request again rings no phone twice', async () => {
    await zim.given([reset]);
    const { axiosRef } = zim.http;
    const sent: InternalAxiosRequestConfig[] = [];
    axiosRef.interceptors.request.use((config) => {
      sent.push(config);
      return config;
    });
    axiosRef.interceptors.response.use(undefined, (error: unknown) => {
      const [config, ...again] = sent;
      return again.length === 0 && config !== undefined
        ? axiosRef.request(config)
        : Promise.reject(error instanceof Error ? error : new Error('no error'));
    });
    const error = await failureOf(zim.service.invite(invite));
    expect(error).toMatchObject({ outcome: 'unknown', attempts: 1 });
    expect(sent).toHaveLength(2);
    expect(zim.server.requests).toHaveLength(1);
  });

  it('that fails does not hide that ZIM accepted the invite', async () => {
    await zim.given([accepted]);
    zim.http.axiosRef.interceptors.response.use(() => Promise.reject(new Error('mine')));
    expect((await zim.service.invite(invite)).invited).toEqual(['bob']);
  });
});

it('a request of the application is not sent and gets no signature', async () => {
  await zim.given([accepted]);
  const foreign = zim.http.axiosRef.get(zim.server.url);
  await expect(foreign).rejects.toThrow("sends this module's requests to ZIM only");
  expect(zim.server.requests).toHaveLength(0);
});
