/** A load generator that stands still under the fault is no outage of the service, and ends the experiment. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Lab, ONE_TASK, startLab } from './lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  await lab.untilWhole();
});

afterAll(async () => {
  await lab?.close();
  expect(lab.artguard.bugs).toEqual([]);
});

it('is inconclusive, with the experiment stopped and no downtime counted, when k6 stands still', async () => {
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
