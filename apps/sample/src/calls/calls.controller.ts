import {
  Body,
  Controller,
  HttpCode,
  type MessageEvent,
  Param,
  Post,
  Res,
  Sse,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { type CallAnswerResult, CallInviteDto, type CallInviteResult } from 'nestjs-zim-call';
import { map, type Observable } from 'rxjs';
import { ApiKeyGuard } from '../security/api-key.guard.js';
import { AnswerDto } from './answer.dto.js';
import {
  answerResultSchema,
  answerSchema,
  idempotencyKeyHeader,
  inviteExamples,
  inviteResultSchema,
  inviteSchema,
  problemResponses,
  replayedHeader,
  replayedHeaderName,
} from './calls.openapi.js';
import { withHeartbeats } from './heartbeats.js';
import { IdempotencyKey } from './idempotency-key.js';
import { CallsService } from './calls.service.js';

/** What a controller needs of Fastify's reply. */
interface Reply {
  header(name: string, value: string): unknown;
}

/**
 * Whoever may use these routes can ring any user's phone, and answer for any user. The API key below tells only
 * that the caller is one of yours: put your own guard beside it to check that the caller may act for the user.
 */
@ApiTags('calls')
@ApiBearerAuth()
@UseGuards(ApiKeyGuard)
@Controller('calls')
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  @ApiOperation({ summary: 'Let the phones of the callees ring' })
  @ApiBody({ schema: inviteSchema, examples: inviteExamples })
  @ApiResponse({
    status: 201,
    description: 'Phones ring',
    schema: inviteResultSchema,
    headers: replayedHeader,
  })
  @ApiHeader(idempotencyKeyHeader)
  @problemResponses()
  @HttpCode(201)
  @Post()
  async invite(
    @Body() invite: CallInviteDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<CallInviteResult> {
    const { replayed, ...result } = await this.calls.invite(invite, idempotencyKey);
    // The body is the same, byte for byte: what is new about a replay stands in the header.
    if (replayed) reply.header(replayedHeaderName, 'true');
    return result;
  }

  @ApiOperation({ summary: 'Accept on behalf of a callee' })
  @ApiParam({ name: 'callId' })
  @ApiBody({ schema: answerSchema })
  @ApiResponse({ status: 200, description: 'ZIM has taken it', schema: answerResultSchema })
  @problemResponses()
  @HttpCode(200)
  @Post(':callId/accept')
  accept(@Param('callId') callId: string, @Body() answer: AnswerDto): Promise<CallAnswerResult> {
    return this.calls.accept({ callId, ...fieldsOf(answer) });
  }

  @ApiOperation({ summary: 'Reject on behalf of a callee' })
  @ApiParam({ name: 'callId' })
  @ApiBody({ schema: answerSchema })
  @ApiResponse({ status: 200, description: 'ZIM has taken it', schema: answerResultSchema })
  @problemResponses()
  @HttpCode(200)
  @Post(':callId/reject')
  reject(@Param('callId') callId: string, @Body() answer: AnswerDto): Promise<CallAnswerResult> {
    return this.calls.reject({ callId, ...fieldsOf(answer) });
  }

  /**
   * The API key does not restrict whose call it is: whoever has a call's id sees who is called and who answers.
   * Put a guard of your own here that checks that the caller takes part in the call.
   */
  @ApiOperation({ summary: 'What happens to a call, live, until it has ended' })
  @ApiParam({ name: 'callId' })
  @ApiResponse({
    status: 200,
    description: 'Server-sent events',
    content: { 'text/event-stream': {} },
  })
  @problemResponses()
  @Sse(':callId/events')
  async events(@Param('callId') callId: string): Promise<Observable<MessageEvent>> {
    const events = await this.calls.events(callId);
    return withHeartbeats(events.pipe(map((event) => ({ type: event.type, data: event }))));
  }
}

function fieldsOf({ userId, extendedData }: AnswerDto) {
  return { userId, extendedData };
}
