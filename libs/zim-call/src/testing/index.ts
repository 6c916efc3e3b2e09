/** What tests of several packages use of this one, as `nestjs-zim-call/testing`. It is not published. */
export { createClient, type TestClient, testSecret } from './create-client.js';
export { checkedInviteBody, readInviteReply } from './invite-parts.js';
export { ManualRuntime } from './manual-runtime.js';
export { RecordingLogger } from './recording-logger.js';
export { accepted, envelope, type Script, ScriptedServer } from './scripted-server.js';
export { failureOf, invite } from './scripted-zim.js';
