import { EventEmitter } from 'node:events';
import type { CallInviteResult } from 'nestjs-zim-call';
import { createClient } from 'nestjs-zim-call/testing';
import { acceptedBody, httpReply, RawServer } from '../support/raw-server.js';

const invite = {
  fromUserId: 'alice',
  userIds: ['bob', 'carol'],
  timeoutSeconds: 30,
  extendedData: 'data',
  offlinePush: { title: 'Ring', pushImageInfo: { apns: { image: 'https://example.com/a' } } },
};

let server: RawServer;
/** Where a polluted setting would send a request. */
let elsewhere: RawServer;
/** A call on prototypes that nothing has changed. */
let clean: Awaited<ReturnType<typeof callWith>>;

beforeAll(async () => {
  server = await RawServer.start((socket) => socket.write(httpReply(acceptedBody())));
  elsewhere = await RawServer.start((socket) => socket.write(httpReply(acceptedBody('666'))));
  clean = await callWith([]);
  expect(clean.bytes).toHaveLength(1);
  expect(clean.result).toMatchObject({ invited: ['bob', 'carol'] });
});
afterAll(async () => {
  await server.stop();
  await elsewhere.stop();
});

/** Settings of HTTP clients, which a flaw in another package may have put where every object inherits them. */
// Names of events, such as timeout, are not among them: they break Node's own emitters.
const pollution: Record<string, () => unknown> = {
  Action: () => 'UserRegister',
  Code: () => 1,
  Signature: () => 'forged',
  action: () => 'UserRegister',
  adapter: () => () => Promise.reject(new Error('polluted adapter')),
  agent: () => false,
  allowAbsoluteUrls: () => true,
  auth: () => ({ username: 'polluted', password: 'polluted' }),
  baseURL: () => elsewhere.url,
  baseUrl: () => elsewhere.url,
  beforeRedirect: () => () => undefined,
  body: () => '{"polluted":true}',
  cancelToken: () => ({ promise: Promise.resolve() }),
  code: () => 'POLLUTED',
  createConnection: () => () => elsewhere,
  data: () => '{"polluted":true}',
  deadlineMs: () => 0,
  decompress: () => true,
  enable: () => 0,

  defaultPort: () => elsewhere.port,
  env: () => ({ FormData: Object }),
  family: () => 6,
  headers: () => ({ 'X-Polluted': '1', Authorization: 'polluted' }),
  host: () => '127.0.0.2',
  hostname: () => '127.0.0.2',
  httpAgent: () => false,
  httpVersion: () => 2,
  insecureHTTPParser: () => true,
  localAddress: () => '127.0.0.2',
  lookup: () => () => {
    throw new Error('polluted lookup');
  },
  lane: () => 'bulk',
  maxBodyLength: () => 1,
  maxContentLength: () => 1,
  maxHeaderSize: () => 1,
  maxRate: () => 1,
  maxRedirects: () => 9,
  method: () => 'DELETE',
  params: () => ({ polluted: 1 }),
  paramsSerializer: () => () => 'polluted',
  path: () => '/polluted',
  pathname: () => '/polluted',
  port: () => elsewhere.port,
  protocol: () => 'https:',
  proxy: () => ({ host: '127.0.0.1', port: elsewhere.port }),
  query: () => ({ polluted: '1' }),
  responseEncoding: () => 'utf16le',
  responseType: () => 'stream',
  sensitiveHeaders: () => ['polluted'],
  setHost: () => false,
  socketPath: () => '/nowhere/polluted.sock',
  tenant: () => 'polluted',
  transformRequest: () => [() => '{"polluted":true}'],
  transformResponse: () => [() => '{"Code":0,"CallId":"666","CreateTime":1}'],
  transport: () => ({ request: () => elsewhere }),
  url: () => '/polluted',
  validateStatus: () => () => false,
  withCredentials: () => true,
  withXSRFToken: () => true,
  xsrfCookieName: () => 'polluted',
};

/** Jest runs a test in a realm of its own: objects of Node's modules inherit from another prototype than the test's. */
const prototypes: readonly object[] = [
  Object.prototype,
  Object.getPrototypeOf(EventEmitter.prototype) as object,
];

/** Calls while `Object.prototype` holds these; returns the bytes that arrived, and the result or error. */
async function callWith(names: readonly string[]): Promise<{ bytes: string[]; result: unknown }> {
  const { module, service } = await createClient(server.url);
  const before = server.requests.length;
  const values = names.map((name) => [name, pollution[name]?.()] as const);
  let result: CallInviteResult | Error;
  try {
    for (const [name, value] of values) {
      const field = { value, configurable: true, enumerable: true, writable: true };
      for (const prototype of prototypes) Object.defineProperty(prototype, name, field);
    }
    result = await service.invite(invite).catch((error: unknown) => error as Error);
  } finally {
    for (const name of names) {
      for (const prototype of prototypes) Reflect.deleteProperty(prototype, name);
    }
  }
  await module.close();
  return { bytes: server.requests.slice(before).map(({ bytes }) => bytes), result };
}

async function expectNoChange(names: readonly string[]): Promise<void> {
  const polluted = await callWith(names);
  expect(polluted.bytes).toEqual(clean.bytes);
  expect(JSON.stringify(polluted.result)).toBe(JSON.stringify(clean.result));
  expect(elsewhere.connections).toBe(0);
}

it('the test and Node have different prototypes', () => {
  expect(new Set(prototypes).size).toBe(2);
});

describe('a polluted prototype changes no byte of a request, nor its result', () => {
  it.each(Object.keys(pollution))('when it holds %s', (name) => expectNoChange([name]));

  it('when it holds all of them', () => expectNoChange(Object.keys(pollution)));
});
