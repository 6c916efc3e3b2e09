import type { FaultCase, FaultSection, CaseTime, Words } from './fault-case.js';

export type Language = 'en' | 'zh';

/** The language of each document, by its path. */
export const faultDocuments: Readonly<Record<string, Language>> = {
  'docs/faults.md': 'en',
  'docs/zh/faults.md': 'zh',
};

const intro: Words = [
  `# Faults, and how a call ends

[中文](zh/faults.md)

\`npm test\` runs each case on real sockets and controls the client's clock; \`npm run docs:faults\` writes this page
from the same cases. _Attempts_ are requests that the library tried to send, _arrived_ are those that the server
received, and _executed_ is how often ZIM executed the call: how often a phone rang or an answer was accepted. After
each case, the client has no pending timer and at most one open connection, which waits for the next request; once
the module is closed, it has none.

Limits in these cases: \`requestTimeoutMs\` 5000, \`deadlineMs\` 10000, \`rateLimit.drainMs\` 3000; retries by
\`standardRetry\`; a call whose outcome is unknown is not repeated (\`onUnknown: 'throw'\`).
`,
  `# 故障与呼叫的结果

[English](../faults.md)

每个用例都由 \`npm test\` 在真实的套接字上执行，客户端的时钟由测试控制；本页由 \`npm run docs:faults\` 根据同样的用例生成。“尝试”是库试图发送的请求，“到达”是服务器收到的请求，“执行”是 ZIM 执行呼叫的次数，即手机响铃或接听/拒绝生效的次数。每个用例之后，客户端没有未触发的定时器，最多有一个等待下一个请求的连接；模块关闭后没有任何连接。

这些用例中的时限：\`requestTimeoutMs\` 5000，\`deadlineMs\` 10000，\`rateLimit.drainMs\` 3000；按 \`standardRetry\` 重试，结果未知的请求不重复（\`onUnknown: 'throw'\`）。
`,
];

const headings: readonly Words[] = [
  ['fault', '故障'],
  ['error', '错误'],
  ['`outcome`', '`outcome`'],
  ['attempts', '尝试'],
  ['arrived', '到达'],
  ['executed', '执行'],
  ['duration', '耗时'],
];

/** Returns the document of one language, formatted as Prettier formats it. */
export function faultDocument(sections: readonly FaultSection[], language: Language): string {
  const say = ([en, zh]: Words) => (language === 'en' ? en : zh);
  const tables = sections.map(({ title, cases }) => {
    const lines = [headings.map(say), ...cases.map((one) => cellsOf(one, say))];
    return `## ${say(title)}\n\n${tableOf(lines)}\n`;
  });
  return [say(intro), ...tables].join('\n');
}

function cellsOf(one: FaultCase, say: (words: Words) => string): string[] {
  const { name, error, attempts, arrived = attempts, executed, time } = one;
  return [
    say(name),
    error === undefined ? say(['none', '无']) : `\`${error.name}\``,
    error === undefined ? say(['success', '成功']) : `\`${error.outcome}\``,
    String(attempts),
    String(arrived),
    String(executed),
    say(wordsOf(time)),
  ];
}

function wordsOf(time: CaseTime): Words {
  if (time === 'at once') return ['no wait', '不等待'];
  if ('endsAt' in time) return [`until \`${time.endsAt}\``, `到 \`${time.endsAt}\``];
  if ('staysBelow' in time) return [`below \`${time.staysBelow}\``, `小于 \`${time.staysBelow}\``];
  const seconds = time.waitsMs / 1000;
  return [`waits, at most ${seconds} s`, `等待，最多 ${seconds} 秒`];
}

function tableOf([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((cells) => widthOf(cells[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell))).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** A Chinese character is as wide as two others. */
function widthOf(text: string): number {
  return text.replace(/[\u2e80-\uffef]/g, '  ').length;
}
