import { plainToInstance, Transform } from 'class-transformer';
import {
  IsDefined,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  validateSync,
} from 'class-validator';
import { join } from 'node:path';
import 'reflect-metadata';
import { type ZimRegion, zimLimits, zimRegionHosts } from 'zim-protocol';

export const environments = ['development', 'test', 'staging', 'production'] as const;

// Decorators apply from the bottom up, and only the first broken rule of a variable is reported.

/** Reads decimal digits only; `Number` would also read blanks, hex and powers. */
function WholeNumber(min: number, max: number): PropertyDecorator {
  const options = { message: `$property must be a whole number from ${min} to ${max}` };
  const read = ({ value }: { value: unknown }): unknown =>
    typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  const rules = [Transform(read), Min(min, options), Max(max, options)];
  return (target, property) => {
    for (const rule of rules) rule(target, property);
  };
}

const Required = () => IsDefined({ message: '$property is required' });

/** Reads a list with commas. */
function readList({ value }: { value: unknown }): unknown {
  return typeof value === 'string' ? (value.match(/[^\s,]([^,]*[^\s,])?/g) ?? []) : value;
}

const httpsOrLoopback =
  /^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?)\/?$/;
const redisUrls = /^(unix:\/\/\/[^\s,]+|rediss?:\/\/[^\s,]+(,rediss?:\/\/[^\s,]+)*)$/;

/** The environment variables of this backend. `.env.example` describes them. */
export class Environment {
  @IsIn(environments) NODE_ENV: (typeof environments)[number] = 'production';
  @IsString() HOST = '127.0.0.1';
  @WholeNumber(0, 65_535) PORT = 3000;
  @WholeNumber(1, zimLimits.maxAppId) @Required() ZIM_APP_ID!: number;
  @IsString() @Required() ZIM_SERVER_SECRET!: string;
  @IsString() @IsOptional() ZIM_CALLBACK_SECRET?: string;
  @IsIn(Object.keys(zimRegionHosts)) @IsOptional() ZIM_REGION?: ZimRegion;
  @Matches(httpsOrLoopback, {
    message: '$property must be https://host or, on loopback, http://host:port, and nothing more',
  })
  @IsOptional()
  ZIM_BASE_URL?: string;
  @Matches(redisUrls, {
    message:
      '$property must be a URL such as redis://127.0.0.1:6379, or a list of the URLs of a cluster',
  })
  @IsOptional()
  ZIM_REDIS_URL?: string;
  @Matches(/^\S{16,200}$/, {
    each: true,
    message: '$property must hold keys of at least 16 characters and at most 200, without spaces',
  })
  @Transform(readList)
  API_KEYS: string[] = [];
  @WholeNumber(1, 1_000_000) THROTTLE_PER_SECOND = 100;
  @IsIn(['on', 'off']) @IsOptional() API_DOCS?: 'on' | 'off';
}

/** The files that may hold variables, the most important first. */
export function environmentFiles(environment: string, folder: string): string[] {
  return [`.env.${environment}.local`, `.env.${environment}`, '.env'].map((n) => join(folder, n));
}

/**
 * Checks the variables. An empty variable counts as absent; variables of other programs are left out.
 * @throws Error that names every variable that is wrong or missing, says how to fix it, and prints no value
 */
export function validateEnvironment(variables: Record<string, unknown>): Environment {
  const given = Object.entries(variables).filter(
    ([, value]) => value !== undefined && !(typeof value === 'string' && value.trim() === ''),
  );
  const options = { exposeDefaultValues: true };
  const environment = plainToInstance(Environment, Object.fromEntries(given), options);
  environment.API_DOCS ??= environment.NODE_ENV === 'production' ? 'off' : 'on';
  const errors = validateSync(environment, { whitelist: true, stopAtFirstError: true });
  const problems = [
    ...errors.flatMap(({ constraints }) => Object.values(constraints ?? {})),
    ...crossChecks(environment),
  ];
  if (problems.length === 0) return environment;
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  const hint = list.includes('is required') ? howToSetCredentials : '';
  throw new Error(`The environment is not valid:\n${list}${hint}`);
}

const howToSetCredentials =
  '\nSet the credentials of your project in the ZEGO console, in the environment or in a .env file (see ' +
  '.env.example). Without an account, use npm start in development: it starts a sandbox.';

function crossChecks({ NODE_ENV, ZIM_BASE_URL, ZIM_REGION, API_KEYS }: Environment): string[] {
  const problems: string[] = [];
  if (NODE_ENV !== 'development' && NODE_ENV !== 'test' && API_KEYS.length === 0)
    problems.push('API_KEYS is required outside development and test');
  if (NODE_ENV === 'production' && ZIM_BASE_URL?.startsWith('http:'))
    problems.push('ZIM_BASE_URL must be https in production');
  if (ZIM_BASE_URL !== undefined && ZIM_REGION !== undefined)
    problems.push('ZIM_BASE_URL and ZIM_REGION exclude each other');
  return problems;
}
