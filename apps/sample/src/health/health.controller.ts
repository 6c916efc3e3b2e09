import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { SkipThrottle } from '@nestjs/throttler';
import { ZimHealthIndicator } from 'nestjs-zim-call';

/** For probes. Neither route calls ZIM: a probe must not spend the quota of calls. */
@ApiTags('health')
@SkipThrottle()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly zim: ZimHealthIndicator,
  ) {}

  @ApiOperation({ summary: 'The process runs' })
  @HealthCheck()
  @Get('live')
  live() {
    return this.health.check([]);
  }

  @ApiOperation({ summary: "Calls can leave; and how it stands with ZIM's quota" })
  // Calls still leave while Redis is unavailable, so the instance stays ready.
  @HealthCheck()
  @Get('ready')
  ready() {
    return this.health.check([() => this.zim.check()]);
  }
}
