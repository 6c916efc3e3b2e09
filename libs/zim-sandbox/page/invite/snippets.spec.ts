import ts from 'typescript';
import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { signZimRequest } from 'zim-protocol';
import { exampleApp } from '../../src/core/settings.js';
import { type Invite } from './invite-form.js';
import { publishedSecret, toCurl, toTypeScript } from './snippets.js';

const hostile = `'"\\ \`$(reboot)\` \${x} \n\r\u2028 ' ; # 中😀 \\' \\" </script>`;
const plain: Invite = { fromUserId: 'alice', userIds: ['bob'] };
const full: Invite = {
  fromUserId: hostile,
  userIds: [hostile, 'b'],
  timeoutSeconds: 0.5,
  extendedData: hostile,
  offlinePush: { title: hostile, content: hostile },
};
const target = { appId: 12345, isExample: false, url: 'http://127.0.0.1:4010', clockOffsetMs: 0 };

/** Runs the snippet with a service that returns its argument. */
function run(source: string): unknown {
  const { outputText, diagnostics } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    reportDiagnostics: true,
  });
  expect(diagnostics).toEqual([]);
  const exports: { ring?: (calls: unknown) => unknown } = {};
  runInNewContext(outputText, { exports });
  // `toEqual` refuses objects of another realm.
  return exports.ring?.({ invite: (invite: unknown) => structuredClone(invite) });
}

/** Removes the shell's single quotes, with `'\''` for a quote inside. */
const unquote = (word: string) =>
  word.replaceAll(`'\\''`, '\0').replaceAll("'", '').replaceAll('\0', "'");

it.each([plain, full])('the TypeScript snippet sends the same invite: %#', (invite) => {
  expect(run(toTypeScript(invite))).toEqual(invite);
});

it.each([plain, full])('the shell script sends the same invite: %#', (invite) => {
  const word = /--data-raw ('[\s\S]*')\n$/.exec(toCurl(invite, target))?.[1] ?? '';
  expect(word.replaceAll(`'\\''`, '')).toMatch(/^'[^']*'$/);
  expect(JSON.parse(unquote(word))).toEqual({
    FromUserId: invite.fromUserId,
    UserIds: invite.userIds,
    ...(invite.timeoutSeconds === undefined ? {} : { Timeout: invite.timeoutSeconds }),
    ...(invite.extendedData === undefined ? {} : { ExtendedData: invite.extendedData }),
    OfflinePush:
      invite.offlinePush === undefined
        ? { Enable: 0 }
        : { Enable: 1, Title: hostile, Content: hostile },
  });
});

it('the shell script signs as ZIM requires, with the secret from the environment', () => {
  const script = toCurl(plain, target);
  const [, signed = ''] = /printf '%s' "([^"]*)" \| \{ md5sum /.exec(script) ?? [];
  const variables: Record<string, string> = {
    nonce: '0123456789abcdef',
    ZIM_SERVER_SECRET: 'f'.repeat(32),
    timestamp: '1700000000',
  };
  const text = signed.replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? '?');
  expect(createHash('md5').update(text).digest('hex')).toBe(
    signZimRequest({
      appId: target.appId,
      signatureNonce: '0123456789abcdef',
      serverSecret: 'f'.repeat(32),
      timestampSeconds: 1_700_000_000,
    }),
  );
  const query = /curl -sS "([^"]*)"/.exec(script)?.[1] ?? '';
  expect(query.replace(`${target.url}/?`, '').split('&')).toEqual([
    'Action=CallInvite',
    'AppId=12345',
    'SignatureNonce=$nonce',
    'SignatureVersion=2.0',
    'Timestamp=$timestamp',
    'Signature=$signature',
  ]);
});

it.each([
  [0, '$(date +%s)'],
  [499, '$(date +%s)'],
  [660_000, '$(($(date +%s) + 660))'],
  [-1600, '$(($(date +%s) - 2))'],
])('the shell script uses the clock of the sandbox: %d ms', (clockOffsetMs, timestamp) => {
  expect(toCurl(plain, { ...target, clockOffsetMs })).toContain(`\ntimestamp=${timestamp}\n`);
});

it("the shell script contains only the secret of the vendor's example project", () => {
  expect(publishedSecret).toBe(exampleApp.serverSecret);
  const ofExample = toCurl(plain, { ...target, isExample: true });
  expect(ofExample).toMatch(new RegExp(`^ZIM_SERVER_SECRET=${publishedSecret}\n`));
  expect(ofExample).not.toContain(':?');
  expect(toCurl(plain, target)).not.toContain(publishedSecret);
});
