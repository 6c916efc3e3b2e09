// Writes docs/reference from the docstrings of each package's public API.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { Application, Converter, ReflectionKind } from 'typedoc';
import { readPackages } from '../../tools/release/packages.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const reference = `${root}docs/reference`;

await rm(reference, { recursive: true, force: true });
for (const { name, path } of readPackages()) {
  const app = await Application.bootstrapWithPlugins({
    name,
    entryPoints: [join(path, 'src/index.ts')],
    tsconfig: `${root}tsconfig.json`,
    plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
    out: `${reference}/${name}`,
    docsRoot: `${root}docs`,
    readme: 'none',
    entryFileName: 'index',
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    disableSources: true,
    // tsc has checked the sources.
    skipErrorChecking: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    logLevel: 'Warn',
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    // Nest creates the services: their constructors are no part of the API.
    const constructors = project.getReflectionsByKind(ReflectionKind.Constructor);
    for (const one of constructors) {
      if (/(Service|Client|Indicator|Filter|Pipe|RateLimit|Module)$/.test(one.parent.name))
        project.removeReflection(one);
    }
  });
  const project = await app.convert();
  if (project === undefined) throw new Error(`TypeDoc could not read ${name}`);
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error(`TypeDoc reported errors in ${name}`);
}
