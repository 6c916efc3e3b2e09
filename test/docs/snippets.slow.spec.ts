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
  expect(snippets.size).toBeGreaterThan(10);
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
