/** `before`: the request was not processed at all; `after`: it was executed or refused as usual. */
export type SandboxFaultMoment = 'before' | 'after';

/**
 * A fault to inject into the handling of a request. `when` says whether the fault comes before or after the request
 * is processed; each kind that has it has a default. The manual and `--help` list the kinds.
 */
export type SandboxFault =
  /** Executed late, even if the client has disconnected; 0 to 3,600,000 ms of the sandbox's clock. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Executed at once, and answered late; 0 to 3,600,000 ms of the sandbox's clock. */
  | { readonly kind: 'late-reply'; readonly ms: number }
  /** No reply, and the connection stays open. Default: `before`. */
  | { readonly kind: 'hang'; readonly when?: SandboxFaultMoment }
  /** No reply; the connection is reset (TCP RST). Default: `before`. */
  | { readonly kind: 'reset'; readonly when?: SandboxFaultMoment }
  /** No reply; the connection is closed (FIN). Default: `before`. */
  | { readonly kind: 'close'; readonly when?: SandboxFaultMoment }
  /** Executed; all headers and half the body are sent, then silence or (the default) a RST. */
  | { readonly kind: 'half-reply'; readonly then?: 'silence' | 'reset' }
  /** A complete HTTP reply with half the JSON. Default: `after`. */
  | { readonly kind: 'truncated-json'; readonly when?: SandboxFaultMoment }
  /** A complete HTTP reply whose JSON has no quotes. Default: `after`. */
  | { readonly kind: 'invalid-json'; readonly when?: SandboxFaultMoment }
  /** HTTP 502 with the HTML page of a gateway. Default: `before`. */
  | { readonly kind: 'html-502'; readonly when?: SandboxFaultMoment }
  /** HTTP 200 and no body. Default: `before`. */
  | { readonly kind: 'empty-200'; readonly when?: SandboxFaultMoment }
  /** An HTTP status from 200 to 599, with a body of plain text. Default: `before`. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      /** Sets the `Retry-After` header; 0 to 86,400. */
      readonly retryAfterSeconds?: number;
      readonly when?: SandboxFaultMoment;
    }
  /** A reply in ZIM's form with this `Code`, documented or not. Default: `before`. */
  | {
      readonly kind: 'code';
      readonly code: number;
      /** Sets the `Retry-After` header; 0 to 86,400. */
      readonly retryAfterSeconds?: number;
      readonly when?: SandboxFaultMoment;
    }
  /** Executed; the reply is sent byte by byte, each after 1 to 60,000 ms of the sandbox's clock. */
  | { readonly kind: 'slow-drip'; readonly msPerByte: number }
  /**
   * Executed and answered, without a `Keep-Alive` header; 0 to 3,600,000 ms of the sandbox's clock later the
   * connection is closed (FIN), unless another request has used it.
   */
  | { readonly kind: 'close-idle'; readonly afterMs: number }
  /** To an http address of this machine; without one, to a port where nothing listens. Default: 307, `before`. */
  | {
      readonly kind: 'redirect';
      readonly location?: string;
      readonly status?: 302 | 307;
      readonly when?: SandboxFaultMoment;
    }
  /** Executed; the reply is JSON of 1 to 1,073,741,824 bytes, without a Content-Length. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** Executed; some 256 kB of gzip that inflate to 256 MiB of JSON. */
  | { readonly kind: 'gzip-bomb' }
  /** Executed and answered, with a `Date` that is off by up to 315,576,000 s (ten years). */
  | { readonly kind: 'wrong-date'; readonly offsetSeconds: number }
  /** The Timestamp is checked, and `Date` is set, by a clock that is off by up to 315,576,000 s (ten years). */
  | { readonly kind: 'clock-skew'; readonly offsetSeconds: number };

/** Selects the requests of a rule: those that match every given field. */
export interface SandboxFaultMatch {
  /** The Action in the query; case-sensitive. */
  readonly action?: string;
  readonly appId?: number;
  /** A user named anywhere in the request: FromUserId, UserId, UserId[], UserIds, UserInfo. */
  readonly userId?: string;
  /** 1-based index of the request among those of its AppID and Action with the same content. */
  readonly attempt?: number;
}

/** Injects a fault into the requests that match. Nothing is random: the same requests get the same faults. */
export interface SandboxFaultRule {
  /** Default: every request. */
  readonly match?: SandboxFaultMatch;
  /** How many requests get the fault, 1 to 1,000,000; unlimited if absent. */
  readonly times?: number;
  /**
   * How long the rule is active after it was added (or after the start, and after each reset): 1 to 3,600,000 ms of
   * the sandbox's clock. Until it is removed, if absent.
   */
  readonly lastsMs?: number;
  readonly fault: SandboxFault;
}

/** The fault that was injected into a request. */
export interface SandboxInjectedFault {
  /** The id of the rule, if a rule caused it. */
  readonly id?: number;
  /** The prefix of the user id, if a magic user id caused it. */
  readonly prefix?: string;
  readonly kind: SandboxFault['kind'];
  /** For the kinds that have both. */
  readonly when?: SandboxFaultMoment;
}
