/** Pause and resume with real tasks: round trips, kills around every call, and a schedule that fires meanwhile. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evidenceSchema } from '../../../src/report/evidence.ts';
import { AWAKE, carryOut, describeService, identity, type Lab, PAUSED, snapshot, startLab, surefoot } from './lab.ts';

// Real processes on a machine that does other things too.
vi.setConfig({ testTimeout: 180_000 });

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(async () => {
  await lab.stop();
  expect(lab.bugs).toEqual([]);
});

const answers = async () => {
  const url = lab.rehearsal.services[lab.target.ecsService]?.url ?? '';
  return (await fetch(url)).status;
};

const CHANGES = /^(Tag|Untag|Register|Update)/;

/** Changing calls that a clean run makes: each of them is struck. */
const CALLS = {
  pause: ['TagResource', 'RegisterScalableTarget', 'TagResource', 'RegisterScalableTarget'],
  resume: ['RegisterScalableTarget', 'UpdateService', 'RegisterScalableTarget', 'UntagResource'],
} as const;

describe('pause and resume', () => {
  it('take the tasks away and bring everything back, twice in a row', async () => {
    for (let round = 1; round <= 2; round += 1) {
      lab.proxy.setRule(() => 'pass');
      const paused = await carryOut(lab, ['pause', '--reason', 'nobody is there']);
      expect(lab.proxy.calls().filter((call) => CHANGES.test(call))).toEqual(CALLS.pause);
      expect(await snapshot(lab)).toEqual(PAUSED);
      expect(await answers()).toBe(503);
      expect(paused.checks).toMatchObject([{ name: 'tasks ended', verdict: 'pass' }]);
      expect(paused.events.map(({ label }) => label)).toContain('asked for');
      expect(paused.reasons[1]?.message).toBe('each hour of the pause saves 2 task-hours (0.5 vCPU-hours, 1 GB-hours)');

      lab.proxy.setRule(() => 'pass');
      const resumed = await carryOut(lab, ['resume']);
      expect(lab.proxy.calls().filter((call) => CHANGES.test(call))).toEqual(CALLS.resume);
      expect(await snapshot(lab)).toEqual(AWAKE);
      expect(await answers()).toBe(200);
      expect(resumed.checks.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
        'tasks healthy: pass',
        'time to ready (target resume-time): inconclusive',
        'cold start, at most (coldStart): inconclusive',
        'scaling as it was before the pause: pass',
      ]);
      expect(resumed.reasons[0]?.message).toContain('unknown: scaled-time');
      expect(resumed.measurements.map(({ indicator }) => indicator)).toContain('task-hours saved');
    }
  });

  it('change nothing when they are repeated, and nothing on a dry run', async () => {
    const changesOf = async (...args: string[]) => {
      lab.proxy.setRule(() => 'pass');
      const { code } = await surefoot(lab, args).ended;
      return [code, ...lab.proxy.calls().filter((call) => CHANGES.test(call))];
    };
    expect(await changesOf('pause', '--dry-run')).toEqual([0]);
    await carryOut(lab, ['pause']);
    const tag = (await describeService(lab)).tags;
    expect(await changesOf('pause', '--yes')).toEqual([0]);
    expect((await describeService(lab)).tags).toEqual(tag);
    expect(await changesOf('resume', '--dry-run')).toEqual([0]);
    await carryOut(lab, ['resume']);
    expect(await changesOf('resume', '--yes')).toEqual([0]);
    expect(await snapshot(lab)).toEqual(AWAKE);
  });

  it('refuse changes of a paused service, which status shows', async () => {
    await carryOut(lab, ['pause']);
    const refused = await surefoot(lab, ['scale', '--desired', '3', '--yes']).ended;
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/was paused at .*surefoot resume/)]);
    const status = await surefoot(lab, ['status', '--json']).ended;
    expect(JSON.parse(status.stdout)).toMatchObject({
      scaling: { condition: 'paused', paused: { desired: 2 }, bounds: { minimum: 0, maximum: 0 } },
    });
    lab.proxy.setRule(({ operation }) => (operation === 'DescribeScalableTargets' ? 'deny' : 'pass'));
    const { code, stdout } = await surefoot(lab, ['status']).ended;
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/0 desired[\s\S]*scaling +not known: .*DescribeScalableTargets/),
    ]);
    lab.proxy.setRule(() => 'pass');
    await carryOut(lab, ['resume']);
  });

  it('are not woken by a scheduled action that fires meanwhile, nor left with its numbers', async () => {
    // Late enough that the service is paused by then.
    const at = new Date(Date.now() + 12_000);
    await lab.rehearsal.wire.call('autoscaling', 'PutScheduledAction', {
      ...identity(lab.target),
      ScheduledActionName: 'morning',
      Schedule: `at(${at.toISOString().slice(0, 19)})`,
      ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 3 },
    });
    await carryOut(lab, ['pause']);
    await sleep(Math.max(0, at.getTime() + 2000 - Date.now()));
    expect(await snapshot(lab)).toEqual(PAUSED);
    await carryOut(lab, ['resume']);
    expect(await snapshot(lab)).toEqual(AWAKE);
  });
});

const STRIKES = (['pause', 'resume'] as const).flatMap((command) =>
  CALLS[command].flatMap((call, index) =>
    (['before', 'after'] as const).map((when, side) => ({
      command,
      call,
      number: index + 1,
      when,
      // Each side of each call meets both ways out over the table; all their combinations are in interrupted.test.ts.
      next: (index + side) % 2 === 0 ? ('pause' as const) : ('resume' as const),
    })),
  ),
);

describe('a run that is cancelled', () => {
  it('ends at once with evidence, says what is left to do, and leaves nothing that the next run cannot finish', async () => {
    const run = surefoot(lab, ['pause', '--yes', '--json']);
    lab.proxy.setRule(({ operation }) => {
      // Everything is changed by then; it only waits for the tasks.
      if (operation === 'ListTasks') {
        run.child.kill('SIGINT');
      }
      return 'pass';
    });
    const { code, stdout } = await run.ended;
    lab.proxy.setRule(() => 'pass');
    const { evidence } = JSON.parse(stdout) as { evidence: string };
    const record = evidenceSchema.parse(JSON.parse(await readFile(evidence, 'utf8')));
    expect([code, record.verdict, record.reasons]).toEqual([
      130,
      'inconclusive',
      [{ code: 'cancelled', message: expect.stringContaining('run pause again to finish it') }],
    ]);
    expect(record.events.map(({ label }) => label)).toContain('bounds 0 to 0');
    await carryOut(lab, ['pause']);
    expect(await snapshot(lab)).toEqual(PAUSED);
    await carryOut(lab, ['resume']);
    expect(await snapshot(lab)).toEqual(AWAKE);
  });
});

describe('a run that is killed', () => {
  it.each(STRIKES)(
    '$command, $when changing call $number ($call), then $next: everything comes back',
    async ({ command, call, number, when, next }) => {
      if (command === 'resume') {
        await carryOut(lab, ['pause']);
      }
      const run = surefoot(lab, [command, '--yes']);
      let changes = 0;
      lab.proxy.setRule(({ operation }) => {
        changes += CHANGES.test(operation) ? 1 : 0;
        if (!CHANGES.test(operation) || changes !== number) {
          return 'pass';
        }
        expect(operation).toBe(call);
        const kill = () => run.child.kill('SIGKILL');
        return when === 'before' ? { before: kill } : { after: kill };
      });
      await run.ended;
      expect(run.child.signalCode).toBe('SIGKILL');
      lab.proxy.setRule(() => 'pass');
      if (next === 'pause') {
        await carryOut(lab, ['pause']);
        expect(await snapshot(lab)).toEqual(PAUSED);
      }
      await carryOut(lab, ['resume']);
      expect(await snapshot(lab)).toEqual(AWAKE);
      expect(await answers()).toBe(200);
    },
  );
});
