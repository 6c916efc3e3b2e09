import { type DynamicModule, Logger } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Environment, environmentFiles, validateEnvironment } from './environment.js';

/**
 * Reads the variables of the process, then of `.env.<NODE_ENV>.local`, `.env.<NODE_ENV>` and `.env`, and offers
 * them to all modules as `ConfigService<Environment, true>`.
 * @throws Error that names every variable that is wrong or missing
 */
export function loadConfig(folder = process.cwd()): Promise<DynamicModule> {
  const logger = new Logger('Config');
  // A file cannot choose the environment, because the environment chooses the files.
  let { NODE_ENV = '' } = process.env;
  if (NODE_ENV.trim() === '') {
    ({ NODE_ENV } = new Environment());
    logger.warn(`NODE_ENV is not set: the rules of ${NODE_ENV} apply`);
  }
  return ConfigModule.forRoot({
    isGlobal: true,
    // Otherwise an empty variable of the process would count as set.
    skipProcessEnv: true,
    envFilePath: environmentFiles(NODE_ENV, folder),
    validate: (variables) => {
      const environment = validateEnvironment({ ...variables, NODE_ENV });
      if (environment.API_KEYS.length === 0)
        logger.warn('API_KEYS is not set: every client that reaches this port can ring phones');
      return environment;
    },
  });
}
