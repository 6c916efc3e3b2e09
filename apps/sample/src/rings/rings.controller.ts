import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  type MessageEvent,
  Param,
  Post,
  Res,
  Sse,
  UseGuards,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
} from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ApiKeyGuard } from '../http/api-key.guard.js';
import { toEventStream } from '../http/event-stream.js';
import { IdempotencyKey, idempotencyKeyHeader } from '../http/idempotency-key.js';
import { ApiRoutes } from '../http/openapi.js';
import { PlanDto, planExamples, RingStartedDto, RingStatusDto } from './rings.dto.js';
import { RingsService } from './rings.service.js';

/**
 * Every caller of these routes can ring the phone of any user, and a caller who has the id of a plan sees who answers and can
 * stop it. Add a guard of your own that checks that the caller may act for the plan's `fromUserId`.
 */
@ApiRoutes('rings')
@UseGuards(ApiKeyGuard)
@Controller('rings')
export class RingsController {
  constructor(private readonly rings: RingsService) {}

  @ApiOperation({ summary: 'Ring step after step until a callee accepts' })
  @ApiHeader({
    ...idempotencyKeyHeader,
    description:
      'A name of your own for this plan. Sent again with the same body until an hour after the plan has ended, it gives the same id and starts nothing; with another body, 409',
  })
  @ApiBody({ type: PlanDto, examples: planExamples })
  @ApiAcceptedResponse({
    description: 'The plan is open; phones ring later',
    type: RingStartedDto,
    headers: { Location: { description: 'The path of the plan', schema: { type: 'string' } } },
  })
  @HttpCode(202)
  @Post()
  async start(
    @Body() plan: PlanDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<RingStartedDto> {
    const id = await this.rings.start(plan, idempotencyKey);
    reply.header('Location', `/rings/${id}`);
    return { id };
  }

  @ApiOperation({ summary: 'Report how a plan stands, and its result when it has ended' })
  @ApiOkResponse({ description: 'The plan as it stands', type: RingStatusDto })
  @Get(':id')
  status(@Param('id') id: string): Promise<RingStatusDto> {
    return this.rings.status(id);
  }

  /** Also the result of a plan that had ended before. */
  @ApiOperation({ summary: 'Stop a plan and the phones that ring' })
  @ApiAcceptedResponse({
    description: 'No further step rings, and the phones that ring are withdrawn',
    type: RingStatusDto,
  })
  @HttpCode(202)
  @Delete(':id')
  cancel(@Param('id') id: string): Promise<RingStatusDto> {
    return this.rings.cancel(id);
  }

  @ApiOperation({ summary: 'Follow a plan until it has ended' })
  @ApiOkResponse({ description: 'Server-sent events', content: { 'text/event-stream': {} } })
  @Sse(':id/events')
  async events(@Param('id') id: string): Promise<Observable<MessageEvent>> {
    return toEventStream(await this.rings.events(id));
  }
}
