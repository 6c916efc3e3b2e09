import { type Invite } from './invite-form.js';

/** Where the equal request goes. */
export interface SnippetTarget {
  readonly appId: number;
  /** Whether it is the vendor's published example project. */
  readonly isExample: boolean;
  readonly url: string;
  /** The sandbox's clock less this machine's. */
  readonly clockOffsetMs: number;
}

/** Of the project in the vendor's signing examples, AppID 12345: everybody knows it. */
export const publishedSecret = '9193cc662a4c0ec135ec71fb57194b38';

/**
 * A script for bash that does what the form does. It holds the ServerSecret of the vendor's example project; that
 * of any other is taken from the environment, for the page does not know it.
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

/** What a NestJS service does to the same end. */
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

/** Nothing inside single quotes means anything to a shell, but the quote itself. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A text as TypeScript writes it, in single quotes. */
function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
