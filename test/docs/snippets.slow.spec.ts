import { dirname, resolve } from 'node:path';
import ts from 'typescript';
import { blocks, documents, root } from '../support/documents.js';

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
  expect(snippets.size).toBeGreaterThan(40);
  return [...snippets.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}

it('the documents contain TypeScript that compiles', () => {
  expect(compileSnippets()).toEqual([]);
}, 60_000);

/** The tests in snippets that declare nothing that a reader has to supply. */
const tests = documents.flatMap((document) =>
  blocks(document, 'ts')
    .filter((code) => /^test\(/m.test(code) && !/^declare /m.test(code))
    .map((code): [string, string] => [document, code]),
);

it.each(tests)('%s contains a test that passes', async (_document, code) => {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  const bodies: (() => Promise<void>)[] = [];
  const collect = (_name: string, body: () => Promise<void>) => bodies.push(body);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  new Function('require', 'exports', 'test', outputText)(require, {}, collect);
  expect(bodies).toHaveLength(1);
  for (const body of bodies) await body();
});
