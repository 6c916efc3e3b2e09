import { Injectable } from '@nestjs/common';
import type { ZimReply } from 'zim-protocol';
import {
  checkRequestOptions,
  type ZimApiRequest,
  type ZimRequestOptions,
} from '../config/request-options.js';
import { CallRunner } from './call-runner.js';

/** Calls any operation of ZIM's server API, also those for which this package has no method. */
@Injectable()
export class ZimApiClient {
  /** @internal */
  constructor(private readonly calls: CallRunner) {}

  /**
   * Calls an operation and returns its reply, whose `Code` is 0.
   *
   * A request that certainly had no effect is repeated while the deadline lasts: one that never left, or that ZIM
   * refused for its rate or its age. A request that may have taken effect is repeated only where doing it twice is
   * the same as once (accepting, rejecting, registering, querying), or where `onUnknown` says so.
   *
   * @param action - the operation, such as `CallInvite`; case-sensitive
   * @throws ZimCallError of the class that fits; its `outcome` says what happened
   * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
   */
  async call(
    action: string,
    request: ZimApiRequest = {},
    options: ZimRequestOptions = {},
  ): Promise<ZimReply> {
    const checked = checkRequestOptions(action, options);
    return this.calls.run({ action, request, options: checked, decode: (reply) => reply });
  }
}
