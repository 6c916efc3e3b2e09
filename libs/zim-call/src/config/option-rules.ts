/** What is wrong with an option. Neither field contains the option's value, which may be a secret. */
export interface OptionProblem {
  /** The option, such as `retry.budget.perCall`; empty for the options as a whole. */
  readonly path: string;
  readonly message: string;
}

type Options = Readonly<Record<string, unknown>>;

/** Returns what is wrong with an option. `siblings` are the options beside it. */
export type OptionRule = (value: unknown, siblings: Options) => readonly OptionProblem[];

export const noProblem: readonly OptionProblem[] = [];

export function problem(message: string): readonly OptionProblem[] {
  return [{ path: '', message }];
}

export function rule(
  message: string,
  isValid: (value: unknown, siblings: Options) => boolean,
): OptionRule {
  const broken = problem(message);
  return (value, siblings) => (isValid(value, siblings) ? noProblem : broken);
}

export function numberFrom(min: number, max: number): OptionRule {
  return rule(`must be a number from ${min} to ${max}`, (value) => isBetween(value, min, max));
}

export function wholeNumber(min: number, max: number): OptionRule {
  return rule(
    `must be a whole number from ${min} to ${max}`,
    (value) => isBetween(value, min, max) && Number.isInteger(value),
  );
}

export const trueOrFalse = rule('must be true or false', (value) => typeof value === 'boolean');

export function oneOf(...choices: readonly string[]): OptionRule {
  return rule(`must be one of ${choices.join(', ')}`, (value) =>
    choices.some((choice) => choice === value),
  );
}

/**
 * Returns a rule for an object with these options. An option that is absent keeps its rule, unless it is required.
 * Problems stand in the order of the rules, unknown options last.
 */
export function optionGroup<T>(
  rules: Readonly<Record<keyof T & string, OptionRule>>,
  required: readonly (keyof T & string)[] = [],
): OptionRule {
  const known: [string, OptionRule][] = Object.entries(rules);
  const requiredNames = new Set<string>(required);
  return (options) => {
    if (!isRecord(options)) return problem('must be an object');
    const problems: OptionProblem[] = [];
    for (const [name, check] of known) {
      const value = options[name];
      if (value === undefined && !requiredNames.has(name)) continue;
      for (const { path, message } of check(value, options)) {
        problems.push({ path: path === '' ? name : `${name}.${path}`, message });
      }
    }
    for (const name of Object.keys(options)) {
      if (Object.hasOwn(rules, name)) continue;
      problems.push({ path: name, message: unknownOption(name, Object.keys(rules)) });
    }
    return problems;
  };
}

export function isRecord(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Returns `undefined` for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBetween(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

function unknownOption(name: string, known: readonly string[]): string {
  const similar = known.find((option) => isPart(option, name) || isPart(name, option));
  return `is not a known option${similar === undefined ? '' : `; did you mean ${similar}?`}`;
}

function isPart(part: string, whole: string): boolean {
  return part.length > 3 && whole.toLowerCase().includes(part.toLowerCase());
}
