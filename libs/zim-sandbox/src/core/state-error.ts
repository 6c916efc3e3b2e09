/** What was asked of a user's device makes no sense in the state the user or the call is in. */
export class SandboxStateError extends Error {
  override readonly name = 'SandboxStateError';
  /** The error code that ZIM's SDK documents for it, if there is one, such as 6000271. */
  readonly sdkCode?: number;

  constructor(message: string, sdkCode?: number) {
    super(sdkCode === undefined ? message : `${message} (the SDK's error ${sdkCode})`);
    this.sdkCode = sdkCode;
  }
}
