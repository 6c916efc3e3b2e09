import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');
export const mainReadmes = ['README.md', 'README.zh.md'];
const inBothLanguages = (folder: string) =>
  [`${folder}/README.md`, `${folder}/README.zh.md`] as const;
const libraryPairs = ['zim-protocol', 'zim-call', 'zim-dispatch', 'zim-sandbox'].map((library) =>
  inBothLanguages(`libs/${library}`),
);
export const libraryReadmes = libraryPairs.flat();

export const read = (path: string) => readFileSync(resolve(root, path), 'utf8');

/** Folders of `docs` that are installed, generated, or about code that may have changed since. */
const notGuides = ['node_modules', '.vitepress', 'reference', 'decisions', 'benchmarks'];

/** The pages of the site that describe how to use the packages now. */
export const guidePages = markdownIn('docs');
export const documents = [...mainReadmes, ...libraryReadmes, 'CONTRIBUTING.md', ...guidePages];

/** The documents in English that have a Chinese one, as pairs. */
export const translations = [
  ['README.md', 'README.zh.md'] as const,
  ...libraryPairs,
  ...guidePages
    .map((page) => [page, page.replace(/^docs\//, 'docs/zh/')] as const)
    .filter(([, chinese]) => existsSync(resolve(root, chinese))),
];

/** Returns a page in each language that it exists in. */
export function inEachLanguage(page: string): string[] {
  const chinese = page.replace(/^docs\//, 'docs/zh/');
  return existsSync(resolve(root, chinese)) ? [page, chinese] : [page];
}

function markdownIn(folder: string): string[] {
  return readdirSync(resolve(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return notGuides.includes(entry.name) ? [] : markdownIn(path);
    return path.endsWith('.md') ? [path] : [];
  });
}

/** Returns the code blocks of one language. */
export function blocks(document: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm');
  return [...read(document).matchAll(fence)].map((match) => match[1] ?? '');
}

/** Returns the cells of each row of all tables. */
export function tableRows(document: string): string[][] {
  return read(document)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
