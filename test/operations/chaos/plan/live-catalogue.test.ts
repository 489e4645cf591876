/** What FIS says of its actions goes before the snapshot of them. */
import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../src/aws/fis/fis.ts';
import { OutsideError } from '../../../../src/errors.ts';
import { catalogueRow } from '../../../../src/operations/chaos/plan/live-catalogue.ts';
import { experimentOf, KILL, TASKS } from './samples.ts';

const STOP = 'aws:ecs:stop-task';
const { template } = experimentOf(KILL, TASKS);

/** A FIS that offers these actions, and what its row for the template is. */
async function rowOf(...actions: Action[]) {
  const fis = {
    listActions: async () => actions.map(({ parameters: _, ...summary }) => summary),
    getAction: async (id: string) => actions.find((one) => one.id === id),
  };
  const { check } = await catalogueRow(template, fis, new Date('2027-01-01T00:00:00Z'));
  return [check.verdict, check.observed];
}

describe('actions as FIS offers them', () => {
  const tasks = { Tasks: { resourceType: 'aws:ecs:task' } };

  it('are as the template has them', async () => {
    expect(await rowOf({ id: STOP, targets: tasks, parameters: {} })).toEqual(['pass', STOP]);
  });

  it('may not be offered in the Region, whatever the snapshot says', async () => {
    const [verdict, observed] = await rowOf({ id: 'aws:ecs:drain-container-instances' });
    expect(verdict).toBe('fail');
    expect(observed).toContain(`actions.kill.actionId is "${STOP}", which FIS does not know`);
  });

  it('may take other targets and need other parameters than the snapshot says', async () => {
    const parameters = { reason: { required: true } };
    expect(await rowOf({ id: STOP, targets: { Pods: { resourceType: 'aws:eks:pod' } }, parameters })).toEqual([
      'fail',
      `actions.kill.parameters.reason is missing: ${STOP} needs it; actions.kill.targets.Tasks is no kind of target of ${STOP}`,
    ]);
  });

  it('are those of the snapshot where FIS does not tell', async () => {
    const fis = {
      listActions: () => Promise.reject(new OutsideError('aws-access-denied', 'no', 'fis:ListActions')),
      getAction: async () => undefined,
    };
    const { check } = await catalogueRow(template, fis, new Date());
    expect(check).toMatchObject({ verdict: 'inconclusive', observed: expect.stringContaining("AWS's list of 20") });
  });
});
