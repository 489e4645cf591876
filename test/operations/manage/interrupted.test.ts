/** Pauses and resumes that die anywhere, any number of times, while scheduled actions fire: the next run always finds the way back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScalableTarget } from '../../../src/aws/application-auto-scaling.ts';
import { pause, planPause } from '../../../src/operations/manage/pause.ts';
import { PAUSE_TAG } from '../../../src/operations/manage/pausing/memory.ts';
import { planResume, resume } from '../../../src/operations/manage/resume.ts';
import { Death, type Fate, Model, requestOf } from './model.ts';

const request = requestOf();

type Command = 'pause' | 'resume';

/** Runs a command to its end, or to its death. */
async function run(command: Command, model: Model, fate: Fate = {}) {
  model.meet(fate);
  const ports = model.ports();
  try {
    return command === 'pause'
      ? await pause(request, await planPause(request, ports), ports)
      : await resume(request, await planResume(request, ports), ports);
  } catch (error) {
    if (!(error instanceof Death)) {
      throw error;
    }
    return undefined;
  }
}

const suspension = fc.record({ scaleIn: fc.boolean(), scaleOut: fc.boolean(), scheduled: fc.boolean() });

/** A service that is awake, with its count within its bounds; half of them are no scalable targets. */
const awake = fc.record({
  minimum: fc.integer({ min: 0, max: 4 }),
  more: fc.integer({ min: 1, max: 5 }),
  above: fc.integer({ min: 0, max: 9 }),
  suspended: suspension,
  scaled: fc.boolean(),
});

function initialOf({
  minimum,
  more,
  above,
  suspended,
  scaled,
}: typeof awake extends fc.Arbitrary<infer T> ? T : never) {
  const maximum = minimum + more;
  const scaling: ScalableTarget = { minimum, maximum, suspended };
  return { desired: Math.max(1, Math.min(maximum, minimum + above)), scaling: scaled ? scaling : undefined };
}

const command = fc.constantFrom<Command>('pause', 'resume');
const dies = fc.record({ call: fc.integer({ min: 1, max: 6 }), when: fc.constantFrom('before', 'after') });
const fires = fc.record({
  call: fc.integer({ min: 1, max: 6 }),
  minimum: fc.integer({ min: 1, max: 3 }),
  maximum: fc.integer({ min: 3, max: 7 }),
});
const deadRuns = fc.array(fc.record({ command, dies }), { maxLength: 6 });
const stormyRuns = fc.array(fc.record({ command, dies: fc.option(dies, { nil: undefined }), fires }), { maxLength: 6 });

function fateOf(one: { readonly dies?: Fate['dies'] | undefined; readonly fires?: Fate['fires'] }): Fate {
  return { ...(one.dies && { dies: one.dies }), ...(one.fires && { fires: one.fires }) };
}

describe('a pause and its resume', () => {
  it('take down and bring back exactly what was there, twice in a row', async () => {
    await fc.assert(
      fc.asyncProperty(awake, async (one) => {
        const initial = initialOf(one);
        const model = new Model(initial);
        for (let round = 1; round <= 2; round += 1) {
          expect((await run('pause', model))?.verdict).toBe('pass');
          expect(model.desired).toBe(0);
          if (model.scaling !== undefined) {
            expect(model.scaling).toEqual({
              minimum: 0,
              maximum: 0,
              suspended: { scaleIn: true, scaleOut: true, scheduled: true },
            });
          }
          expect((await run('resume', model))?.verdict).toBe('pass');
          expect(model.state).toEqual(initial);
          expect(model.tags.size).toBe(0);
        }
      }),
    );
  });

  it('change nothing when they are repeated', async () => {
    await fc.assert(
      fc.asyncProperty(awake, async (one) => {
        const model = new Model(initialOf(one));
        await run('pause', model);
        const paused = [model.state, model.tags.get(PAUSE_TAG)];
        await run('pause', model);
        expect([model.calls, model.state, model.tags.get(PAUSE_TAG)]).toEqual([0, ...paused]);
        await run('resume', model);
        await run('resume', model);
        expect(model.calls).toBe(0);
      }),
    );
  });

  it('find the way back after any number of runs that died', async () => {
    await fc.assert(
      fc.asyncProperty(awake, deadRuns, fc.boolean(), async (one, runs, pauseLast) => {
        const initial = initialOf(one);
        const model = new Model(initial);
        for (const { command: name, dies: at } of runs) {
          await run(name, model, { dies: at });
        }
        if (pauseLast) {
          expect((await run('pause', model))?.verdict).toBe('pass');
          expect(model.desired).toBe(0);
        }
        expect((await run('resume', model))?.verdict).toBe('pass');
        expect(model.state).toEqual(initial);
        expect(model.tags.size).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('bring back what scheduled actions had made of it before they were suspended, and nothing that fired later', async () => {
    await fc.assert(
      fc.asyncProperty(awake, stormyRuns, async (one, runs) => {
        const model = new Model(initialOf({ ...one, scaled: true }));
        for (const each of runs) {
          await run(each.command, model, fateOf(each));
        }
        await run('resume', model);
        expect(model.tags.size).toBe(0);
        expect(model.state).toEqual(model.truth);
      }),
      { numRuns: 2000 },
    );
  });

  it('are not woken by anything that fires while the service is paused', async () => {
    await fc.assert(
      fc.asyncProperty(awake, fires, async (one, { minimum, maximum }) => {
        const model = new Model(initialOf({ ...one, scaled: true }));
        await run('pause', model);
        model.fire(minimum, maximum);
        expect(model.desired).toBe(0);
      }),
    );
  });
});

describe('a service that sleeps by its schedule', () => {
  const asleep = { scaleIn: false, scaleOut: false, scheduled: false };
  const sleeping = () => {
    const model = new Model({ desired: 3, scaling: { minimum: 1, maximum: 5, suspended: asleep } });
    model.fire(0, 0);
    return model;
  };

  it('is woken by a resume with the numbers of surefoot.yml', async () => {
    const model = sleeping();
    await run('resume', model);
    expect(model.state).toEqual({ desired: 2, scaling: { minimum: 2, maximum: 6, suspended: asleep } });
  });

  it('stays asleep through the morning when it is paused by hand, until it is resumed', async () => {
    const model = sleeping();
    await run('pause', model);
    model.fire(2, 6);
    expect(model.desired).toBe(0);
    await run('resume', model);
    expect(model.state).toEqual({ desired: 2, scaling: { minimum: 2, maximum: 6, suspended: asleep } });
  });

  it('is put to sleep again by the next night after a resume at night', async () => {
    const model = sleeping();
    await run('resume', model);
    model.fire(0, 0);
    expect(model.desired).toBe(0);
  });
});

describe('a paused service that somebody else woke in part', () => {
  const suspended = { scaleIn: false, scaleOut: true, scheduled: false };
  const initial = { desired: 3, scaling: { minimum: 1, maximum: 5, suspended } };

  it('is brought back in full when the suspension alone was lifted', async () => {
    const model = new Model(initial);
    await run('pause', model);
    model.scaling = { minimum: 0, maximum: 0, suspended };
    await run('resume', model);
    expect(model.state).toEqual(initial);
  });

  it('keeps what was remembered when it is paused again', async () => {
    const model = new Model(initial);
    await run('pause', model);
    model.scaling = { minimum: 1, maximum: 5, suspended: { scaleIn: true, scaleOut: true, scheduled: true } };
    model.desired = 1;
    await run('pause', model);
    expect(model.desired).toBe(0);
    await run('resume', model);
    expect(model.state).toEqual(initial);
  });
});
