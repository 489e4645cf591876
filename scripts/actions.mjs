/** Generates action.yml of every action from the tables of inputs and outputs in the code. `node scripts/actions.mjs` writes them; tests compare them with what is there. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { importFromSource } from './from-source.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const ENTRY = `
  export { CHAOS_INPUTS, DEPLOY_INPUTS, GATE_INPUTS, LOAD_INPUTS, MANAGE_INPUTS, NIGHTLY_INPUTS, RECOVER_INPUTS, ROOT_INPUTS, SCORECARD_INPUTS } from './src/github/inputs/tables.ts';
  export { outputsOf } from './src/github/outputs.ts';
`;

/** What the tables do not say. Files of `runs` are in dist/. */
const ACTIONS = {
  '.': {
    name: 'surefoot',
    description:
      'Deploys, manages, checks and loads a platform on AWS ECS, with a verdict that has proof. Names any operation; actions/ has each by itself.',
    inputs: 'ROOT_INPUTS',
    operation: undefined,
    main: 'surefoot.cjs',
  },
  'actions/deploy': {
    name: 'surefoot deploy',
    description: 'Deploys a revision to an ECS service, judges it under traffic, and keeps the way back open.',
    inputs: 'DEPLOY_INPUTS',
    operation: 'deploy',
    main: 'deploy.cjs',
  },
  'actions/ecs-manage': {
    name: 'surefoot ecs-manage',
    description: 'Pauses, resumes, restarts, scales and schedules ECS services, and runs one-off tasks in them.',
    inputs: 'MANAGE_INPUTS',
    operation: 'ecs-manage',
    main: 'ecs-manage.cjs',
  },
  'actions/security-gate': {
    name: 'surefoot security-gate',
    description:
      'Scans with Trivy and Checkov and gives one verdict: against the base, targets and waivers, with proof of what was read.',
    inputs: 'GATE_INPUTS',
    operation: 'security-gate',
    main: 'security-gate.cjs',
  },
  'actions/load-test': {
    name: 'surefoot load-test',
    description:
      'Loads a service with k6, accounts for every planned request, and judges it against its SLOs; says when the generator was the bottleneck.',
    inputs: 'LOAD_INPUTS',
    operation: 'load-test',
    main: 'load-test.cjs',
  },
  'actions/chaos': {
    name: 'surefoot chaos',
    description:
      'Shows what an experiment of AWS Fault Injection Service would hit, take, cost and need, by a dry run that injects nothing; lists experiments.',
    inputs: 'CHAOS_INPUTS',
    operation: 'chaos',
    main: 'chaos.cjs',
  },
  'actions/recover': {
    name: 'surefoot recover',
    description:
      'Recovers a service, a state, objects, tables, databases, a secret or a whole region; drills that beside; measures RTO and RPO; goes on where it was cut off.',
    inputs: 'RECOVER_INPUTS',
    operation: 'recover',
    main: 'recover.cjs',
  },
  'actions/scorecard': {
    name: 'surefoot scorecard',
    description:
      'Judges the targets of an environment by the evidence that is there: met, missed or unknown, by how much, with what support, and why.',
    inputs: 'SCORECARD_INPUTS',
    operation: 'scorecard',
    main: 'scorecard.cjs',
  },
  'actions/nightly': {
    name: 'surefoot nightly',
    description:
      'Tries out what surefoot.yml asks for at night: a load, experiments, a recovery drill, within their windows; keeps one issue, and shows the trend.',
    inputs: 'NIGHTLY_INPUTS',
    operation: 'nightly',
    main: 'nightly.cjs',
  },
};

/**
 * action.yml by path, as the text of the file.
 * @returns {Promise<Record<string, string>>}
 */
export async function actionFiles() {
  const tables = await importFromSource(ENTRY);
  return Object.fromEntries(
    Object.entries(ACTIONS).map(([folder, action]) => [
      path.posix.join(folder, 'action.yml'),
      render(folder, action, tables),
    ]),
  );
}

/**
 * @param {string} folder
 * @param {(typeof ACTIONS)[keyof typeof ACTIONS]} action
 * @param {Record<string, any>} tables
 */
function render(folder, action, tables) {
  const dist = path.posix.join(path.posix.relative(folder, '.'), 'dist');
  const inputs = Object.entries(tables[action.inputs]).map(([name, input]) => [name, inputOf(input)]);
  const outputs = Object.entries(tables['outputsOf'](action.operation)).map(([name, description]) => [
    name,
    { description },
  ]);
  const document = {
    name: action.name,
    description: action.description,
    branding: { icon: 'shield', color: 'blue' },
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    runs: { using: 'node24', main: `${dist}/${action.main}`, post: `${dist}/post.cjs` },
  };
  return `# Generated from src/github by scripts/actions.mjs.\n${stringify(document, { lineWidth: 0 })}`;
}

/** @param {{ description: string, default: string, always: boolean }} input */
function inputOf(input) {
  return {
    description: input.description,
    ...(input.always ? { required: true } : {}),
    ...(input.default === '' ? {} : { default: input.default }),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [file, text] of Object.entries(await actionFiles())) {
    await mkdir(path.join(root, path.dirname(file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
}
