import { plainToInstance, Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import 'reflect-metadata';
import { type ZimRegion, zimLimits, zimRegionHosts } from 'zim-protocol';

export const environments = ['development', 'test', 'production'] as const;

const number = (min: number, max: number) => ({
  message: `$property must be a whole number from ${min} to ${max}`,
});

/** The variables of the environment that this backend reads. An empty variable counts as absent. */
export class Environment {
  @IsIn(environments)
  NODE_ENV: (typeof environments)[number] = 'development';

  @Max(65_535, number(0, 65_535))
  @Min(0, number(0, 65_535))
  @IsInt(number(0, 65_535))
  @Transform(({ value }: { value: unknown }) => readNumber(value))
  PORT = 3000;

  /** The address to listen on; loopback, unless somebody decides otherwise. */
  @IsString()
  HOST = '127.0.0.1';

  @Max(zimLimits.maxAppId, number(1, zimLimits.maxAppId))
  @Min(1, number(1, zimLimits.maxAppId))
  @IsInt(number(1, zimLimits.maxAppId))
  @Transform(({ value }: { value: unknown }) => readNumber(value))
  @IsOptional()
  ZIM_APP_ID!: number;

  @IsString()
  @IsOptional()
  ZIM_SERVER_SECRET!: string;

  /** The CallbackSecret, which is not the ServerSecret. Absent: callbacks are not received. */
  @IsString()
  @IsOptional()
  ZIM_CALLBACK_SECRET?: string;

  /** Shared by all instances of the backend; absent: each for itself. Nodes of a cluster are listed with commas. */
  @Matches(/^(unix:\/\/\/[^\s,]+|rediss?:\/\/[^\s,]+(,rediss?:\/\/[^\s,]+)*)$/, {
    message:
      '$property must be a URL, as redis://127.0.0.1:6379, or a list of such of the nodes of a cluster',
  })
  @IsOptional()
  ZIM_REDIS_URL?: string;

  @IsIn(Object.keys(zimRegionHosts))
  @IsOptional()
  ZIM_REGION?: ZimRegion;

  @Matches(/^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?)\/?$/, {
    message: '$property must be https://host or, on loopback, http://host:port, and nothing more',
  })
  @IsOptional()
  ZIM_BASE_URL?: string;

  /** Keys that callers of this backend send as `Authorization: Bearer …`. */
  @MaxLength(200, { each: true, message: '$property must hold keys of at most 200 characters' })
  @MinLength(16, { each: true, message: '$property must hold keys of at least 16 characters' })
  @Matches(/^\S*$/, { each: true, message: '$property must hold keys without spaces' })
  @Transform(({ value }: { value: unknown }) => splitKeys(value))
  API_KEYS: string[] = [];

  @Max(1_000_000, number(1, 1_000_000))
  @Min(1, number(1, 1_000_000))
  @IsInt(number(1, 1_000_000))
  @Transform(({ value }: { value: unknown }) => readNumber(value))
  THROTTLE_PER_SECOND = 100;

  /** Whether `GET /docs` describes the routes; absent: `off` in production, else `on`. */
  @IsIn(['on', 'off'])
  @IsOptional()
  API_DOCS?: 'on' | 'off';
}

export function servesApiDocs({ API_DOCS, NODE_ENV }: Environment): boolean {
  return (API_DOCS ?? (NODE_ENV === 'production' ? 'off' : 'on')) === 'on';
}

/** Without them no phone rings. */
const credentials = ['ZIM_APP_ID', 'ZIM_SERVER_SECRET'];

/**
 * Reads the environment.
 * @throws Error that names every variable that is wrong or missing, says how to fix it, and prints no value
 */
export function readEnvironment(variables: Record<string, unknown>): Environment {
  const known = pickKnown(variables);
  const environment = plainToInstance(Environment, known, { exposeDefaultValues: true });
  const broken = validateSync(environment, { stopAtFirstError: true });
  const missing = credentials.filter((name) => known[name] === undefined);
  const problems = [
    ...missing.map((name) => `${name} is required`),
    ...broken.flatMap(({ constraints }) => Object.values(constraints ?? {})),
    ...crossChecks(environment),
  ];
  if (problems.length === 0) return environment;
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  throw new Error(`The environment is not complete:\n${list}${missing.length > 0 ? fix : ''}`);
}

const fix =
  '\nSet the credentials of your project in the ZEGO console, in the environment or in a .env file (see ' +
  '.env.example). Without an account, use npm start outside production: it brings a sandbox.';

function crossChecks(environment: Environment): string[] {
  const { NODE_ENV, ZIM_BASE_URL, ZIM_REGION, API_KEYS } = environment;
  const production = NODE_ENV === 'production';
  const rules: [broken: boolean, problem: string][] = [
    [production && API_KEYS.length === 0, 'API_KEYS is required in production'],
    [
      production && ZIM_BASE_URL !== undefined && !ZIM_BASE_URL.startsWith('https:'),
      'ZIM_BASE_URL must be https in production',
    ],
    [
      ZIM_BASE_URL !== undefined && ZIM_REGION !== undefined,
      'ZIM_BASE_URL and ZIM_REGION exclude each other',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}

function pickKnown(variables: Record<string, unknown>): Record<string, unknown> {
  const known = new Set([
    ...Object.keys(new Environment()),
    ...credentials,
    'ZIM_CALLBACK_SECRET',
    'ZIM_REDIS_URL',
    'ZIM_REGION',
    'ZIM_BASE_URL',
    'API_DOCS',
  ]);
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => known.has(name) && !(typeof value === 'string' && value.trim() === ''),
    ),
  );
}

/** Decimal digits alone: `Number` would also read blanks, hex and powers. */
function readNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
}

function splitKeys(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
}
