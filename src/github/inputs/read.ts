/** Reads the inputs of an action as the runner hands them over, and reports everything that is wrong with them at once. */
import { InputError } from '../../errors.ts';
import { didYouMean } from '../../platform/suggest.ts';
import type { Input, InputTable, InputValues } from './kinds.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'INPUT_';

/** What is missing or contradicts itself, given the command and which inputs are set; a line each. */
export type Needs = (command: string, given: (name: string) => boolean) => string[];

/** The variable that the runner passes an input in: upper case, spaces as underscores, hyphens as they are. */
export function variableOf(name: string): string {
  return `${PREFIX}${name.replace(/ /g, '_').toUpperCase()}`;
}

/** The text of one input, without white space around it; empty when it was not given. */
export function rawInput(name: string, environment: Environment): string {
  return (environment[variableOf(name)] ?? '').trim();
}

/**
 * The typed values of a table. `others` are inputs that the same action.yml has for other operations; `needs` says what is wrong with
 * inputs taken together.
 * @throws InputError (`bad-inputs`) that lists every wrong, missing, unknown and unfitting input, and what to write instead
 */
export function readInputs<Table extends InputTable>(
  operation: string,
  table: Table,
  environment: Environment,
  others: InputTable = {},
  needs: Needs = () => [],
): InputValues<Table> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(table)) {
    values[name] = readOne(name, input, environment, problems);
  }
  const command = typeof values['command'] === 'string' ? values['command'] : undefined;
  if (command !== undefined) {
    problems.push(...unfitting(command, table, environment));
    problems.push(...needs(command, (name) => isSet(name, table, environment)));
  }
  problems.push(...ofOthers(operation, table, others, environment), ...unknown({ ...others, ...table }, environment));
  if (problems.length > 0) {
    throw badInputs(problems);
  }
  return values as InputValues<Table>;
}

function badInputs(problems: readonly string[]): InputError {
  const many = problems.length === 1 ? 'an input is wrong' : `${problems.length} inputs are wrong`;
  return new InputError(
    'bad-inputs',
    `${many}; nothing was changed:\n${problems.map((each) => `  - ${each}`).join('\n')}`,
  );
}

function readOne(name: string, input: Input<unknown>, environment: Environment, problems: string[]): unknown {
  const given = rawInput(name, environment) || input.default;
  if (given === '' || given.startsWith('${{')) {
    if (input.always && given === '') {
      problems.push(`${name} is missing: ${input.description}`);
    }
    return input.absent;
  }
  try {
    return input.parse(given);
  } catch (error) {
    const shown = input.secret ? '' : ` ${JSON.stringify(given.length > 60 ? `${given.slice(0, 60)}…` : given)}`;
    problems.push(`${name} is${shown}; it must be ${error instanceof Error ? error.message : String(error)}`);
    return input.absent;
  }
}

function isSet(name: string, table: InputTable, environment: Environment): boolean {
  const input = table[name];
  return input !== undefined && wasGiven(name, input, environment);
}

/** Given, and not merely the default that action.yml fills in. */
function wasGiven(name: string, input: Input<unknown>, environment: Environment): boolean {
  const given = rawInput(name, environment);
  // GitHub has evaluated an expression by now; such an input is never held against anyone.
  return given !== '' && given !== input.default && !input.default.startsWith('${{');
}

function unfitting(command: string, table: InputTable, environment: Environment): string[] {
  return Object.entries(table)
    .filter(
      ([name, { commands, ...input }]) =>
        commands?.includes(command) === false && wasGiven(name, { commands, ...input }, environment),
    )
    .map(
      ([name, { commands }]) => `${name} has no meaning for ${command}, only for ${commands?.join(', ')}: leave it out`,
    );
}

function ofOthers(operation: string, table: InputTable, others: InputTable, environment: Environment): string[] {
  return Object.entries(others)
    .filter(([name, input]) => !input.always && !Object.hasOwn(table, name) && wasGiven(name, input, environment))
    .map(([name]) => `${name} is not an input of ${operation}: leave it out`);
}

/** The runner only warns of these and goes on: a mistyped \`dry-run\` would deploy. */
function unknown(known: InputTable, environment: Environment): string[] {
  const variables = new Map(Object.keys(known).map((name) => [variableOf(name), name]));
  return Object.keys(environment)
    .filter((variable) => variable.startsWith(PREFIX) && environment[variable] !== '' && !variables.has(variable))
    .map((variable) => {
      const name = variable.slice(PREFIX.length).toLowerCase();
      const near = didYouMean(name.replace(/_/g, '-'), Object.keys(known));
      return `there is no input ${name}${near === undefined ? '' : `; did you mean ${near}?`}`;
    });
}
