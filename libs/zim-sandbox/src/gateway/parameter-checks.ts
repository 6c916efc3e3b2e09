import { zimLimits } from 'zim-protocol';
import { isJsonObject } from '../core/json.js';
import { type GatewayCheck, type RequestContext } from './request-context.js';

/**
 * Checks the form of the public parameters. An empty value counts as missing.
 * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
 */
export const parameterChecks: readonly GatewayCheck[] = [
  missing('Action', 100000006),
  {
    name: 'AppId is an unsigned 32-bit number',
    refuse: ({ query }) =>
      parseAppId(query.get('AppId')) === undefined
        ? {
            code: 100000001,
            hint: query.get('AppId')
              ? `AppId must be a decimal number from 0 to ${zimLimits.maxAppId}`
              : 'AppId is missing from the query',
          }
        : undefined,
  },
  missing('SignatureNonce', 100000008),
  {
    name: 'SignatureNonce has the assumed form',
    refuse: ({ query }, { assumptions }) =>
      assumptions.nonceFormat === 'hex16' &&
      !/^[0-9a-f]{16}$/i.test(query.get('SignatureNonce') ?? '')
        ? {
            code: 100000008,
            hint: 'SignatureNonce is not 16 hex digits, which this sandbox is configured to require (nonceFormat=hex16)',
            cause: 'nonce-format',
          }
        : undefined,
  },
  missing('Timestamp', 100000002),
  {
    name: 'Timestamp is a whole number',
    refuse: ({ query }) =>
      /^-?\d+$/.test(query.get('Timestamp') ?? '')
        ? undefined
        : { code: 100000003, hint: 'Timestamp must be whole Unix seconds in decimal digits' },
  },
  missing('SignatureVersion', 100000013),
  {
    name: 'SignatureVersion is 2.0',
    refuse: ({ query }) =>
      query.get('SignatureVersion') === '2.0'
        ? undefined
        : {
            code: 100000014,
            hint: 'SignatureVersion must be "2.0": no public page states the algorithm of another version',
          },
  },
  missing('Signature', 100000009),
];

/** Parses an AppId in decimal digits; returns `undefined` for anything else. */
export function parseAppId(text: string | null): number | undefined {
  if (text === null || !/^\d{1,10}$/.test(text)) return undefined;
  const appId = Number(text);
  return appId <= zimLimits.maxAppId ? appId : undefined;
}

function missing(name: string, code: number): GatewayCheck {
  return {
    name: `${name} is present`,
    refuse: (context) =>
      context.query.get(name) ? undefined : { code, hint: explainMissing(context, name) },
  };
}

function explainMissing({ query, body }: RequestContext, name: string): string {
  if (query.has(name)) return `${name} is empty`;
  const otherCase = [...query.keys()].find((key) => key.toLowerCase() === name.toLowerCase());
  if (otherCase !== undefined) return `${name} is missing: parameter names are case-sensitive`;
  return body.readable && isJsonObject(body.json) && Object.hasOwn(body.json, name)
    ? `${name} is missing from the query: it was sent in the body`
    : `${name} is missing from the query`;
}
