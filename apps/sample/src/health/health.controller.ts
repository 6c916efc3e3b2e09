import { type BeforeApplicationShutdown, Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { SkipThrottle } from '@nestjs/throttler';

/** For probes. Neither route calls ZIM: a probe must not spend the quota of calls. */
@ApiTags('health')
@SkipThrottle()
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  private shuttingDown = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  @ApiOperation({ summary: 'The process runs' })
  @HealthCheck()
  @Get('live')
  live() {
    return this.health.check([]);
  }

  @ApiOperation({ summary: 'The process takes calls; 503 while it shuts down' })
  @HealthCheck()
  @Get('ready')
  ready() {
    const backend = this.indicators.check('backend');
    return this.health.check([() => (this.shuttingDown ? backend.down() : backend.up())]);
  }

  beforeApplicationShutdown(): void {
    this.shuttingDown = true;
  }
}
