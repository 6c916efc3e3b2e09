/** Thrown when a device cannot do something in the present state of the user or the call. */
export class SandboxStateError extends Error {
  override readonly name = 'SandboxStateError';

  /** @param sdkCode - the error code that ZIM's SDK documents for it, if there is one, such as 6000271 */
  constructor(
    message: string,
    readonly sdkCode?: number,
  ) {
    super(sdkCode === undefined ? message : `${message} (the SDK's error ${sdkCode})`);
  }
}
