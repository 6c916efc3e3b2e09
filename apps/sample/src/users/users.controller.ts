import { Body, Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiQuery } from '@nestjs/swagger';
import { ZimRegisterUsersDto, zimUserIdSchema, ZimUserService } from 'nestjs-zim-call';
import { ApiKeyGuard } from '../http/api-key.guard.js';
import { ApiRoutes, UserFailureDto } from '../http/openapi.js';

class RegisterUsersResultDto {
  @ApiProperty({ type: [String] }) registered!: readonly string[];
  @ApiProperty({ type: [UserFailureDto] }) failed!: readonly UserFailureDto[];
}

class OnlineStateDto {
  @ApiProperty(zimUserIdSchema) userId!: string;
  @ApiProperty() online!: boolean;
}

class OnlineStatesDto {
  @ApiProperty({ type: [OnlineStateDto] }) users!: readonly OnlineStateDto[];
  @ApiProperty({ type: [UserFailureDto] }) failed!: readonly UserFailureDto[];
}

/** Registers users with ZIM, so that they can be called, and reports who is online. */
@ApiRoutes('users')
@UseGuards(ApiKeyGuard)
@Controller('users')
export class UsersController {
  constructor(private readonly users: ZimUserService) {}

  @ApiOperation({ summary: 'Register users with ZIM' })
  @ApiOkResponse({ description: 'The result for each user', type: RegisterUsersResultDto })
  @HttpCode(200)
  @Post()
  register(@Body() { users }: ZimRegisterUsersDto): Promise<RegisterUsersResultDto> {
    return this.users.register(users);
  }

  @ApiOperation({ summary: 'Report who is online' })
  @ApiQuery({ name: 'userId', isArray: true, type: String })
  @ApiOkResponse({ description: 'The state of each user', type: OnlineStatesDto })
  @Get('online')
  online(@Query('userId') userId: string | string[] = []): Promise<OnlineStatesDto> {
    return this.users.queryOnlineState(typeof userId === 'string' ? [userId] : userId);
  }
}
