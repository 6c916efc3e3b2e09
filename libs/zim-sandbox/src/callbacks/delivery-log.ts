import { type Redactor } from '../core/redactor.js';
import { type CallbackContent } from './callback-content.js';
import { type Delivery, noUrl, type SandboxDelivery } from './delivery.js';

/** A delivery with what the log knows of it. */
export interface LoggedDelivery {
  readonly id: number;
  readonly appId: number;
  readonly content: CallbackContent;
  readonly delivery: Delivery;
}

/** How it stands at the moment, without secrets and signature. */
export function describeDelivery(
  { id, appId, content, delivery }: LoggedDelivery,
  redactor: Redactor,
): SandboxDelivery {
  const { state, attempts, body } = delivery;
  return {
    id,
    appId,
    event: content.event,
    callId: 'call_id' in content ? content.call_id : undefined,
    body: Object.fromEntries(
      Object.entries(body).map(([name, value]) => [
        name,
        name === 'signature' ? '[redacted]' : redactor.json(value),
      ]),
    ),
    state,
    reason: state === 'undeliverable' ? noUrl : undefined,
    attempts,
  };
}
