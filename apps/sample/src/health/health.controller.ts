import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { SkipThrottle } from '@nestjs/throttler';
import { ZimPacing } from 'nestjs-zim-call';

/** For probes. Neither route calls ZIM: a probe must not spend the quota of calls. */
@ApiTags('health')
@SkipThrottle()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly pacing: ZimPacing,
  ) {}

  @ApiOperation({ summary: 'The process runs' })
  @HealthCheck()
  @Get('live')
  live() {
    return this.health.check([]);
  }

  @ApiOperation({ summary: "The process takes calls; and how it stands with ZIM's quota" })
  @HealthCheck()
  @Get('ready')
  ready() {
    return this.health.check([() => this.quota()]);
  }

  /** Never down: without Redis calls still leave, and an instance that is taken out would help nobody. */
  private quota() {
    const { state, instances, lanes } = this.pacing.figures();
    const queued = lanes.urgent.queued + lanes.normal.queued + lanes.bulk.queued;
    return this.indicators.check('zimQuota').up({ state, instances, queued });
  }
}
