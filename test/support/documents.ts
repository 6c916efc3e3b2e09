import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const root = resolve(__dirname, '../..');
export const mainReadmes = ['README.md', 'README.zh.md'];
const libraryReadmes = ['zim-protocol', 'zim-call', 'zim-sandbox'].map(
  (library) => `libs/${library}/README.md`,
);
export const documents = [...mainReadmes, ...libraryReadmes, 'CONTRIBUTING.md'];

export const read = (path: string) => readFileSync(resolve(root, path), 'utf8');

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
