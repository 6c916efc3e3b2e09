import { Controller, Get, type INestApplication, Module, Param } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { errorClassOf } from './code-table.js';
import {
  ZimCallError,
  ZimConfigError,
  ZimConnectionError,
  ZimInvalidRequestError,
  ZimProtocolError,
  ZimTimeoutError,
} from './errors.js';
import { ZimExceptionFilter } from './zim-exception.filter.js';

const vendor = (vendorCode: number) =>
  new (errorClassOf(vendorCode))('CallInvite: words', {
    outcome: 'rejected',
    vendorCode,
    requestId: '343649807833778782',
    retryAfterMs: vendorCode === 660300005 ? 1_400 : undefined,
    errorUsers: [{ userId: 'bob', vendorCode: 660500002, reason: 'not registered' }],
  });

const errors: Record<string, Error> = {
  invalid: new ZimInvalidRequestError('no', { outcome: 'not-sent' }, [
    { path: 'userIds', message: 'm' },
  ]),
  'not-sent': new ZimConnectionError('x', { outcome: 'not-sent' }),
  unknown: new ZimConnectionError('x', { outcome: 'unknown' }),
  'rejected at last': new (errorClassOf(660500002))('x', {
    outcome: 'unknown',
    vendorCode: 660500002,
  }),
  timeout: new ZimTimeoutError('x', { outcome: 'unknown' }),
  protocol: new ZimProtocolError('x', { outcome: 'unknown' }),
  config: new ZimConfigError(['serverSecret: x']),
  other: new Error('of the application'),
};

@Controller()
class ThrowingController {
  @Get(':name')
  throw(@Param('name') name: string): never {
    throw errors[name] ?? vendor(Number(name));
  }
}

@Module({
  controllers: [ThrowingController],
  providers: [{ provide: APP_FILTER, useClass: ZimExceptionFilter }],
})
class ThrowingModule {}

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('ZimExceptionFilter under %s', (_, adapter) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [ThrowingModule] }).compile();
    app = module.createNestApplication(adapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(() => app.close());

  it.each([
    ['660000002', 400, 'invalid-request'],
    ['660900007', 400, 'invalid-request'],
    ['660500002', 422, 'user-not-registered'],
    ['660900003', 422, 'user-not-registered'],
    ['660900004', 404, 'call-not-found'],
    ['660900005', 409, 'call-state'],
    ['660900006', 409, 'call-state'],
    ['660900008', 403, 'call-state'],
    ['7', 503, 'rate-limit'],
    ['660300005', 503, 'rate-limit'],
    ['2', 400, 'invalid-request'],
    ['660700006', 400, 'invalid-request'],
    ['660700007', 400, 'invalid-request'],
    ['660700012', 422, 'user-not-registered'],
    ['660700015', 422, 'user-not-registered'],
    ['100000010', 502, 'service'],
    ['100000011', 502, 'service'],
    ['100000012', 502, 'service'],
    ['100000015', 502, 'service'],
    ['100000005', 502, 'auth'],
    ['3', 502, 'auth'],
    ['1', 502, 'service'],
    ['424242', 502, 'service'],
    ['invalid', 400, 'invalid-request'],
    ['not-sent', 503, 'connection'],
    ['unknown', 502, 'connection'],
    ['rejected at last', 502, 'user-not-registered'],
    ['timeout', 504, 'timeout'],
    ['protocol', 502, 'protocol'],
    ['config', 500, 'config'],
  ])('answers %s with %d and kind %s', async (name, status, kind) => {
    const response = await fetch(`${url}/${name}`);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toMatchObject({
      type: `urn:zim-call:problem:${kind}`,
      title: expect.stringContaining(' '),
      status,
      kind,
    });
  });

  it('answers with the fields of the error and nothing else', async () => {
    const response = await fetch(`${url}/660900003`);
    expect(await response.json()).toEqual({
      type: 'urn:zim-call:problem:user-not-registered',
      title: 'A user is not registered with ZIM',
      status: 422,
      detail: 'CallInvite: words',
      kind: 'user-not-registered',
      outcome: 'rejected',
      vendorCode: 660900003,
      requestId: '343649807833778782',
      errorUsers: [{ userId: 'bob', vendorCode: 660500002, reason: 'not registered' }],
    });
    expect(response.headers.get('retry-after')).toBeNull();
  });

  it('says which field breaks which rule, and when to try again', async () => {
    const invalid = (await (await fetch(`${url}/invalid`)).json()) as { errors: unknown };
    expect(invalid.errors).toEqual([{ path: 'userIds', message: 'm' }]);
    expect((await fetch(`${url}/660300005`)).headers.get('retry-after')).toBe('2');
  });

  it('does not handle other errors', async () => {
    const response = await fetch(`${url}/other`);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ statusCode: 500, message: 'Internal server error' });
  });
});

describe('ZimExceptionFilter outside HTTP', () => {
  it('rethrows the error', () => {
    const filter = new ZimExceptionFilter({} as never);
    const error = vendor(1);
    expect(() => {
      filter.catch(error, { getType: () => 'rpc' } as never);
    }).toThrow(error);
  });
});

describe('ZimCallError', () => {
  it('is recognised by its brand in other copies of the package', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('nestjs-zim-call.error')]: true });
    expect(foreign instanceof ZimCallError).toBe(true);
    expect(foreign instanceof ZimConnectionError).toBe(false);
    expect(new Error('x') instanceof ZimCallError).toBe(false);
    expect((null as unknown) instanceof ZimCallError).toBe(false);
  });

  it('becomes JSON with its message, name and kind', () => {
    expect(JSON.parse(JSON.stringify(errors['unknown']))).toEqual({
      name: 'ZimConnectionError',
      kind: 'connection',
      message: 'x',
      outcome: 'unknown',
      attempts: 0,
    });
  });
});
