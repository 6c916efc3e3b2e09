import type { FaultRow, FaultSection, RowTime, Words } from './fault-row.js';

/** Which of the two languages. */
export type Language = 'en' | 'zh';

/** The document of each language, by its path. */
export const faultDocuments: Readonly<Record<string, Language>> = {
  'docs/faults.md': 'en',
  'docs/faults.zh.md': 'zh',
};

const intro: Words = [
  `# What goes wrong, and what comes of it

[中文](faults.zh.md)

Each row is played by \`npm test\` on real sockets, with the client's clock held by the test; \`npm run docs:faults\`
writes this page from the same rows. Attempts are requests that the library tried to send, arrived are those that
the server saw, and carried out says how often a phone rang (or an answer was taken). After each row, no timer of the
client is pending, no connection is open but one that waits for the next request, and none at all once the module
is closed.

Limits in these rows: \`requestTimeoutMs\` 5000, \`deadlineMs\` 10000, \`rateLimit.drainMs\` 3000; retries by
\`standardRetry\`, nothing repeated whose outcome is unknown (\`onUnknown: 'throw'\`).
`,
  `# 会出什么错，结果如何

[English](faults.md)

每一行都由 \`npm test\` 在真实的套接字上执行，客户端的时钟由测试控制；本页由 \`npm run docs:faults\` 根据同样的行生成。
“尝试”是库试图发送的请求，“到达”是服务器看到的请求，“执行”是手机响铃（或应答被接受）的次数。每一行之后，客户端没有未决的定时器，
除了等待下一个请求的连接之外没有打开的连接；模块关闭后则完全没有。

这些行中的时限：\`requestTimeoutMs\` 5000，\`deadlineMs\` 10000，\`rateLimit.drainMs\` 3000；按 \`standardRetry\` 重试，
结果未知的请求不重复（\`onUnknown: 'throw'\`）。
`,
];

const headings: readonly Words[] = [
  ['what was done', '发生了什么'],
  ['error', '错误'],
  ['`outcome`', '`outcome`'],
  ['attempts', '尝试'],
  ['arrived', '到达'],
  ['carried out', '执行'],
  ['it takes', '耗时'],
];

/** The document of one language, formatted as Prettier would. */
export function faultDocument(sections: readonly FaultSection[], language: Language): string {
  const say = ([en, zh]: Words) => (language === 'en' ? en : zh);
  const tables = sections.map(({ title, rows }) => {
    const lines = [headings.map(say), ...rows.map((row) => cellsOf(row, say))];
    return `## ${say(title)}\n\n${tableOf(lines)}\n`;
  });
  return [say(intro), ...tables].join('\n');
}

function cellsOf(row: FaultRow, say: (words: Words) => string): string[] {
  const { what, error, attempts, seen = attempts, executed, time } = row;
  return [
    say(what),
    error === undefined ? say(['none', '无']) : `\`${error.name}\``,
    error === undefined ? say(['done', '完成']) : `\`${error.outcome}\``,
    String(attempts),
    String(seen),
    String(executed),
    say(wordsOf(time)),
  ];
}

function wordsOf(time: RowTime): Words {
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

/** A Chinese character takes the place of two others. */
function widthOf(text: string): number {
  return text.replace(/[\u2e80-\uffef]/g, '  ').length;
}
