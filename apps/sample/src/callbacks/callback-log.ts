import { Injectable, Logger } from '@nestjs/common';
import { type AnyZimEvent, OnZimCall } from 'nestjs-zim-call';

/** Logs each verified callback: replace this with what your backend does about it. */
@Injectable()
export class CallbackLog {
  private readonly logger = new Logger('Callbacks');

  @OnZimCall('*')
  onEvent(event: AnyZimEvent): void {
    const callId = 'callId' in event ? event.callId : undefined;
    const name = event.event === 'unknown' ? event.name : event.event;
    this.logger.log('ZIM calls back', { event: name, appId: event.appId, callId });
  }
}
