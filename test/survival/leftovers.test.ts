import { expect, test, vi } from 'vitest';
import { OutsideError } from '../../src/errors.ts';
import { deployHere, LOST_ANSWER_MS, repairHere } from './in-process.ts';
import { image, type Lab, startLab, surefoot } from './lab.ts';
import { leftovers, unsoundness, untilSettled } from './soundness.ts';

const TIME_LIMIT = { timeout: 300_000 };

async function withLab(work: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await startLab('migrated');
  try {
    await work(lab);
    expect(lab.traffic.failures()).toEqual([]);
    expect(lab.bugs).toEqual([]);
  } finally {
    await lab.stop();
  }
}

test.concurrent(
  'the pause of a dead run is taken off also when the next run has another one and fails too',
  TIME_LIMIT,
  () =>
    withLab(async (lab) => {
      let updated = false;
      lab.proxy.setRule(({ operation }) => {
        const due = operation === 'UpdateService' && updated;
        updated ||= operation === 'UpdateService';
        return due ? 'deny' : 'pass';
      });
      await deployHere(lab, '2');
      expect(await leftovers(lab)).toHaveLength(2);
      // It takes off the old pause, writes down its own, and then may not set it.
      lab.proxy.setRule(({ operation, body }) =>
        operation === 'UpdateService' && body.includes('taskDefinition') ? 'lose-request' : 'pass',
      );
      const { result } = await deployHere(lab, '3', { answerMs: LOST_ANSWER_MS, hookTimeoutMinutes: 3 });
      expect(result).toBeInstanceOf(OutsideError);
      lab.proxy.setRule(() => 'pass');
      expect(await leftovers(lab)).toEqual(['tag surefoot:restore']);
      expect(await repairHere(lab)).toBe(true);
      expect(await leftovers(lab)).toEqual([]);
    }),
);

test.concurrent(
  'a run that takes over puts back what the dead run had set, whatever surefoot.yml says by now',
  TIME_LIMIT,
  () =>
    withLab(async (lab) => {
      const dead = surefoot(lab, ['deploy', '--yes', '--image', image('2')]);
      lab.proxy.setRule(({ operation }) =>
        operation === 'ContinueServiceDeployment' ? { before: () => dead.child.kill('SIGKILL') } : 'pass',
      );
      await dead.ended;
      lab.proxy.setRule(() => 'pass');
      const { result } = await deployHere(lab, '2', { hookTimeoutMinutes: 3 });
      expect(result).toMatchObject({ verdict: 'pass' });
      expect(lab.proxy.calls()).not.toContain('RegisterTaskDefinition');
      expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
    }),
);

test.concurrent('an update that comes into effect after surefoot gave it up is known by its tag', TIME_LIMIT, () =>
  withLab(async (lab) => {
    let release: (value?: unknown) => void = () => undefined;
    const given = new Promise((resolve) => {
      release = resolve;
    });
    lab.proxy.setRule(({ operation, number }) =>
      operation === 'UpdateService' ? (number === 1 ? { late: given } : 'lose-request') : 'pass',
    );
    const { result } = await deployHere(lab, '2', { answerMs: LOST_ANSWER_MS });
    expect(result).toMatchObject({ code: 'aws-no-answer', where: 'ecs:UpdateService' });
    release();
    lab.proxy.setRule(() => 'pass');
    // ECS has the deployment now, and nobody follows it: its pause ends it.
    await vi.waitFor(() => expect(untilSettled(lab, 0)).rejects.toThrow('still running'), {
      timeout: 20_000,
      interval: 100,
    });
    await untilSettled(lab, 150_000);
    expect(await unsoundness(lab)).toEqual([]);
    expect(await leftovers(lab)).toHaveLength(2);
    expect(await repairHere(lab)).toBe(true);
    expect(await leftovers(lab)).toEqual([]);
  }),
);
