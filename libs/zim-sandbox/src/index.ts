export type { CallLog, SandboxCall } from './calls/call-log.js';
export type { SandboxAssumption, SandboxAssumptions } from './core/assumptions.js';
export { SandboxClock } from './core/clock.js';
export type { JsonObject } from './core/json.js';
export type { Journal, JournalEntry, JournalSignature } from './core/journal.js';
export type { SandboxApp, SandboxOptions } from './core/settings.js';
export type { UserDirectory } from './directory/user-directory.js';
export type { SandboxUser } from './directory/user-rules.js';
export { ZimSandbox } from './sandbox.js';
