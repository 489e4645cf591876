import { afterAll, describe, expect, test } from 'vitest';
import { OutsideError } from '../../src/errors.ts';
import { FAULT_CASES, type FaultCase, ruleOf } from './fault-cases.ts';
import { deployHere, endHere, LOST_ANSWER_MS, repairHere, type Told } from './in-process.ts';
import type { Environment, Lab } from './lab.ts';
import { createLabPool } from './lab-pool.ts';
import { createGate } from './side-by-side.ts';
import { leftovers, orphans, unsoundness, untilSettled } from './soundness.ts';

const gate = createGate(4);
const pool = createLabPool();
/** Each case waits for its turn within it. */
const TIME_LIMIT = { timeout: 600_000 };

const CODES = {
  deny: 'aws-access-denied',
  break: 'aws-error',
  throttle: 'aws-throttled',
  'lose-request': 'aws-no-answer',
  'lose-answer': 'aws-no-answer',
} as const;

afterAll(() => pool.stop());

/** A good image that does not run now: the service's answer is its revision. */
async function otherImage(lab: Lab): Promise<string> {
  const answer = await fetch(lab.rehearsal.services[lab.target.ecsService]?.url ?? '');
  return (await answer.text()) === '2' ? '3' : '2';
}

/** With lost calls surefoot's patience with AWS lasts 24 s; the pause must outlast it: 36 s at speed 10. */
const LOSING = { answerMs: LOST_ANSWER_MS, hookTimeoutMinutes: 6 };

async function play(faultCase: FaultCase, lab: Lab): Promise<void> {
  const { rule, met } = ruleOf(faultCase);
  lab.proxy.setRule(rule);
  const image = faultCase.image ?? (await otherImage(lab));
  const told = await deployHere(lab, image, faultCase.fault.startsWith('lose') ? LOSING : {});
  lab.proxy.setRule(() => 'pass');
  expect(met()).toBeGreaterThan(0);
  expectEnd(told, faultCase);
  if (faultCase.action === 'ecs:StopServiceDeployment' && faultCase.ends === 'error') {
    // ECS itself would try for hours with a candidate that crashes.
    expect(await endHere(lab)).toBe('pass');
  }
  await untilSettled(lab, 150_000);
  expect(await unsoundness(lab)).toEqual([]);
  const left = await leftovers(lab);
  if (told.warnings.some((text) => text.startsWith('the deployment that was cut short ended'))) {
    expect(left).toEqual([]);
  }
  expect(await repairHere(lab)).toBe(left.length > 0);
  expect(await leftovers(lab)).toEqual([]);
  expect(await unsoundness(lab)).toEqual([]);
  expect(await orphans(lab, 30_000)).toEqual([]);
  expect(lab.traffic.failures()).toEqual([]);
  expect(lab.bugs).toEqual([]);
}

function expectEnd({ result }: Told, { action, fault, ends }: FaultCase): void {
  if (ends === 'pass' || ends === 'fail') {
    expect(result).toMatchObject({ verdict: ends });
    return;
  }
  if (!(result instanceof OutsideError)) {
    throw new Error(
      `expected an OutsideError of ${action}, got ${result instanceof Error ? result.stack : JSON.stringify(result.reasons)}`,
    );
  }
  expect({ code: result.code, where: result.where }).toEqual({ code: CODES[fault], where: action });
  expect(result.message.split(`${action}: `)).toHaveLength(2);
  expect(result.message).not.toContain('\n');
  expect(result.message.startsWith('the deployment ended SUCCESSFUL, but ')).toBe(ends === 'error-after');
  if (fault === 'deny') {
    expect(result.message).toContain(`needs the permission ${action}`);
  }
}

describe.concurrent(
  'each AWS call failed, throttled and lost: one clear message, and the platform ends sound',
  TIME_LIMIT,
  () => {
    test.each(
      FAULT_CASES.map((faultCase) => {
        const { environment, action, from, fault, ends, image = 'good' } = faultCase;
        return [`${environment}, ${image}: ${fault} ${action} from the ${from}: ${ends}`, faultCase] as const;
      }),
    )('%s', async (_, faultCase) => {
      await gate(() => pool.use(faultCase.environment, (lab) => play(faultCase, lab)));
    });

    test.each<Environment>(['migrated', 'watched'])(
      '%s: every call is throttled twice, and all is well',
      async (environment) => {
        await gate(() =>
          pool.use(environment, async (lab) => {
            lab.proxy.setRule(({ number }) => (number <= 2 ? 'throttle' : 'pass'));
            const { result, warnings } = await deployHere(lab, await otherImage(lab), { attempts: 3 });
            expect(result).toMatchObject({ verdict: 'pass' });
            expect(warnings.filter((text) => text.includes('throttled'))).toEqual([]);
            await untilSettled(lab, 10_000);
            expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
          }),
        );
      },
    );
  },
);
