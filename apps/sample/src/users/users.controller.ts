import { Body, Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import {
  type RegisterUsersResult,
  RegisterUsersDto,
  type UserOnlineStates,
  ZimUserService,
} from 'nestjs-zim-call';
import { problemResponses } from '../calls/calls.openapi.js';
import { ApiKeyGuard } from '../security/api-key.guard.js';
import { onlineSchema, registerResultSchema, registerSchema } from './users.openapi.js';

/** Users of ZIM, as a backend needs them before it can let them call. */
@ApiTags('users')
@ApiBearerAuth()
@UseGuards(ApiKeyGuard)
@Controller('users')
export class UsersController {
  constructor(private readonly users: ZimUserService) {}

  @ApiOperation({ summary: 'Register users with ZIM' })
  @ApiBody({ schema: registerSchema })
  @ApiResponse({ status: 200, description: 'What became of each', schema: registerResultSchema })
  @problemResponses()
  @HttpCode(200)
  @Post()
  register(@Body() { users }: RegisterUsersDto): Promise<RegisterUsersResult> {
    return this.users.register(users);
  }

  @ApiOperation({ summary: 'Who is online' })
  @ApiQuery({ name: 'userId', isArray: true, type: String })
  @ApiResponse({ status: 200, description: 'The state of each', schema: onlineSchema })
  @problemResponses()
  @Get('online')
  online(@Query('userId') userId: string | string[] = []): Promise<UserOnlineStates> {
    return this.users.queryOnlineState(typeof userId === 'string' ? [userId] : userId);
  }
}
