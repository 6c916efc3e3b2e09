import { AsyncLocalStorage } from 'node:async_hooks';

/*
 * Jest's runner enables an AsyncLocalStorage for each spec file and never disables it. Before Node 24 each new promise
 * visits all that are enabled, so a worker would become slower with every spec file. This runs before each of them, and
 * disables those of the file before.
 */
const key = Symbol.for('zim-call.tests.async-contexts');
const { run, used } = (AsyncLocalStorage[key] ??= {
  run: AsyncLocalStorage.prototype.run,
  used: new Set(),
});

for (const context of used) context.disable();
used.clear();

AsyncLocalStorage.prototype.run = function (...parameters) {
  used.add(this);
  return run.apply(this, parameters);
};
