import { Injectable, Logger } from '@nestjs/common';

/** Notices that calls go to zim-sandbox: its replies carry the header `X-Zim-Sandbox`, which ZIM does not send. */
@Injectable()
export class SandboxNotice {
  private readonly logger = new Logger('ZimCall');
  private seen = false;

  /** Whether any reply so far came from a sandbox. */
  get isSandbox(): boolean {
    return this.seen;
  }

  /** Logs one warning, at the first reply of a sandbox. */
  observed(): void {
    if (this.seen) return;
    this.seen = true;
    try {
      this.logger.warn(
        'Calls go to zim-sandbox, not to ZIM: no real phone rings. To call ZIM, remove baseUrl and set the appId and serverSecret of your project.',
      );
    } catch {
      // A logger that fails must not take the place of what really happened.
    }
  }
}
