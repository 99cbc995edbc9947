import { readFileSync } from 'node:fs';
import { VARIABLES, type Values, type Variable } from './schema.ts';

/** All that is wrong with the environment, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable after its schema; what does not fit is added to `faults`, and then the values are not to be used. */
export function readValues(env: Environment, faults: string[]): Values {
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries<Variable>(VARIABLES)) {
    // An empty value is how a shell or a chart says "not set".
    const given = variable.secret ? secretOf(name, env, faults) : env[name];
    const result = variable.schema.safeParse(given === '' ? undefined : given);
    if (result.success) values[name] = result.data;
    else faults.push(`${name}: ${result.error.issues.map(({ message }) => message).join('; ')}`);
  }
  // The loop has parsed every variable of the schema that this type is derived from; with faults it is not used.
  return values as Values;
}

function secretOf(name: string, env: Environment, faults: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return env[name];
  if (env[name] !== undefined && env[name] !== '')
    faults.push(`${name}: give either ${name} or ${name}_FILE, not both`);
  const text = readText(`${name}_FILE`, file, faults)?.trimEnd();
  // Who names a file means what is in it: nothing must not come to mean "not set", and with it the development key.
  if (text === '') faults.push(`${name}_FILE: ${file} is empty`);
  return text;
}

/** The text of a file that a variable names. */
export function readText(name: string, file: string, faults: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    faults.push(
      `${name}: ${file} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
    );
    return undefined;
  }
}
