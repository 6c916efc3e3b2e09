import { boostDocument, outsideLink, slugify, tokenize } from '../../docs/.vitepress/helpers.js';

it.each([
  ['Fields and limits', 'fields-and-limits'],
  ['Why `@nestjs/axios@4` for Nest 11?', 'why-nestjsaxios4-for-nest-11'],
  ["The path and Nest's global prefix", 'the-path-and-nests-global-prefix'],
  ['对 ZIM 的假设', '对-zim-的假设'],
])('gives the heading %j the anchor that GitHub gives it', (title, anchor) => {
  expect(slugify(title)).toBe(anchor);
});

it.each([
  ['guide/sample.md', '../../.env.example', 'https://host/blob/main/.env.example'],
  ['architecture.md', '../eslint.config.js', 'https://host/blob/main/eslint.config.js'],
  ['guide/errors.md', '../faults.md', undefined],
  ['guide/errors.md', '#retries', undefined],
  ['guide/errors.md', 'https://example.com/../a', undefined],
  ['guide/errors.md', '/guide/redis', undefined],
])('on %s, the link %s leads to %s', (page, link, address) => {
  expect(outsideLink(page, link, 'https://host')).toBe(address);
});

it.each([
  ['Redis evicts keys.', ['Redis', 'evicts', 'keys']],
  ['call `inviteAndWait()` | `outcome`', ['call', 'inviteAndWait', 'outcome']],
  ['没有 redisUrl 时，键随进程结束', ['没有', 'redisUrl', '时', '键', '随', '进程', '结束']],
])('splits %j into words', (text, words) => {
  expect(tokenize(text)).toEqual(words);
});

it('puts guides before the reference', () => {
  expect(boostDocument('/guide/errors.html')).toBeGreaterThan(
    boostDocument('/reference/nestjs-zim-call/classes/ZimCallError.html'),
  );
});

it('searches without names from outside the function, because VitePress sends its source to the browser', () => {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const copy = new Function(`return ${tokenize.toString()}`)() as typeof tokenize;
  expect(copy('幂等 keys')).toEqual(tokenize('幂等 keys'));
});
