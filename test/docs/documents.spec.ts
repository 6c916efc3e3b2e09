import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { slugify } from '../../docs/.vitepress/helpers.js';
import { validateEnvironment } from '../../apps/sample/src/config/environment.js';
import {
  blocks,
  documents,
  guidePages,
  inEachLanguage,
  libraryReadmes,
  mainReadmes,
  read,
  root,
  translations,
} from '../support/documents.js';

/** Returns the anchors that GitHub gives to the headings of a document. */
function headingAnchors(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slugify(title));
}

/** Returns a document with its code blocks empty. */
function withoutCode(document: string): string {
  return read(document).replace(/^```[\s\S]*?^```/gm, '```');
}

/** Returns how each heading, row of a table, item of a list and code block begins, in their order. */
function outline(document: string): string[] {
  return withoutCode(document).match(/^(#+ |\||- |\d+\. |```)/gm) ?? [];
}

describe('the documents', () => {
  it.each(translations)(
    '%s has the same snippets as %s, except for comments and test names',
    (...pair) => {
      const [english, chinese] = pair.map((document) =>
        blocks(document, '\\w+').map((code) =>
          code.replace(/ *\/\/.*$/gm, '').replace(/test\('[^']*'/g, "test(''"),
        ),
      );
      expect(chinese).toEqual(english);
    },
  );

  it('exist in Chinese too, except for the architecture', () => {
    const translated = translations.map(([english]) => english);
    const english = guidePages.filter((page) => !page.startsWith('docs/zh/'));
    expect(english.filter((page) => !translated.includes(page))).toEqual(['docs/architecture.md']);
  });

  it.each(translations)('%s has the headings, tables and lists of %s', (...pair) => {
    const [english, chinese] = pair.map(outline);
    expect(chinese).toEqual(english);
  });

  it.each(translations)('the translation of %s links to Chinese pages', (_english, chinese) => {
    const links = [...read(chinese).matchAll(/\[([^\]]+)\]\(([^):#]+\.md)/g)]
      .filter(([, text]) => text !== 'English')
      .map(([, , link = '']) => join(dirname(chinese), link));
    const inChinese = new Map<string, string>(translations);
    expect(links.filter((link) => inChinese.has(link))).toEqual([]);
  });

  it.each(translations)(
    'the translation of %s breaks no line in a sentence, because it shows as a space',
    (_english, chinese) => {
      const broken = withoutCode(chinese).match(/^.*[^\0-\x7f]\n *(?!\d+\. )[^\s|#`-].*$/gm);
      expect(broken ?? []).toEqual([]);
    },
  );

  it.each([...mainReadmes, ...libraryReadmes])('%s is short', (document) => {
    const text = read(document);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(900);
  });

  it.each(libraryReadmes)(
    '%s links only to addresses that work on npm, in the repository',
    (document) => {
      const { url } = JSON.parse(read('tools/release/repository.json')) as { url: string };
      const links = [...read(document).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
      expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
      const own = links.filter((link) => link.startsWith('https://github.com/'));
      expect(own.length).toBeGreaterThan(0);
      for (const link of own) {
        const [address = '', anchor] = link.split('#');
        expect(address.startsWith(`${url}/blob/main/`)).toBe(true);
        const path = address.slice(`${url}/blob/main/`.length);
        expect(existsSync(resolve(root, path))).toBe(true);
        if (anchor !== undefined) expect(headingAnchors(path)).toContain(anchor);
      }
    },
  );

  it('name the packages at run time that ask for a newer Node than 20', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; engines?: { node?: string } }>;
    };
    const newer = Object.entries(packages)
      .filter(
        ([path, { dev, engines }]) => path !== '' && !dev && /^>=\s*22/.test(engines?.node ?? ''),
      )
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(newer).toHaveLength(3);
    for (const name of newer) expect(read('docs/guide/sample.md')).toContain(`\`${name}\``);
  });

  it('link from the index of decisions to each of them', () => {
    const links = [...read('docs/decisions/index.md').matchAll(/^\d+\. \[(.+)\]\((.+)\)$/gm)];
    const pages = readdirSync(resolve(root, 'docs/decisions')).filter((name) => /^\d/.test(name));
    expect(links.map(([, , link]) => link)).toEqual(pages.sort());
    for (const [, title = '', link = ''] of links) {
      const heading = read(`docs/decisions/${link}`).split('\n')[0];
      expect(heading).toBe(`# ${Number(link.slice(0, 4))}. ${title}`);
    }
  });

  it('name scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = documents
      .flatMap((document) => blocks(document, 'sh'))
      .flatMap((block) => [...block.matchAll(/npm (?:run )?(start|test|(?<=run )[\w:]+)/g)])
      .map((match) => match[1] ?? '');
    expect(new Set(named).size).toBeGreaterThan(4);
    for (const script of named) expect(Object.keys(scripts)).toContain(script);
  });

  it.each(documents)('%s links to files that exist', (document) => {
    const links = [...read(document).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
    const local = links.filter((link) => !link.startsWith('http'));
    expect(local.filter((link) => !existsSync(resolve(root, dirname(document), link)))).toEqual([]);
  });

  it.each(documents)('%s links to headings that exist', (document) => {
    const anchors = [...read(document).matchAll(/\]\(([^)#:]*\.md)?#([^)]+)\)/g)];
    const missing = anchors.filter(([, file, anchor = '']) => {
      const target = file === undefined ? document : join(dirname(document), file);
      return !headingAnchors(target).includes(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it.each([...inEachLanguage('docs/guide/sample.md'), '.env.example'])(
    '%s names every variable',
    (document) => {
      const variables = {
        ZIM_APP_ID: '1',
        ZIM_SERVER_SECRET: 'x',
        ZIM_REGION: 'fra',
        API_KEYS: 'a-key-of-16-characters',
      };
      const optional = ['ZIM_BASE_URL', 'ZIM_CALLBACK_SECRET', 'ZIM_REDIS_URL'];
      for (const name of [...Object.keys(validateEnvironment(variables)), ...optional]) {
        expect(read(document)).toContain(name);
      }
    },
  );
});
