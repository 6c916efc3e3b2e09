import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ZimDispatchModule } from 'nestjs-zim-dispatch';
import { ringOptions } from '../config/zim-options.js';
import { RingsController } from './rings.controller.js';
import { RingsService } from './rings.service.js';

@Module({
  imports: [ZimDispatchModule.forRootAsync({ inject: [ConfigService], useFactory: ringOptions })],
  controllers: [RingsController],
  providers: [RingsService],
})
export class RingsModule {}
