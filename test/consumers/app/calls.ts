import { Body, Controller, Get, Injectable, Module, Post } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import {
  CallInviteDto,
  type CallInviteInput,
  type CallInviteResult,
  CallInviteService,
  isZimCallError,
  OnZimCall,
  type CallAcceptEvent,
  ZimCallModule,
  ZimExceptionFilter,
  ZimValidationPipe,
} from 'nestjs-zim-call';

@Injectable()
export class CallsService {
  readonly accepted: string[] = [];

  constructor(private readonly calls: CallInviteService) {}

  // Without a return type: with `declaration`, the compiler has to be able to name it.
  async ring(invite: CallInviteInput) {
    return this.calls.invite(invite, { idempotencyKey: `${invite.fromUserId}-${Date.now()}` });
  }

  async explain(invite: CallInviteInput): Promise<readonly string[]> {
    try {
      await this.calls.invite(invite);
      return [];
    } catch (error) {
      if (isZimCallError(error) && error.kind === 'invalid-request') {
        return error.errors.map(({ path, message }) => `${path}: ${message}`);
      }
      throw error;
    }
  }

  @OnZimCall('call_accept')
  onAccept(event: CallAcceptEvent): void {
    this.accepted.push(event.userId);
  }
}

@Controller('calls')
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  @Post()
  ring(@Body() { fromUserId, userIds }: CallInviteDto): Promise<CallInviteResult> {
    return this.calls.ring({ fromUserId, userIds, extendedData: undefined });
  }

  @Get('rules')
  rules(): Promise<readonly string[]> {
    return this.calls.explain({ fromUserId: 'alice', userIds: [] });
  }
}

// Inferred on purpose, as in CallsService.
export const zimCall = ZimCallModule.forRootAsync({
  useFactory: () => ({
    appId: Number(process.env.ZIM_APP_ID),
    serverSecret: process.env.ZIM_SERVER_SECRET ?? '',
    baseUrl: process.env.ZIM_BASE_URL ?? '',
  }),
});

@Module({
  imports: [zimCall],
  controllers: [CallsController],
  providers: [
    CallsService,
    { provide: APP_FILTER, useClass: ZimExceptionFilter },
    { provide: APP_PIPE, useClass: ZimValidationPipe },
  ],
})
export class CallsModule {}
