/** A load generator that hangs, stands still or falls short is no outage of the service: nothing is injected, or the experiment is ended. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Evidence } from '../../../../src/report/evidence.ts';
import { K6_VERSION } from '../../../../src/tools/k6-releases.ts';
import type { Ended } from '../../../cli/surefoot.ts';
import { K6 } from '../../../measure/k6.ts';
import { type Lab, ONE_TASK, type Sample, startLab, underLoad } from './lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const ALLOWED = '--allow-irreversible';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

beforeEach(() => lab.untilWhole());

afterEach(async () => {
  lab.proxy.clear();
  expect(await lab.active()).toEqual([]);
  expect(lab.generators()).toEqual([]);
});

afterAll(async () => {
  await lab?.close();
  expect(lab.artguard.bugs).toEqual([]);
});

const reasonOf = ({ stdout }: Ended): Evidence['reasons'][number] => JSON.parse(stdout).reasons[0];

/** Faults that FIS was asked to inject. */
const injected = () =>
  lab.proxy.calls.filter(({ path: at, body }) => at === '/experiments' && body.includes('run-all')).length;

/** Stands where k6 would be: a program of its version that makes no request. */
async function hangingK6(): Promise<string> {
  const file = path.join(lab.folder, 'k6-hangs');
  const script = `#!/bin/sh
if [ "$1" = version ]; then echo 'k6 v${K6_VERSION} (hangs)'; exit 0; fi
while :; do sleep 1; done
`;
  await writeFile(file, script, { mode: 0o755 });
  return file;
}

/** k6 itself with one virtual user, which waits for an answer before it sends again: too few for the rate, as on a machine that is too small. */
async function k6OfOneUser(): Promise<string> {
  const file = path.join(lab.folder, 'k6-of-one-user');
  const program = `#!${process.execPath}
const { spawn } = require('node:child_process');
const load = process.env.SUREFOOT_LOAD && JSON.parse(process.env.SUREFOOT_LOAD);
const one = load && { ...load, virtualUsers: 1 };
const env = { ...process.env, ...(one ? { SUREFOOT_LOAD: JSON.stringify(one) } : {}) };
const k6 = spawn(${JSON.stringify(K6)}, process.argv.slice(2), { stdio: 'inherit', env });
process.on('SIGINT', () => k6.kill('SIGINT'));
k6.on('close', (code) => process.exit(code ?? 1));
`;
  await writeFile(file, program, { mode: 0o755 });
  return file;
}

describe('the load', () => {
  it('whose generator hangs before its first request: in half a minute the run says so, and nothing is injected', async () => {
    const startedAt = Date.now();
    const ended = await lab.run({ k6: await hangingK6() }, ALLOWED);
    expect([ended.code, reasonOf(ended).code], ended.stderr).toEqual([3, 'generator-not-started']);
    expect(reasonOf(ended).message).toBe('nothing was injected: k6 has made no request within 20 s of its start');
    expect(injected()).toBe(0);
    // 20 s for its first request, and the dry run before.
    expect(Date.now() - startedAt).toBeLessThan(60_000);
  });

  it('that cannot reach its rate: nothing is injected', async () => {
    const sample: Sample = { k6: await k6OfOneUser(), load: 'rate: "48", before: 4s, after: 1s' };
    const ended = await lab.run(sample, ALLOWED);
    expect([ended.code, reasonOf(ended).code], ended.stderr).toEqual([3, 'load-below-rate']);
    expect(reasonOf(ended).message).toMatch(
      /nothing was injected: the load is not what was asked for: \d+ requests were not sent in time: this machine cannot make 48 requests\/s/,
    );
    expect(injected()).toBe(0);
  });

  it('that hangs instead of reaching its rate: nothing is injected', async () => {
    const process_ = await lab.begin({ load: 'rate: "30", before: 8s, after: 1s' }, ALLOWED);
    await underLoad(process_);
    const generators = lab.generators();
    expect(generators.length).toBeGreaterThan(0);
    const toAll = (signal: 'SIGSTOP' | 'SIGCONT') => {
      for (const pid of generators) {
        process.kill(pid, signal);
      }
    };
    toAll('SIGSTOP');
    // Only so that nothing is left of it should the run hang too.
    const awake = setTimeout(() => toAll('SIGCONT'), 90_000);
    const ended = await process_.ended;
    clearTimeout(awake);
    expect([ended.code, reasonOf(ended).code], ended.stderr).toEqual([3, 'load-below-rate']);
    expect(reasonOf(ended).message).toMatch(
      /nothing was injected: the load is not what was asked for: k6 has told of nothing for \d+ s/,
    );
    expect(injected()).toBe(0);
  });

  it('that stands still under the fault: the experiment is stopped, and no downtime is counted', async () => {
    const process_ = await lab.begin(
      {
        target: ONE_TASK,
        // An hour is a minute here.
        actions:
          '{ kill: { actionId: aws:ecs:stop-task, targets: { Tasks: main } }, linger: { actionId: aws:fis:wait, parameters: { duration: PT1H } } }',
      },
      '--allow-irreversible',
      '--downtime-budget',
      '2s',
    );
    const id = await lab.untilRunning();
    const stopped = lab.generators();
    expect(stopped.length).toBeGreaterThan(0);
    for (const pid of stopped) {
      process.kill(pid, 'SIGSTOP');
    }
    const { code, stdout, stderr } = await process_.ended;
    expect(code, stderr).toBe(3);
    const record = await lab.recordOf(stdout);
    expect(record.reasons[0]).toMatchObject({
      code: 'load-below-rate',
      message: expect.stringContaining('k6 has told of nothing'),
    });
    expect(record.checks.find(({ name }) => name === 'a fault was injected')?.verdict).toBe('pass');
    expect(record.checks.find(({ name }) => name === 'the load kept its plan')?.verdict).toBe('inconclusive');
    expect((await lab.gateways.fis.getExperiment(id))?.state?.status).toBe('stopped');
    expect(lab.generators()).toEqual([]);
  });
});
