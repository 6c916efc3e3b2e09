import { answerCases } from './answer-cases.js';
import type { FaultSection } from './fault-case.js';
import { wireCases } from './wire-cases.js';

/** Every known fault between a backend and ZIM, and the result of a call that meets it. */
export const faultTable: readonly FaultSection[] = [...wireCases, ...answerCases];
