/** What tests of several packages use of this one, as `nestjs-zim-dispatch/testing`. It is not published. */
export { DISPATCH_RUNTIME } from '../plan/timing.js';
