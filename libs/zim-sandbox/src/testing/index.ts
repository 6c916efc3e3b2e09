/** What tests of several packages use of this one, as `zim-sandbox/testing`. It is not published. */
export { InviteChecker } from './invite-checker.js';
