export type { ZimCallbackEvent, ZimCancelReason } from 'zim-protocol';
export type { SandboxAttemptReport, SandboxCallbacks } from './callbacks/callbacks.js';
export type {
  SandboxDelivery,
  SandboxDeliveryAttempt,
  SandboxDeliveryState,
} from './callbacks/delivery.js';
export type { CallLog, SandboxCallChange } from './calls/call-log.js';
export type {
  SandboxCall,
  SandboxCallEndReason,
  SandboxCallee,
  SandboxCalleeState,
} from './calls/call-state.js';
export type { SandboxDevice, SandboxDeviceCall, SandboxDevices } from './control/devices.js';
export type { SandboxAssumption, SandboxAssumptions } from './core/assumptions.js';
export { SandboxClock } from './core/clock.js';
export type {
  SandboxFault,
  SandboxFaultMatch,
  SandboxFaultMoment,
  SandboxFaultRule,
  SandboxInjectedFault,
} from './core/fault.js';
export type { JsonObject } from './core/json.js';
export type { Journal, JournalEntry, JournalSignature } from './core/journal.js';
export type { RefusalCause } from './core/reply.js';
export type { SandboxApp, SandboxOptions } from './core/settings.js';
export { SandboxStateError } from './core/state-error.js';
export type { SandboxPresence, SandboxSeedUser, SandboxUser } from './core/user-rules.js';
export type { PresenceChange, UserDirectory } from './directory/user-directory.js';
export type { SandboxActiveFault, SandboxFaults } from './faults/sandbox-faults.js';
export { ZimSandbox } from './sandbox.js';
