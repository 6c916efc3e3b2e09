/** `before`: nothing of the request was looked at; `after`: it was carried out, or refused, as usual. */
export type SandboxFaultMoment = 'before' | 'after';

/**
 * What goes wrong with a request. `when` says whether it has been carried out by then; each kind that takes it
 * has a default. The README and `--help` list the kinds.
 */
export type SandboxFault =
  /** Carried out late, even if the client is gone by then; 0 to 3,600,000 ms of the sandbox's clock. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** No answer, and the connection stays open. Default: `before`. */
  | { readonly kind: 'hang'; readonly when?: SandboxFaultMoment }
  /** No answer, but a TCP RST. Default: `before`. */
  | { readonly kind: 'reset'; readonly when?: SandboxFaultMoment }
  /** No answer, but a FIN. Default: `before`. */
  | { readonly kind: 'close'; readonly when?: SandboxFaultMoment }
  /** Carried out; of the answer come all headers and half the body, then silence or (the default) a RST. */
  | { readonly kind: 'half-reply'; readonly then?: 'silence' | 'reset' }
  /** A complete HTTP answer with half the JSON. Default: `after`. */
  | { readonly kind: 'truncated-json'; readonly when?: SandboxFaultMoment }
  /** A complete HTTP answer without the quotes of its JSON. Default: `after`. */
  | { readonly kind: 'invalid-json'; readonly when?: SandboxFaultMoment }
  /** The page of a gateway that has lost its backend. Default: `before`. */
  | { readonly kind: 'html-502'; readonly when?: SandboxFaultMoment }
  /** HTTP 200 and no body. Default: `before`. */
  | { readonly kind: 'empty-200'; readonly when?: SandboxFaultMoment }
  /** An HTTP status from 200 to 599, with a body of plain text. Default: `before`. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      /** Puts a `Retry-After` header; 0 to 86,400. */
      readonly retryAfterSeconds?: number;
      readonly when?: SandboxFaultMoment;
    }
  /** A reply of ZIM's form with this `Code`, whatever it means. Default: `before`. */
  | {
      readonly kind: 'code';
      readonly code: number;
      /** Puts a `Retry-After` header; 0 to 86,400. */
      readonly retryAfterSeconds?: number;
      readonly when?: SandboxFaultMoment;
    }
  /** Carried out; the answer comes byte by byte, each after 1 to 60,000 ms of the sandbox's clock. */
  | { readonly kind: 'slow-drip'; readonly msPerByte: number }
  /**
   * Carried out and answered, without a `Keep-Alive` header; 0 to 3,600,000 ms of the sandbox's clock later
   * the connection gets a FIN, unless another request has used it.
   */
  | { readonly kind: 'close-idle'; readonly afterMs: number }
  /** To an http address of this machine; without one, to a port where nobody listens. Default: 307, `before`. */
  | {
      readonly kind: 'redirect';
      readonly location?: string;
      readonly status?: 302 | 307;
      readonly when?: SandboxFaultMoment;
    }
  /** Carried out; the answer is JSON that goes on for 1 to 1,073,741,824 bytes, without a Content-Length. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** Carried out; some 256 kB of gzip that inflate to 256 MiB of JSON. */
  | { readonly kind: 'gzip-bomb' }
  /** Carried out and answered, with a `Date` that is off by up to 315,576,000 s (ten years). */
  | { readonly kind: 'wrong-date'; readonly offsetSeconds: number }
  /** Judges the Timestamp, and writes `Date`, by a clock that is off by up to 315,576,000 s (ten years). */
  | { readonly kind: 'clock-skew'; readonly offsetSeconds: number };

/** The requests a rule is for: those that fit in all that is given. */
export interface SandboxFaultMatch {
  /** As the query has it. */
  readonly action?: string;
  readonly appId?: number;
  /** Whoever acts, or is named anywhere in the request: FromUserId, UserId, UserId[], UserIds, UserInfo. */
  readonly userId?: string;
  /** From 1: the how-manieth request of this AppID and Action with the same content this must be. */
  readonly attempt?: number;
}

/** Which requests something goes wrong with, and what. No dice: the same requests meet the same faults. */
export interface SandboxFaultRule {
  /** Default: every request. */
  readonly match?: SandboxFaultMatch;
  /** How many requests it is for, from 1 to 1,000,000; for ever, if absent. */
  readonly times?: number;
  /**
   * For how long it is in force, from when it was added (or from the start, and from each reset): 1 to 3,600,000 ms
   * of the sandbox's clock. Until it is removed, if absent.
   */
  readonly lastsMs?: number;
  readonly fault: SandboxFault;
}

/** The fault a request met. */
export interface SandboxInjectedFault {
  /** Of the rule, if it was one. */
  readonly id?: number;
  /** Of the user id, if that was why. */
  readonly prefix?: string;
  readonly kind: SandboxFault['kind'];
  /** For the kinds that know both. */
  readonly when?: SandboxFaultMoment;
}
