import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { SkipThrottle } from '@nestjs/throttler';

/** For probes. Neither route calls ZIM: a probe must not spend the quota of calls. */
@ApiTags('health')
@SkipThrottle()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthCheckService) {}

  @ApiOperation({ summary: 'The process runs' })
  @HealthCheck()
  @Get('live')
  live() {
    return this.health.check([]);
  }

  @ApiOperation({ summary: 'The process takes calls' })
  @HealthCheck()
  @Get('ready')
  ready() {
    return this.health.check([]);
  }
}
