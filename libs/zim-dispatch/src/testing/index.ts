/** What tests of several packages use of this one, as `nestjs-zim-dispatch/testing`. It is not published. */
export { DISPATCH_RUNTIME, type DispatchRuntime } from '../plan/dispatch-runtime.js';
