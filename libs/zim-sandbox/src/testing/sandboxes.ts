import { ZimSandbox } from '../sandbox.js';

/** Starts sandboxes that are stopped after each test. */
export function useSandboxes(): typeof ZimSandbox.start {
  const running: ZimSandbox[] = [];
  afterEach(() => Promise.all(running.splice(0).map((sandbox) => sandbox.stop())));
  return async (...options) => {
    const sandbox = await ZimSandbox.start(...options);
    running.push(sandbox);
    return sandbox;
  };
}
