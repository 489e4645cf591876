import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf } from '../../../../src/operations/chaos/plan/cost.ts';
import { actionSpans, timingOf } from '../../../../src/operations/chaos/plan/timing.ts';
import { experimentOf } from './samples.ts';

const wait = (duration: string, ...after: string[]) =>
  `{ actionId: aws:fis:wait, parameters: { duration: ${duration} }${after.length === 0 ? '' : `, startAfter: [${after.join(', ')}]`} }`;

describe('timing', () => {
  it('starts an action when the last one that it waits for has ended, its duration included', () => {
    const { template } = experimentOf(
      `{ c: ${wait('PT1M', 'a', 'b')}, a: ${wait('PT5M')}, b: ${wait('PT90S', 'a')}, d: ${wait('PT2M')} }`,
    );
    expect(actionSpans(template).map(({ name, from, to }) => [name, from, to])).toEqual([
      ['a', 0, 300],
      ['d', 0, 120],
      ['b', 300, 390],
      ['c', 390, 450],
    ]);
  });

  it('says where a length is no more than an assumption', () => {
    const { template } = experimentOf(
      `{ stop: { actionId: aws:ec2:stop-instances, parameters: { startInstancesAfterDuration: PT10M } },
         reboot: { actionId: aws:rds:reboot-db-instances },
         spot: { actionId: aws:ec2:send-spot-instance-interruptions, parameters: { durationBeforeInterruption: PT2M } },
         run: { actionId: aws:ssm:start-automation-execution, parameters: { maxDuration: PT30M } } }`,
    );
    expect(Object.fromEntries(actionSpans(template).map(({ name, to, certainty }) => [name, [to, certainty]]))).toEqual(
      {
        stop: [600, 'exact'],
        reboot: [120, 'assumed'],
        spot: [240, 'exact'],
        run: [1800, 'at-most'],
      },
    );
  });

  it('puts the load around the experiment, or ends it where the file says', () => {
    const load = (more = '') => `load: { profile: smoke, before: 2m, after: 3m${more} }`;
    expect(timingOf(experimentOf(`{ a: ${wait('PT5M')} }`, '{}', load()))).toMatchObject({
      experiment: { from: 0, to: 300 },
      load: { from: -120, to: 480 },
      baseline: { from: -120, to: 0 },
      observation: { from: 300, to: 480 },
    });
    const short = timingOf(experimentOf(`{ a: ${wait('PT5M')} }`, '{}', load(', duration: 4m')));
    expect([short.load, short.observation]).toEqual([{ from: -120, to: 120 }, undefined]);
    expect(timingOf(experimentOf(`{ a: ${wait('PT5M')} }`)).load).toBeUndefined();
  });

  it('holds for any diagram: nothing starts before what it waits for, and something ends when it starts', () => {
    const diagram = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.array(fc.nat())), { minLength: 1, maxLength: 12 })
      .map((rows) =>
        rows.map(([minutes, before], index) => ({
          minutes,
          // Only earlier ones: no circles.
          after: index === 0 ? [] : [...new Set(before.map((one) => one % index))],
        })),
      );
    fc.assert(
      fc.property(diagram, (rows) => {
        const text = rows.map(
          ({ minutes, after }, index) => `n${index}: ${wait(`PT${minutes}M`, ...after.map((one) => `n${one}`))}`,
        );
        const spans = new Map(
          actionSpans(experimentOf(`{ ${text.join(', ')} }`).template).map((one) => [one.name, one]),
        );
        for (const [index, { minutes, after }] of rows.entries()) {
          const own = spans.get(`n${index}`);
          const ends = after.map((one) => spans.get(`n${one}`)?.to ?? Number.NaN);
          expect(own?.from).toBe(Math.max(0, ...ends));
          expect((own?.to ?? 0) - (own?.from ?? 0)).toBe(minutes * 60);
        }
      }),
    );
  });
});

describe('cost', () => {
  it("is AWS's own example: two actions of 20 minutes side by side, and one of 10 after them, are $5", () => {
    const { template } = experimentOf(`{ a: ${wait('PT20M')}, b: ${wait('PT20M')}, c: ${wait('PT10M', 'a', 'b')} }`);
    expect(costOf(template, 'eu-west-1')).toMatchObject({ minutes: 50, dollars: 5, estimated: false });
    expect(costOf(template, 'us-gov-west-1').dollars).toBe(6);
    expect(costOf(template, 'eu-west-1', 3).dollars).toBe(15);
  });

  it('counts no action as nothing, rounds to the nearest minute, and says when it had to assume', () => {
    const { template } = experimentOf(
      `{ a: { actionId: aws:ebs:pause-volume-io, parameters: { duration: PT5S } }, b: ${wait('PT89S')}, c: { actionId: aws:rds:failover-db-cluster } }`,
    );
    expect(costOf(template, 'eu-west-1')).toMatchObject({ minutes: 3, dollars: 0.3, estimated: true });
  });

  it("is what AWS's Cross-Region scenario costs at its own three hours", () => {
    const actions = Array.from({ length: 6 }, (_, index) => `n${index}: ${wait('PT3H')}`);
    expect(costOf(experimentOf(`{ ${actions.join(', ')} }`).template, 'us-east-1').dollars).toBe(108);
  });
});
