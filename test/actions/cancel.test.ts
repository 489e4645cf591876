/** The step is cancelled, or dies, while a deployment is under way. */
import { expect, it } from 'vitest';
import type { Call, Fate } from '../survival/fault-proxy.ts';
import { image, type Lab, startLab } from '../survival/lab.ts';
import { leftovers, unsoundness, untilSettled } from '../survival/soundness.ts';
import { describeOnRunner, startLabStep } from './lab-step.ts';
import type { Step } from './runner.ts';

/** The runner sends SIGTERM 7.5 s after SIGINT. */
const WITHIN_MS = 7000;

async function withLab(work: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await startLab('smoked');
  try {
    await work(lab);
    await lab.traffic.stop();
    expect(lab.traffic.failures()).toEqual([]);
    expect(lab.bugs).toEqual([]);
  } finally {
    await lab.stop();
  }
}

/** Resolves when a call comes for which `when` holds; that call is lost, and `then` holds for what comes after it. */
function strike(lab: Lab, when: (call: Call) => boolean, then: (call: Call) => Fate = () => 'pass'): Promise<void> {
  return new Promise((resolve) => {
    let struck = false;
    lab.proxy.setRule((call) => {
      if (struck) {
        return then(call);
      }
      struck = when(call);
      return struck ? { before: resolve } : 'pass';
    });
  });
}

const atThePause = ({ operation }: Call) => operation === 'ContinueServiceDeployment';

/** Cancels, and times from the first signal to the end of the step. */
async function cancelled(step: Step) {
  const before = performance.now();
  const end = await step.cancel();
  return { end, ms: performance.now() - before };
}

describeOnRunner('a step that is cut off', { timeout: 120_000 }, () => {
  it('SIGINT at a pause: ends before SIGTERM, rolls back, and the post step finds everything put back', () =>
    withLab(async (lab) => {
      const pause = strike(lab, atThePause);
      const step = await startLabStep(lab, { image: image('2') });
      await pause;
      const { end, ms } = await cancelled(step);
      expect(end.signal).toBeNull();
      expect(end.code, end.log).toBe(130);
      expect(ms).toBeLessThan(WITHIN_MS);
      const post = await step.post();
      expect(post.code, post.log).toBe(0);
      await untilSettled(lab, 30_000);
      expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
      expect((await step.post()).code).toBe(0);
    }));

  it('SIGINT at a pause, and main can no longer reach AWS: it ends in time, and the post step makes ECS roll back', () =>
    withLab(async (lab) => {
      const pause = strike(lab, atThePause, () => 'lose-request');
      const step = await startLabStep(lab, { image: image('2') });
      await pause;
      const { end, ms } = await cancelled(step);
      expect([end.code, end.signal]).toEqual([130, null]);
      expect(ms).toBeLessThan(WITHIN_MS);
      lab.proxy.setRule(() => 'pass');
      const post = await step.post();
      expect(post.code, post.log).toBe(0);
      expect(lab.proxy.calls()).toContain('StopServiceDeployment');
      expect(post.log).toContain('asking ECS to roll back');
      expect(post.log).toContain('ECS rolled back');
      expect(post.commands.map(({ name }) => name)).toContain('warning');
      expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
    }));

  it('SIGKILL at a pause: the post step makes ECS roll back and puts everything back', () =>
    withLab(async (lab) => {
      const pause = strike(lab, atThePause);
      const step = await startLabStep(lab, { image: image('2') });
      await pause;
      step.child.kill('SIGKILL');
      expect((await step.ended).signal).toBe('SIGKILL');
      const post = await step.post();
      expect(post.code, post.log).toBe(0);
      expect(post.log).toContain('ECS rolled back');
      expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
    }));

  it('SIGKILL, and no post step: the time-out of the pause does it', () =>
    withLab(async (lab) => {
      const pause = strike(lab, atThePause);
      const step = await startLabStep(lab, { image: image('2') });
      await pause;
      step.child.kill('SIGKILL');
      await step.ended;
      await untilSettled(lab, 60_000);
      expect(await unsoundness(lab)).toEqual([]);
    }));

  it('killed when UpdateService had been heard and not answered: the post step finds the deployment', () =>
    withLab(async (lab) => {
      let step: Step | undefined;
      lab.proxy.setRule(({ operation }) =>
        operation === 'UpdateService' ? { after: () => step?.child.kill('SIGKILL') } : 'pass',
      );
      step = await startLabStep(lab, { image: image('2') });
      await step.ended;
      lab.proxy.setRule(() => 'pass');
      const post = await step.post();
      expect(post.code, post.log).toBe(0);
      await untilSettled(lab, 30_000);
      expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
    }));

  it('killed before anything was changed but after it was written down: the post step takes the note off', () =>
    withLab(async (lab) => {
      let step: Step | undefined;
      lab.proxy.setRule(({ operation }) =>
        operation === 'UpdateService' ? { before: () => step?.child.kill('SIGKILL') } : 'pass',
      );
      step = await startLabStep(lab, { image: image('2') });
      await step.ended;
      lab.proxy.setRule(() => 'pass');
      expect(await leftovers(lab)).not.toEqual([]);
      const post = await step.post();
      expect(post.code, post.log).toBe(0);
      expect(post.log).toContain('no deployment was started');
      expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
    }));

  it('a post step that may not roll back fails, and says what to do', () =>
    withLab(async (lab) => {
      const pause = strike(lab, atThePause);
      const step = await startLabStep(lab, { image: image('2') });
      await pause;
      step.child.kill('SIGKILL');
      await step.ended;
      lab.proxy.setRule(({ operation }) => (operation === 'StopServiceDeployment' ? 'deny' : 'pass'));
      const post = await step.post();
      expect(post.code).toBe(1);
      const error = post.commands.find(({ name }) => name === 'error');
      expect(error?.data).toContain('the caller needs the permission ecs:StopServiceDeployment');
      expect(error?.data).toContain('surefoot rollback');
      lab.proxy.setRule(() => 'pass');
      await untilSettled(lab, 60_000);
    }));

  it('SIGINT before anything was begun: ends at once, and nothing is left', () =>
    withLab(async (lab) => {
      const reading = strike(lab, ({ operation }) => operation === 'DescribeServices');
      const step = await startLabStep(lab, { image: image('2') });
      await reading;
      const { end } = await cancelled(step);
      expect([end.code, end.signal]).toEqual([130, null]);
      expect(end.state).toEqual({});
      expect((await step.post()).log).toContain('nothing is left to be undone');
      expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
    }));

  it('SIGTERM alone ends the step as well', () =>
    withLab(async (lab) => {
      const pause = strike(lab, atThePause, () => 'lose-request');
      const step = await startLabStep(lab, { image: image('2') });
      await pause;
      step.child.kill('SIGTERM');
      const end = await step.ended;
      expect([end.code, end.signal]).toEqual([130, null]);
      lab.proxy.setRule(() => 'pass');
      expect((await step.post()).code).toBe(0);
      expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
    }));
});
