import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Environment, readEnvironment } from './environment.js';

/** The checked environment, and the module that gives it to every other. */
export interface SampleConfig {
  readonly environment: Environment;
  readonly module: DynamicModule;
}

@Module({})
class SampleConfigModule {}

/**
 * Reads the variables of the process first, then of `.env.<NODE_ENV>.local`, `.env.<NODE_ENV>` and `.env`.
 *
 * @param overrides variables that go before those of the process, for tests and the demo
 * @throws Error that names every variable that is wrong or missing
 */
export async function loadConfig(overrides: Record<string, string> = {}): Promise<SampleConfig> {
  const name = overrides.NODE_ENV ?? process.env.NODE_ENV ?? 'development';
  let environment = new Environment();
  const config = await ConfigModule.forRoot({
    envFilePath: [`.env.${name}.local`, `.env.${name}`, '.env'],
    validate: (variables) => {
      // A file cannot choose the environment: by then the files are chosen.
      environment = readEnvironment({ ...variables, ...overrides, NODE_ENV: name });
      return {};
    },
  });
  const module = {
    module: SampleConfigModule,
    global: true,
    imports: [config],
    providers: [{ provide: Environment, useValue: environment }],
    exports: [Environment],
  };
  return { environment, module };
}
