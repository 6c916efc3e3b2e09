import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Environment, readEnvironment } from './environment.js';

/**
 * Gives the checked {@link Environment} to every module. Variables come from the process first, then from
 * `.env.<NODE_ENV>.local`, `.env.<NODE_ENV>` and `.env`.
 */
@Module({})
export class SampleConfigModule {
  static async forRoot(overrides: Record<string, string>): Promise<DynamicModule> {
    const name = overrides.NODE_ENV ?? process.env.NODE_ENV ?? 'development';
    let environment: Environment | undefined;
    const config = await ConfigModule.forRoot({
      envFilePath: [`.env.${name}.local`, `.env.${name}`, '.env'],
      validate: (variables) => {
        // A file cannot choose the environment: by then the files are chosen.
        environment = readEnvironment({ ...variables, ...overrides, NODE_ENV: name });
        return {};
      },
    });
    return {
      module: SampleConfigModule,
      global: true,
      imports: [config],
      providers: [{ provide: Environment, useValue: environment }],
      exports: [Environment],
    };
  }
}
