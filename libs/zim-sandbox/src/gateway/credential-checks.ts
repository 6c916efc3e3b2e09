import { zimLimits } from 'zim-protocol';
import { type GatewayCheck } from './visit.js';

export const appCheck: GatewayCheck = {
  name: 'the AppId is known',
  refuse: ({ app }, { assumptions, appIds }) =>
    app === undefined
      ? {
          code: Number(assumptions.unknownAppId),
          hint: `no app of this sandbox has that AppId; it has ${appIds.join(', ')}`,
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
      : { code: 100000004, hint: explainDistance(timestamp, now) };
  },
};

export const nonceReplayCheck: GatewayCheck = {
  name: 'the nonce is new, where that is assumed',
  refuse: ({ app, query, nowMs }, { assumptions, nonces }) => {
    if (assumptions.nonceReplay === 'allow' || app === undefined) return undefined;
    const isNew = nonces.remember(
      app.appId,
      query.get('SignatureNonce') ?? '',
      Number(query.get('Timestamp')),
      Math.floor(nowMs / 1000),
    );
    return isNew
      ? undefined
      : {
          code: 100000008,
          hint: 'this SignatureNonce was used before, which this sandbox was told to refuse (nonceReplay=refuse)',
        };
  },
};

function isNear(timestamp: number, now: number): boolean {
  return Math.abs(timestamp - now) <= zimLimits.signatureWindowSeconds;
}

function explainDistance(timestamp: number, now: number): string {
  if (isNear(Math.floor(timestamp / 1000), now))
    return 'Timestamp is in milliseconds; ZIM wants seconds';
  const direction = timestamp < now ? 'behind' : 'ahead of';
  const mend =
    timestamp < now
      ? 'sign each request anew, and check the clock'
      : 'check the clock of the machine that signs';
  return `Timestamp is ${Math.abs(timestamp - now)} s ${direction} the sandbox's clock, ${zimLimits.signatureWindowSeconds} are allowed: ${mend}`;
}
