import { posix } from 'node:path';

/** Returns the anchor that GitHub gives to a heading, so that a link works there and on the site. */
export function slugify(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/**
 * Returns the address of a link to a file outside `docs` in the repository, such as a source file; `undefined` for
 * any other link.
 */
export function outsideLink(page: string, link: string, repository: string): string | undefined {
  if (/^([a-z]+:|\/|#)/.test(link)) return undefined;
  const path = posix.join('docs', posix.dirname(page), link);
  return path.startsWith('docs/') ? undefined : `${repository}/blob/main/${path}`;
}

/**
 * Puts guides before the reference and before decisions. VitePress sends the source of this function to the browser: it
 * must not use names outside it.
 */
export function boostDocument(page: string): number {
  return /\/(reference|decisions)\//.test(page) ? 0.3 : 1;
}

/**
 * Splits text into words for the search index and for queries. Chinese has no spaces between words, so they are found
 * by `Intl.Segmenter`. VitePress sends the source of this function to the browser: it must not use names outside it.
 */
export function tokenize(text: string): string[] {
  const chinese = /\p{Script=Han}/u;
  const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
  return text
    .split(/[\n\r\p{Z}\p{P}`|=<>$+]+/u)
    .flatMap((part) =>
      chinese.test(part)
        ? Array.from(segmenter.segment(part))
            .filter(({ isWordLike }) => isWordLike)
            .map(({ segment }) => segment)
        : [part],
    )
    .filter((word) => word !== '');
}
