/** action.yml, the code, the workflows and the documents speak of the same inputs and outputs. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionDocs } from '../../scripts/action-docs.mjs';
import type { InputTable } from '../../src/github/inputs/kinds.ts';
import {
  DEPLOY_COMMANDS,
  MANAGE_COMMANDS,
  OPERATION_NAMES,
  OPERATIONS,
  type OperationName,
  ROOT_INPUTS,
} from '../../src/github/inputs/tables.ts';
import { outputsOf } from '../../src/github/outputs.ts';
import { ACTIONS, type Input, readAction, readWorkflow, WORKFLOWS } from './support/files.ts';
import { allUses, ownFile, type Use } from './support/uses.ts';

const uses = allUses();
const ours = uses.flatMap((use) => {
  const file = ownFile(use.uses);
  return file === undefined ? [] : [{ ...use, own: file }];
});
const ofActions = ours.filter(({ own }) => own.endsWith('action.yml'));
const ofWorkflows = ours.filter(({ own }) => !own.endsWith('action.yml'));

/** What the code reads and writes for each action.yml. */
const CODE: Readonly<Record<string, { inputs: InputTable; operation: OperationName | undefined }>> = {
  'action.yml': { inputs: ROOT_INPUTS, operation: undefined },
  ...Object.fromEntries(
    OPERATION_NAMES.map((operation) => [
      `actions/${operation}/action.yml`,
      { inputs: OPERATIONS[operation], operation },
    ]),
  ),
};

function unknownKeys(use: Use, known: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(use.with ?? {})
    .filter((key) => !Object.hasOwn(known, key))
    .map((key) => `${use.file}: ${use.uses} has no input ${key}`);
}

/** An expression is known only when the workflow runs. */
function fixed(use: Use, name: string): string | undefined {
  const value = use.with?.[name];
  return value === undefined || String(value).includes('${{') ? undefined : String(value);
}

function whatIsWrong(operation: OperationName, command: string): string[] {
  try {
    const inputs: InputTable = OPERATIONS[operation];
    inputs['command']?.parse(command);
    return inputs['command'] === undefined ? [`${operation} has no commands`] : [];
  } catch (error) {
    return [`command ${command} must be ${String(error)}`];
  }
}

describe('the pages of the actions', () => {
  it('have the tables that action.yml gives (node scripts/action-docs.mjs)', async () => {
    for (const [page, text] of Object.entries(await actionDocs())) {
      expect(readFileSync(page, 'utf8'), page).toBe(text);
    }
  });
});

describe.each(ACTIONS)('%s', (file) => {
  const { inputs = {}, outputs = {}, runs } = readAction(file);

  it('has every input that the code knows, and no other', () => {
    expect(Object.keys(inputs).sort()).toEqual(Object.keys(CODE[file]?.inputs ?? {}).sort());
  });

  it('has every output that the code sets, and no other', () => {
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(outputsOf(CODE[file]?.operation)).sort());
  });

  it('has kebab-case names, whole sentences, and a default for every boolean', () => {
    const texts = [...Object.entries(inputs), ...Object.entries(outputs)];
    expect(texts.filter(([name]) => !/^[a-z]+(?:-[a-z]+)*$/.test(name))).toEqual([]);
    expect(texts.filter(([, { description = '' }]) => !/^\S.*\.$/.test(description))).toEqual([]);
  });

  it('runs on Node 24 what is committed in dist', () => {
    expect(runs.using).toBe('node24');
    const entries = [runs.main, runs.post ?? ''].map((entry) => path.join(path.dirname(file), entry));
    expect(entries.filter((entry) => !existsSync(entry))).toEqual([]);
  });
});

describe('the uses of our actions', () => {
  it('are in workflows to copy, in reusable ones, and in documents', () => {
    const files = ofActions.map(({ file }) => file);
    expect(files).toEqual(
      expect.arrayContaining(['workflows/deploy.yml', '.github/workflows/ecs-manage.yml', 'docs/actions.md']),
    );
    expect(new Set(ofActions.map(({ own }) => own))).toEqual(new Set(ACTIONS));
  });

  it('name inputs that exist', () => {
    const problems = ofActions.flatMap((use) => unknownKeys(use, readAction(use.own).inputs ?? {}));
    expect(problems).toEqual([]);
  });

  it('name inputs that their operation knows, where the root action is used', () => {
    const problems = ofActions.flatMap((use) => {
      const operation = use.own === 'action.yml' ? fixed(use, 'operation') : undefined;
      const { operation: _, ...rest } = use.with ?? {};
      return operation === undefined ? [] : unknownKeys({ ...use, with: rest }, OPERATIONS[operation as OperationName]);
    });
    expect(problems).toEqual([]);
  });

  it('give every required input, and commands that exist', () => {
    const problems = ofActions.flatMap((use) => {
      const required = Object.entries(readAction(use.own).inputs ?? {}).filter(([, input]) => input.required === true);
      const missing = required.filter(([name]) => use.with?.[name] === undefined).map(([name]) => `${name} is missing`);
      const operation = CODE[use.own]?.operation ?? OPERATION_NAMES.find((name) => name === fixed(use, 'operation'));
      const command = fixed(use, 'command');
      const wrong = operation === undefined || command === undefined ? [] : whatIsWrong(operation, command);
      return [...missing, ...wrong].map((problem) => `${use.file}: ${use.uses}: ${problem}`);
    });
    expect(problems).toEqual([]);
  });

  it('read outputs that exist', () => {
    let read = 0;
    for (const file of WORKFLOWS) {
      for (const job of Object.values(readWorkflow(file).jobs)) {
        const steps = new Map((job.steps ?? []).map((step) => [step.id, step.uses]));
        for (const [, id = '', name = ''] of JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
          const own = ownFile(steps.get(id) ?? '');
          if (own !== undefined) {
            read += 1;
            expect(Object.keys(readAction(own).outputs ?? {}), `${file}: steps.${id}`).toContain(name);
          }
        }
      }
    }
    expect(read).toBeGreaterThan(5);
  });
});

describe('the uses of our reusable workflows', () => {
  it('name inputs that exist, give what is required, and grant what the jobs need', () => {
    expect(ofWorkflows.length).toBeGreaterThanOrEqual(4);
    for (const use of ofWorkflows) {
      const called = readWorkflow(use.own);
      const inputs: Readonly<Record<string, Input>> = called.on['workflow_call']?.inputs ?? {};
      expect(unknownKeys(use, inputs)).toEqual([]);
      const required = Object.keys(inputs).filter((name) => inputs[name]?.required === true);
      expect(Object.keys(use.with ?? {}), `${use.file}: ${use.uses}`).toEqual(expect.arrayContaining(required));
      const needed = Object.assign({}, ...Object.values(called.jobs).map((job) => job.permissions));
      expect(use.permissions, `${use.file}: ${use.uses}`).toEqual(needed);
    }
  });
});

describe('the choices of workflows started by hand', () => {
  it.each([
    ['workflows/deploy.yml', DEPLOY_COMMANDS],
    ['workflows/ecs-manage.yml', MANAGE_COMMANDS],
  ])('%s has every command', (file, commands) => {
    expect(readWorkflow(file).on['workflow_dispatch']?.inputs?.['command']?.options).toEqual(commands);
  });
});

describe('the actions of others', () => {
  it('are pinned by commit, with their version beside it, and each to one', () => {
    const others = uses.filter(({ uses: name }) => ownFile(name) === undefined);
    expect(others.filter(({ uses: name }) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(name))).toEqual([]);
    const texts = new Set(others.map(({ file }) => file));
    const pins = [...texts].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/uses: ((?:actions|aws-actions)\/[\w-]+)@(.*)$/gm)].map(
        ([, name = '', pin = '']) => ({ name, pin }),
      ),
    );
    expect(pins.filter(({ pin }) => !/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(pin))).toEqual([]);
    for (const { name, pin } of pins) {
      expect(pin).toBe(pins.find((other) => other.name === name)?.pin);
    }
  });
});
