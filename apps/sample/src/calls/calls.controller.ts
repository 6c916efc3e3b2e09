import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CallInviteDto, type CallInviteResult } from 'nestjs-zim-call';
import { ApiKeyGuard } from '../security/api-key.guard.js';
import {
  inviteExamples,
  inviteResultSchema,
  inviteSchema,
  problemResponses,
} from './calls.openapi.js';
import { CallsService } from './calls.service.js';

/**
 * Whoever may use these routes can ring any user's phone. The API key below tells only that the caller is
 * one of yours: put your own guard beside it to check that the caller may act for `fromUserId`.
 */
@ApiTags('calls')
@ApiBearerAuth()
@UseGuards(ApiKeyGuard)
@Controller('calls')
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  @ApiOperation({ summary: 'Let the phones of the callees ring' })
  @ApiBody({ schema: inviteSchema, examples: inviteExamples })
  @ApiResponse({ status: 201, description: 'Phones ring', schema: inviteResultSchema })
  @problemResponses()
  @HttpCode(201)
  @Post()
  invite(@Body() invite: CallInviteDto): Promise<CallInviteResult> {
    return this.calls.invite(invite);
  }
}
