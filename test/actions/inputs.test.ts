import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actionFiles } from '../../scripts/actions.mjs';
import { MANAGE_COMMANDS } from '../../src/entry/manage/options.ts';
import { failureOf } from '../../src/entry/outcome.ts';
import { PROCEDURES } from '../../src/entry/recover/options.ts';
import { FAIL_ON } from '../../src/entry/scorecard/options.ts';
import { InputError } from '../../src/errors.ts';
import { recoverOptions } from '../../src/github/calls/recover.ts';
import { readCall } from '../../src/github/dispatch.ts';
import type { Input, InputTable } from '../../src/github/inputs/kinds.ts';
import { readInputs, variableOf } from '../../src/github/inputs/read.ts';
import { PROCEDURES as PROCEDURE_WORDS } from '../../src/github/inputs/recover-inputs.ts';
import {
  CHAOS_INPUTS,
  DEPLOY_COMMANDS,
  DEPLOY_INPUTS,
  GATE_INPUTS,
  LOAD_INPUTS,
  MANAGE_INPUTS,
  MANAGE_COMMANDS as MANAGE_WORDS,
  NIGHTLY_INPUTS,
  OPERATION_NAMES,
  OPERATIONS,
  RECOVER_INPUTS,
  ROOT_INPUTS,
  SCORECARD_INPUTS,
  FAIL_ON as SCORECARD_WORDS,
} from '../../src/github/inputs/tables.ts';
import { inWordsOfInputs } from '../../src/github/inputs/words.ts';

interface ActionYml {
  readonly inputs: Readonly<Record<string, { description: string; default?: string; required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
  readonly runs: Readonly<Record<string, string>>;
}

const TABLES: readonly (readonly [string, InputTable])[] = [
  ['action.yml', ROOT_INPUTS],
  ['actions/deploy/action.yml', DEPLOY_INPUTS],
  ['actions/ecs-manage/action.yml', MANAGE_INPUTS],
  ['actions/security-gate/action.yml', GATE_INPUTS],
  ['actions/load-test/action.yml', LOAD_INPUTS],
  ['actions/chaos/action.yml', CHAOS_INPUTS],
  ['actions/recover/action.yml', RECOVER_INPUTS],
  ['actions/scorecard/action.yml', SCORECARD_INPUTS],
  ['actions/nightly/action.yml', NIGHTLY_INPUTS],
];

/** Variables as the runner sets them. */
function given(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [variableOf(name), value]));
}

describe.each(TABLES)('%s', (file, table) => {
  it('is what the code gives (node scripts/actions.mjs)', async () => {
    const files = await actionFiles();
    expect(await readFile(file, 'utf8')).toBe(files[file]);
  });

  it('has every input that the code knows, and no other', async () => {
    const yml = parse(await readFile(file, 'utf8')) as ActionYml;
    expect(Object.keys(yml.inputs)).toEqual(Object.keys(table));
    for (const [name, input] of Object.entries(table)) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(yml.inputs[name]?.default ?? '').toBe(input.default);
      expect(yml.inputs[name]?.description).toMatch(/\.$/);
    }
    for (const [name, output] of Object.entries(yml.outputs)) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(output.description).toMatch(/\.$/);
    }
    expect(yml.runs['using']).toBe('node24');
  });

  it('has defaults that its own parsers take', () => {
    for (const [name, input] of Object.entries(table) as [string, Input<unknown>][]) {
      if (input.default !== '' && !input.default.startsWith('${')) {
        expect(() => input.parse(input.default), name).not.toThrow();
      }
    }
  });
});

describe('the tables', () => {
  it('name the commands that there are', () => {
    expect(MANAGE_WORDS).toEqual(MANAGE_COMMANDS);
    expect(SCORECARD_WORDS).toEqual(FAIL_ON);
    expect(PROCEDURE_WORDS).toEqual(PROCEDURES);
    expect(OPERATION_NAMES).toEqual(Object.keys(OPERATIONS));
    for (const [commands, table] of [
      [DEPLOY_COMMANDS, DEPLOY_INPUTS],
      [MANAGE_WORDS, MANAGE_INPUTS],
    ] as const) {
      for (const input of Object.values(table)) {
        expect(commands).toEqual(expect.arrayContaining([...(input.commands ?? [])]));
      }
    }
  });

  it('hold every input of every operation at the root too, with the same default', () => {
    for (const table of Object.values(OPERATIONS)) {
      for (const [name, input] of Object.entries(table)) {
        const root = (ROOT_INPUTS as InputTable)[name];
        expect(root).toBeDefined();
        // The root has no command of its own: each operation has another.
        expect(root?.default).toBe(name === 'command' ? '' : input.default);
      }
    }
  });
});

describe('reading', () => {
  it('takes what YAML makes of values, without white space around them', () => {
    const values = readInputs(
      'deploy',
      DEPLOY_INPUTS,
      given({
        command: ' plan ',
        image: 'web=a:1\n\n side=b:2 \n',
        'dry-run': 'TRUE',
        'allowed-account-ids': '111111111111, 222222222222\n333333333333',
      }),
    );
    expect(values).toMatchObject({
      command: 'plan',
      image: ['web=a:1', 'side=b:2'],
      'dry-run': true,
      'allowed-account-ids': ['111111111111', '222222222222', '333333333333'],
      config: 'surefoot.yml',
      environment: undefined,
    });
  });

  it('shows no secret in a problem', () => {
    const wrong = given({ 'github-token': 'secret-one\nsecret-two' });
    expect(() => readInputs('deploy', DEPLOY_INPUTS, wrong)).toThrow('github-token is; it must be one line');
  });

  it.each([
    ['timeout', '0s'],
    ['timeout', 'ten minutes'],
    ['desired', '1.5'],
    ['desired', '99999999999'],
    ['service', 'web; rm'],
    ['environment', 'a\nb'],
    ['all', 'on'],
  ])('refuses %s: %s', (name, value) => {
    expect(() => readInputs('ecs-manage', MANAGE_INPUTS, given({ command: 'scale', [name]: value }))).toThrow(
      `${name} is ${JSON.stringify(value)}; it must be`,
    );
  });

  it('refuses what an input of another command says, but not a default that action.yml fills in', () => {
    const scale = { command: 'pause', desired: '3', remove: 'false' };
    expect(() => readInputs('ecs-manage', MANAGE_INPUTS, given(scale))).toThrow(
      'an input is wrong; nothing was changed:\n  - desired has no meaning for pause, only for scale: leave it out',
    );
  });

  it('takes the first region that was named, and says where', () => {
    const region = (values: Record<string, string>, environment: Record<string, string>) =>
      readCall('deploy', { ...given({ image: 'x', ...values }), ...environment }).guards.region;
    expect(region({}, {})).toBeUndefined();
    expect(region({}, { AWS_DEFAULT_REGION: 'b' })).toEqual({ from: 'AWS_DEFAULT_REGION', name: 'b' });
    expect(region({}, { AWS_REGION: 'a', AWS_DEFAULT_REGION: 'b' })?.name).toBe('a');
    expect(region({ region: 'c' }, { AWS_REGION: 'a' })?.from).toBe('the input region');
  });
});

describe('inputs taken together', () => {
  const problemsOf = (operation: 'deploy' | 'ecs-manage', inputs: Readonly<Record<string, string>>): string[] => {
    try {
      readCall(operation, given(inputs));
      return [];
    } catch (error) {
      return String(error).split('\n').slice(1);
    }
  };

  it.each([
    ['deploy', {}, ['image is missing, or task-definition']],
    ['deploy', { 'dry-run': 'yes' }, ['dry-run is "yes"', 'image is missing, or task-definition']],
    ['deploy', { image: 'a:1', 'task-definition': 'a:1' }, ['image and task-definition are both given']],
    ['deploy', { command: 'status' }, []],
    ['deploy', { image: 'a:1' }, []],
    ['ecs-manage', { command: 'scale' }, ['scale needs a number']],
    ['ecs-manage', { command: 'scale', desired: '0' }, []],
    ['ecs-manage', { command: 'run-task', cpu: '1' }, ['cpu is "1"', 'job is missing, or task-command']],
    ['ecs-manage', { command: 'pause', all: 'true', service: 'web' }, ['all and service are both given']],
    ['ecs-manage', { command: 'pause', all: 'true' }, []],
  ] as const)('%s %j', (operation, inputs, expected) => {
    const found = problemsOf(operation, inputs);
    expect(found).toEqual(expected.map((text) => expect.stringContaining(text)));
  });
});

describe('what a use case says of options', () => {
  const said = (message: string) =>
    inWordsOfInputs(failureOf(new InputError('code', message)), ROOT_INPUTS as InputTable).message;

  it('speaks of inputs, and leaves commands to type as they are', () => {
    expect(said('add --image <reference>, or --task-definition <family:revision>')).toBe(
      'add `image:`, or `task-definition:`',
    );
    expect(said('take `--dry-run`; then `surefoot status --repair` and `aws ecs x --image y`')).toBe(
      'take `dry-run:`; then `surefoot status --repair` and `aws ecs x --image y`',
    );
    expect(said('add --yes, or pre--image')).toBe('add --yes, or pre--image');
  });
});

describe('the inputs of recover', () => {
  const call = (values: Readonly<Record<string, string>>) => () => readCall('recover', given(values));

  it('become the options of the command line', () => {
    const values = readInputs(
      'recover',
      RECOVER_INPUTS,
      given({ command: 'region-failover', database: 'promote', weights: '10,100', rate: '50', planned: 'true' }),
    );
    expect(recoverOptions('region-failover', values)).toMatchObject({
      database: 'promote',
      weights: '10,100',
      rate: '50',
      planned: true,
    });
    const bucket = readInputs(
      'recover',
      RECOVER_INPUTS,
      given({ command: 's3-restore', bucket: 'b', at: '2026-11-21T09:30:00Z', 'whole-bucket': 'true' }),
    );
    expect(recoverOptions('s3-restore', bucket)).toMatchObject({ bucket: 'b', at: '2026-11-21T09:30:00Z', prefix: '' });
  });

  it('refuses what is missing and what is of another procedure, all at once', () => {
    expect(call({ command: 'terraform-state', bucket: 'b', table: 't', weights: '100' })).toThrow(
      /(?=[\s\S]*key is missing)(?=[\s\S]*table has no meaning for terraform-state)(?=[\s\S]*weights has no meaning)/,
    );
    expect(call({ command: 's3-restore', bucket: 'b', at: 'x' })).toThrow(/Give either prefix, or whole-bucket/);
    expect(call({ command: 'region-failback', planned: 'true' })).toThrow(/planned has no meaning for region-failback/);
    expect(call({})).toThrow(/command/);
  });
});
