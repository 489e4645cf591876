/** The reference pages, made of the code: what the parser of the command line knows, and the schema of surefoot.yml. */
import type { Command, Option } from 'commander';
import * as z from 'zod';

interface Schema {
  readonly description?: string | undefined;
  readonly examples?: readonly unknown[] | undefined;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: Schema | boolean | undefined;
  readonly items?: Schema | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    description: z.string().optional(),
    examples: z.array(z.unknown()).optional(),
    default: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), schema).optional(),
    additionalProperties: z.union([z.boolean(), schema]).optional(),
    items: schema.optional(),
  }),
);

const file = z.object({ $defs: z.record(z.string(), schema) });

/** A page of every command: its arguments and options. `program` is the command line, nothing parsed. */
export function commandsPage(program: Command): string {
  return [
    '# Reference: the commands',
    '',
    'From the code, as `--help` prints it. What each is for: [the README](../../README.md#the-commands). Exit codes: 0 pass, 1 fail, 2 bad input or refused,',
    '3 inconclusive, 4 something outside failed, 130 cancelled.',
    '',
    ...shownOf(program).flatMap((command) => section(command, 'surefoot')),
  ].join('\n');
}

/** Commands that help shows; `load-part` is for tasks alone. */
function shownOf(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== 'help');
}

function section(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const below = shownOf(command).flatMap((each) => section(each, name));
  const takesNothing = below.length > 0 && command.options.length === 0;
  const rows = [
    ...command.registeredArguments.map((one) =>
      row(`${one.name()}${one.variadic ? '…' : ''}`, one.description, one.defaultValue),
    ),
    ...command.options
      .filter(({ hidden }) => !hidden)
      .map((one: Option) => row(one.flags, one.description, one.defaultValue)),
  ];
  const own = ['| argument or option | says | when left out |', '|---|---|---|', ...rows, ''];
  return takesNothing ? below : [`## ${name}`, '', `${sentence(command.description())}`, '', ...own, ...below];
}

/** A page of every key of the documents of surefoot.yml. @param json its JSON Schema */
export function platformFilePage(json: unknown): string {
  const { $defs } = file.parse(json);
  return [
    '# Reference: surefoot.yml',
    '',
    'From the code. Editors know the same by [the JSON Schema](../../schema/surefoot.schema.json); `surefoot check` also knows what belongs together. `<name>` is a name of yours, `[]` an item',
    'of a list. A service may say all its keys again under `environments.<name>`: there they hold for that environment.',
    '',
    ...Object.entries($defs).flatMap(([kind, shape]) => [
      `## kind: ${kind}`,
      '',
      '| key | says | example | when left out |',
      '|---|---|---|---|',
      ...keysOf(shape, ''),
      '',
    ]),
  ].join('\n');
}

function keysOf(shape: Schema, path: string): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const own = keyRow(at, value);
    // The same keys as those of the service itself.
    return at === 'services.<name>.environments' ? [own] : [own, ...within(value, at)];
  });
}

function within(shape: Schema, at: string): string[] {
  const { additionalProperties: each, items } = shape;
  return [
    ...keysOf(shape, at),
    ...(typeof each === 'object' ? keysOf(each, `${at}.<name>`) : []),
    ...(items === undefined ? [] : keysOf(items, `${at}[]`)),
  ];
}

function keyRow(at: string, shape: Schema): string {
  const choices = shape.enum === undefined ? '' : ` One of ${shape.enum.map(code).join(', ')}.`;
  const example = shape.examples?.[0] ?? shape.items?.examples?.[0];
  const left = shape.default === undefined ? '' : code(shape.default);
  return `| ${code(at)} | ${escaped(`${shape.description ?? ''}${choices}`)} | ${example === undefined ? '' : code(example)} | ${left} |`;
}

function row(name: string, says: string, left: unknown): string {
  const known = left === undefined || (Array.isArray(left) && left.length === 0) ? '' : code(left);
  return `| ${code(name)} | ${escaped(says)} | ${known} |`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** For a cell of a table: on one line; what looks like a tag outside of code is none. */
function escaped(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
  const parts = line.split('`');
  return parts.map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('`');
}

/** A span of code in a cell. */
function code(text: unknown): string {
  return `\`${String(text).replaceAll('|', '\\|')}\``;
}
