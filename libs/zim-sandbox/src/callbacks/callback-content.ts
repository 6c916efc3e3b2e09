import { type ZimCallback, type ZimCallbackCommon } from 'zim-protocol';

type Envelope = Exclude<keyof ZimCallbackCommon, 'event'>;
type WithoutEnvelope<Callback> = Callback extends unknown ? Omit<Callback, Envelope> : never;

/** A callback without what every callback carries: the AppID, nonce, timestamp and signature. */
export type CallbackContent = WithoutEnvelope<ZimCallback>;
