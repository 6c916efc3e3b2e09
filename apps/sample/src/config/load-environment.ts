import { parse } from 'dotenv';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, readEnvironment } from './environment.js';

/**
 * Reads the environment from the process and `.env` files.
 *
 * @param overrides variables that take precedence over all others
 * @throws Error that names every variable that is wrong or missing
 */
export function loadEnvironment(
  overrides: Record<string, string> = {},
  folder = process.cwd(),
): Environment {
  return readEnvironment(loadVariables(overrides, folder));
}

/** Reads the variables of the process first, then of `.env.<NODE_ENV>.local`, `.env.<NODE_ENV>` and `.env`. */
export function loadVariables(
  overrides: Record<string, string> = {},
  folder = process.cwd(),
): Record<string, string | undefined> {
  // A file cannot choose the environment: by then the files are chosen.
  const name = overrides.NODE_ENV ?? process.env.NODE_ENV ?? 'development';
  const read = (file: string) => readVariables(join(folder, file));
  return {
    ...read('.env'),
    ...read(`.env.${name}`),
    ...read(`.env.${name}.local`),
    ...process.env,
    ...overrides,
    NODE_ENV: name,
  };
}

function readVariables(path: string): Record<string, string> {
  return existsSync(path) ? parse(readFileSync(path)) : {};
}
