import { answerRows } from './answer-rows.js';
import type { FaultSection } from './fault-row.js';
import { wireRows } from './wire-rows.js';

/** Everything that is known to go wrong between a backend and ZIM, and what comes of a call then. */
export const faultTable: readonly FaultSection[] = [...wireRows, ...answerRows];
