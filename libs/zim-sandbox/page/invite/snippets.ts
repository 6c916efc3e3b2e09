import { type Invite } from './invite-form.js';

/** The sandbox that the snippet calls. */
export interface SnippetTarget {
  readonly appId: number;
  /** Whether the app is the vendor's published example project. */
  readonly isExample: boolean;
  readonly url: string;
  /** The sandbox's clock minus this machine's. */
  readonly clockOffsetMs: number;
}

/** The ServerSecret of AppID 12345, which the vendor publishes in its signing examples. */
export const publishedSecret = '9193cc662a4c0ec135ec71fb57194b38';

/**
 * Returns a bash script that sends the invite. It contains the ServerSecret of the vendor's example project; for any
 * other app it reads `ZIM_SERVER_SECRET`, because the page does not have the secret.
 */
export function toCurl(
  invite: Invite,
  { appId, isExample, url, clockOffsetMs }: SnippetTarget,
): string {
  const offsetSeconds = Math.round(clockOffsetMs / 1000);
  const sign = offsetSeconds < 0 ? '-' : '+';
  const now =
    offsetSeconds === 0 ? '$(date +%s)' : `$(($(date +%s) ${sign} ${Math.abs(offsetSeconds)}))`;
  const query = [
    'Action=CallInvite',
    `AppId=${appId}`,
    'SignatureNonce=$nonce',
    'SignatureVersion=2.0',
    'Timestamp=$timestamp',
    'Signature=$signature',
  ].join('&');
  return [
    isExample
      ? `ZIM_SERVER_SECRET=${publishedSecret}`
      : `: "\${ZIM_SERVER_SECRET:?must be the ServerSecret of AppID ${appId}}"`,
    `nonce=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')`,
    `timestamp=${now}`,
    `signature=$(printf '%s' "${appId}$nonce$ZIM_SERVER_SECRET$timestamp" | { md5sum 2>/dev/null || openssl md5 -r; } | cut -c1-32)`,
    `curl -sS "${url}/?${query}" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  --data-raw ${quoteForShell(JSON.stringify(toWire(invite)))}`,
    '',
  ].join('\n');
}

/** Returns TypeScript that sends the invite through `CallInviteService`. */
export function toTypeScript(invite: Invite): string {
  const { fromUserId, userIds, timeoutSeconds, extendedData, offlinePush } = invite;
  const fields = [
    `fromUserId: ${quote(fromUserId)}`,
    `userIds: [${userIds.map(quote).join(', ')}]`,
    ...(timeoutSeconds === undefined ? [] : [`timeoutSeconds: ${timeoutSeconds}`]),
    ...(extendedData === undefined ? [] : [`extendedData: ${quote(extendedData)}`]),
    ...(offlinePush === undefined
      ? []
      : [
          `offlinePush: { title: ${quote(offlinePush.title)}, content: ${quote(offlinePush.content)} }`,
        ]),
  ];
  return [
    "import type { CallInviteService } from 'nestjs-zim-call';",
    '',
    'export const ring = (calls: CallInviteService) =>',
    '  calls.invite({',
    ...fields.map((field) => `    ${field},`),
    '  });',
    '',
  ].join('\n');
}

function toWire({ fromUserId, userIds, timeoutSeconds, extendedData, offlinePush }: Invite) {
  return {
    FromUserId: fromUserId,
    UserIds: userIds,
    Timeout: timeoutSeconds,
    ExtendedData: extendedData,
    OfflinePush:
      offlinePush === undefined
        ? { Enable: 0 }
        : { Enable: 1, Title: offlinePush.title, Content: offlinePush.content },
  };
}

/** Inside single quotes, the shell interprets only the quote itself. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns a TypeScript string literal in single quotes. */
function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
