import { randomUUID } from 'node:crypto';
import { CallbackError } from './callback-error.js';
import type { CallbackReceiver } from './callback-receiver.js';
import { parseBody } from './parse-body.js';
import { readEnvelope } from './verify.js';

/**
 * Twice the longest text in any documented callback: a message of 32 KiB, where ZEGO's support has raised it. What
 * a callback tells of a call has 2 KiB of extended data at most, which are 16 KiB in the longest encoding.
 */
export const maxCallbackBytes = 64 * 1024;

/** A request that brings a callback. */
export interface CallbackRequest {
  readonly raw: Uint8Array | 'too large';
  /** The id that the application has given the request, if it has, as `X-Request-Id` of its response. */
  readonly requestId?: string;
}

/** What the sender of a callback is answered. */
export interface CallbackAnswer {
  readonly status: number;
  readonly body: object;
}

/** All who receive callbacks at one path. */
export interface CallbackDesk {
  /** `appid` tells whose a callback is. */
  readonly receivers: readonly CallbackReceiver[];
  /** Called with each callback that is not accepted, and the `instance` that its sender is told. */
  readonly onRefused: (error: CallbackError, instance: string) => void;
}

/** Answers one callback: 200 once it is handled, else an RFC 9457 problem with the cause. */
export async function answerCallback(
  { raw, requestId }: CallbackRequest,
  { receivers, onRefused }: CallbackDesk,
): Promise<CallbackAnswer> {
  try {
    await deliver(raw, receivers);
    return { status: 200, body: { received: true } };
  } catch (error) {
    const refusal =
      error instanceof CallbackError ? error : new CallbackError(500, 'this backend failed');
    const instance =
      requestId === undefined ? `urn:uuid:${randomUUID()}` : `urn:request:${requestId}`;
    onRefused(refusal, instance);
    return { status: refusal.status, body: toProblem(refusal, instance) };
  }
}

async function deliver(
  raw: CallbackRequest['raw'],
  receivers: readonly CallbackReceiver[],
): Promise<void> {
  if (raw === 'too large') {
    throw new CallbackError(413, `the body must be at most ${maxCallbackBytes} bytes`, 'body');
  }
  const parsed = parseBody(raw);
  const envelope = readEnvelope(parsed.body);
  const receiver = receivers.find(({ appId }) => appId === envelope.appId);
  if (receiver === undefined) {
    throw new CallbackError(401, 'appid is none of this backend: check appId and path', 'path');
  }
  await receiver.receive(envelope, parsed);
}

function toProblem({ status, message }: CallbackError, instance: string): object {
  return {
    type: 'urn:zim-call:problem:callback',
    title: 'The callback was not accepted',
    status,
    detail: message,
    instance,
  };
}
