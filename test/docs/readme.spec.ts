import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { errorClassOf, httpStatusOf } from '../../libs/zim-call/src/errors/code-table.js';
import {
  rateLimitOptionNames,
  zimCallOptionNames,
} from '../../libs/zim-call/src/config/resolve-options.js';
import { validateEnvironment } from '../../apps/sample/src/config/environment.js';

const root = resolve(__dirname, '../..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const mainReadmes = ['README.md', 'README.zh.md'];
const libraryReadmes = ['zim-protocol', 'zim-call', 'zim-sandbox'].map(
  (l) => `libs/${l}/README.md`,
);
const documents = [...mainReadmes, ...libraryReadmes, 'CONTRIBUTING.md'];

function blocks(document: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm');
  return [...read(document).matchAll(fence)].map((match) => match[1] ?? '');
}

function tableRows(document: string): string[][] {
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

/** Returns the anchors that GitHub gives to the headings of a document. */
function headingAnchors(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

/** Returns the compiler's errors in all TypeScript snippets, each compiled as its own module. */
function compileSnippets(): string[] {
  const snippets = new Map(
    documents.flatMap((document) =>
      blocks(document, 'ts').map((code, index): [string, string] => [
        resolve(root, dirname(document), `${document.replace(/\W/g, '-')}-${index + 1}.ts`),
        code,
      ]),
    ),
  );
  const config = ts.readConfigFile(resolve(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  host.fileExists = (path) => snippets.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => snippets.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram([...snippets.keys()], { ...options, noEmit: true }, host);
  expect(snippets.size).toBeGreaterThan(10);
  return [...snippets.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}

describe('the documents', () => {
  it('contain TypeScript that compiles', () => {
    expect(compileSnippets()).toEqual([]);
  }, 60_000);

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

  it.each(mainReadmes)('%s lists every option, and no other', (document) => {
    const first = tableRows(document).findIndex(([cell]) => cell === '`appId`');
    const rows = tableRows(document).slice(first, first + zimCallOptionNames.length + 2);
    expect(rows.map(([cell]) => cell?.replace(/`/g, '')).sort()).toEqual(
      [...zimCallOptionNames, 'name', 'isGlobal'].sort(),
    );
  });

  it.each(mainReadmes)('%s lists every option of rateLimit, and no other', (document) => {
    const first = tableRows(document).findIndex(([cell]) => cell === '`limit`');
    const rows = tableRows(document).slice(first, first + rateLimitOptionNames.length);
    expect(rows.map(([cell]) => cell?.replace(/`/g, '')).sort()).toEqual(
      [...rateLimitOptionNames].sort(),
    );
  });

  it.each(mainReadmes)('%s states the class and HTTP status of every code it names', (document) => {
    const rows = tableRows(document).filter(([cell]) => /^`Zim\w+Error`$/.test(cell ?? ''));
    const stated = rows.flatMap(([name, when = '', status = '']) =>
      [...when.matchAll(/\d+/g)].map(([code]) => [Number(code), name?.replace(/`/g, ''), status]),
    );
    expect(stated.length).toBeGreaterThan(14);
    for (const [code, name, status] of stated) {
      const error = new (errorClassOf(Number(code)))('x', {
        outcome: 'rejected',
        vendorCode: Number(code),
      });
      expect([code, error.name]).toEqual([code, name]);
      expect(String(status)).toContain(String(httpStatusOf(error)));
    }
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
