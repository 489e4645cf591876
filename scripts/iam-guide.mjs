/** Writes the table of docs/guides/iam.md from the code. `node scripts/iam-guide.mjs` writes it; a test compares it with what is there. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importFromSource } from './from-source.mjs';

const guide = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'guides', 'iam.md');
const [BEGIN, END] = ['<!-- permissions -->', '<!-- end of permissions -->'];

/** @typedef {{ Action: string[], Resource: string[], Condition?: Record<string, Record<string, string[]>> }} Statement */

/**
 * The guide with its table as the code has it.
 * @returns {Promise<string>}
 */
export async function iamGuide() {
  const text = await readFile(guide, 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const [, after = ''] = rest.split(END);
  return `${before}${BEGIN}\n${await sections()}\n${END}${after}`;
}

async function sections() {
  const { OPERATIONS, NAMES, policyOf } = await importFromSource(`
    export { OPERATIONS } from './src/aws/permissions/operations.ts';
    export { policyOf } from './src/aws/permissions/policy.ts';
    export { NAMES } from './src/aws/permissions/scope.ts';
  `);
  const scope = {
    place: { region: 'REGION', account: 'ACCOUNT' },
    platform: 'PLATFORM',
    environment: 'ENVIRONMENT',
    cluster: 'CLUSTER',
    services: ['SERVICE'],
    primary: {
      place: { region: 'PRIMARY-REGION', account: 'ACCOUNT' },
      cluster: 'PRIMARY-CLUSTER',
      services: ['PRIMARY-SERVICE'],
    },
  };
  const names = Object.fromEntries(
    Object.keys(NAMES)
      .filter((kind) => kind !== 'kms-key')
      .map((kind) => [kind, [kind.toUpperCase()]]),
  );
  /** @type {Map<string, string[]>} */
  const byTable = new Map();
  for (const name of Object.keys(OPERATIONS)) {
    const { document } = policyOf([name], scope, names);
    const table = document.Statement.map(row).join('\n');
    byTable.set(table, [...(byTable.get(table) ?? []), name]);
  }
  return [...byTable]
    .map(([table, operations]) => {
      const does = operations.map((name) => `- \`${name}\`: ${OPERATIONS[name].does}`).join('\n');
      return `### ${operations.join(', ')}\n\n${does}\n\n| may | on | only with |\n|---|---|---|\n${table}\n`;
    })
    .join('\n');
}

/** @param {Statement} statement */
function row({ Action, Resource, Condition = {} }) {
  const code = (/** @type {string[]} */ texts) => texts.map((text) => `\`${text}\``).join('<br>');
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${operator} ${key}: ${values.map(short).join(', ')}`),
  );
  return `| ${code(Action)} | ${code(Resource.map(short))} | ${code(conditions)} |`;
}

/**
 * Without the partition: arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/* is ecs:REGION:ACCOUNT:task/CLUSTER/*.
 * @param {string} arn
 */
function short(arn) {
  return arn.replace(/^arn:aws:/, '');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(guide, await iamGuide());
}
