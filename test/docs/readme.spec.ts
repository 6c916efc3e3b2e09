import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { validateEnvironment } from '../../apps/sample/src/config/environment.js';
import { blocks, documents, mainReadmes, read, root } from '../support/documents.js';

/** Returns the anchors that GitHub gives to the headings of a document. */
function headingAnchors(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

describe('the documents', () => {
  it('have the same snippets in both languages, except for comments and test names', () => {
    const [english = [], chinese] = mainReadmes.map((document) =>
      blocks(document, '\\w+').map((code) =>
        code.replace(/ *\/\/.*$/gm, '').replace(/test\('[^']*'/g, "test(''"),
      ),
    );
    expect(english.length).toBeGreaterThan(10);
    expect(chinese).toEqual(english);
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

  it.each([...mainReadmes, '.env.example'])('%s names every variable', (document) => {
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
  });
});
