export { escalate, ringAll, ringInTurn, RingPlanDto, RingStepDto } from './plan/ring-plan.dto.js';
export type { RingPlanInput, RingStepInput, RingTimes } from './plan/ring-plan.dto.js';
export type { ZimDispatchOptions } from './plan/dispatch-options.js';
export type { RingAttempt, RingEvent, RingEventFields, RingEvents } from './plan/ring-event.js';
export type { RingCall, RingCallee, RingCalleeState, RingResult } from './plan/ring-event.js';
export type { RingReportSource, WithdrawnState } from './plan/ring-event.js';
export type { RingPlan, RingStep } from './plan/ring-plan.js';
export { RingDispatcher, type RingListOptions, type RingStatus } from './ring-dispatcher.js';
export { OnRing, type RingEventName, type RingEventOf } from './run/on-ring.js';
export {
  ZimDispatchModule,
  type ZimDispatchModuleAsyncOptions,
  type ZimDispatchModuleExtras,
  type ZimDispatchModuleOptions,
} from './zim-dispatch.module.js';
