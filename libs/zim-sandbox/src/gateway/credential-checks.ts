import { zimLimits } from 'zim-protocol';
import { type Refusal } from '../core/reply.js';
import { type GatewayCheck } from './request-context.js';

export const appCheck: GatewayCheck = {
  name: 'the AppId is known',
  refuse: ({ app }, { assumptions, appIds }) =>
    app === undefined
      ? {
          code: Number(assumptions.unknownAppId),
          hint: `no app of this sandbox has that AppId; its apps are ${appIds.join(', ')}`,
        }
      : undefined,
};

export const timestampWindowCheck: GatewayCheck = {
  name: 'the Timestamp is at most 600 s off',
  refuse: ({ query, clockMs }) => {
    const timestamp = Number(query.get('Timestamp'));
    const now = Math.floor(clockMs / 1000);
    return isNear(timestamp, now)
      ? undefined
      : { code: 100000004, ...explainDistance(timestamp, now) };
  },
};

/** "A new signature needs to be generated for every API request": https://www.zegocloud.com/docs/zim-server/accessing-server-apis */
export const nonceReplayCheck: GatewayCheck = {
  name: 'the nonce is new',
  refuse: ({ app, query, nowMs }, { assumptions, nonces }) => {
    if (assumptions.nonceReplay === 'allow' || app === undefined) return undefined;
    const isNew = nonces.add(
      app.appId,
      query.get('SignatureNonce') ?? '',
      Number(query.get('Timestamp')),
      Math.floor(nowMs / 1000),
    );
    return isNew
      ? undefined
      : {
          code: Number(assumptions.nonceReplayCode),
          hint: `this SignatureNonce was used before: generate a new nonce, and sign with it, for every request, a retry included (nonceReplay=refuse, nonceReplayCode=${assumptions.nonceReplayCode})`,
          cause: 'nonce-reused',
        };
  },
};

function isNear(timestamp: number, now: number): boolean {
  return Math.abs(timestamp - now) <= zimLimits.signatureWindowSeconds;
}

function explainDistance(timestamp: number, now: number): Omit<Refusal, 'code'> {
  if (isNear(Math.floor(timestamp / 1000), now))
    return {
      hint: 'Timestamp is in milliseconds; ZIM expects seconds',
      cause: 'timestamp-milliseconds',
    };
  const off = (direction: string, fix: string) =>
    `Timestamp is ${Math.abs(timestamp - now)} s ${direction} the sandbox's clock, ${zimLimits.signatureWindowSeconds} are allowed: ${fix}`;
  return timestamp < now
    ? {
        hint: off('behind', 'sign each request when it is sent, and check the clock'),
        cause: 'timestamp-behind',
      }
    : {
        hint: off('ahead of', 'check the clock of the machine that signs'),
        cause: 'timestamp-ahead',
      };
}
