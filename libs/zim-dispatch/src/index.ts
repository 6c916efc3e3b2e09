export {
  escalate,
  ringAll,
  ringInTurn,
  RingPlanDto,
  type RingPlanInput,
  RingStepDto,
  type RingStepInput,
  type RingTimes,
} from './plan/ring-plan.dto.js';
export type { ZimDispatchOptions } from './plan/dispatch-options.js';
export type {
  RingAttemptEvent,
  RingCall,
  RingCallee,
  RingCalleeState,
  RingEvent,
  RingEventBase,
  RingEvents,
  RingReportSource,
  RingResult,
  RingStepEvent,
  WithdrawnState,
} from './plan/ring-event.js';
export type { RingPlan, RingStep } from './plan/ring-plan.js';
export { RingDispatcher, type RingListOptions, type RingStatus } from './ring-dispatcher.js';
export { OnRing, type RingEventName, type RingEventOf } from './run/on-ring.js';
export {
  ZimDispatchModule,
  type ZimDispatchModuleAsyncOptions,
  type ZimDispatchModuleExtras,
  type ZimDispatchModuleOptions,
  type ZimDispatchOptionsFactory,
} from './zim-dispatch.module.js';
