/** Experiments that real alarms of the platform's CloudWatch end. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Experiment, FisInputs, FisOutputs } from '../../../src/aws/fis/types.ts';
import { type CloudWatch, createCloudWatch } from '../../../src/rehearsal/cloudwatch/cloudwatch.ts';
import { createFis, type Fis } from '../../../src/rehearsal/fis/fis.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { eventually } from '../ecs/lab.ts';

const ACCOUNT = { region: 'ca-central-1', accountId: '000000000000' };
const SPEED = 60;

let wire: Wire;
let fis: Fis;
let cloudwatch: CloudWatch;

beforeEach(() => {
  const clock = createClock(SPEED);
  wire = createWire({ services: [], ...ACCOUNT });
  cloudwatch = createCloudWatch({ clock, ...ACCOUNT });
  const world = { call: wire.call, clock, ...ACCOUNT, subnets: new Map(), vpcId: 'vpc-rehearsal' };
  fis = createFis({ ...world, alarms: cloudwatch.alarms });
  wire.register(fis.module);
  wire.register(cloudwatch.module);
});

afterEach(async () => {
  await fis.stop();
  cloudwatch.stop();
});

const arnOf = (name: string) => `arn:aws:cloudwatch:ca-central-1:000000000000:alarm:${name}`;
const call = <Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]) =>
  wire.call<FisOutputs[Name]>('fis', name, input);

/** An alarm on errors over one period of a minute, which is a second here. */
async function alarm(name: string): Promise<void> {
  await wire.call('cloudwatch', 'PutMetricAlarm', {
    AlarmName: name,
    Namespace: 'Test',
    MetricName: 'Errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  });
}

const set = (name: string, state: string) =>
  wire.call('cloudwatch', 'SetAlarmState', { AlarmName: name, StateValue: state, StateReason: 'a test' });

/** A wait of an hour, and one after it. */
async function start(actionsMode: 'run-all' | 'skip-all', ...alarms: string[]): Promise<string> {
  const wait = { actionId: 'aws:fis:wait', parameters: { duration: 'PT1H' } };
  const { experimentTemplate } = await call('CreateExperimentTemplate', {
    clientToken: crypto.randomUUID(),
    description: 'a test',
    roleArn: 'arn:aws:iam::000000000000:role/fis-experiments',
    stopConditions: alarms.map((name) => ({ source: 'aws:cloudwatch:alarm', value: arnOf(name) })),
    actions: { first: wait, second: { ...wait, startAfter: ['first'] } },
  });
  const { experiment } = await call('StartExperiment', {
    clientToken: crypto.randomUUID(),
    experimentTemplateId: experimentTemplate?.id ?? '',
    experimentOptions: { actionsMode },
  });
  return experiment?.id ?? '';
}

const get = async (id: string): Promise<Experiment> => (await call('GetExperiment', { id })).experiment ?? {};

/** The experiment once it is in the status. */
function becomes(id: string, status: string): Promise<Experiment> {
  return eventually(async () => {
    const experiment = await get(id);
    return experiment.state?.status === status ? experiment : undefined;
  });
}

describe('an alarm of a stop condition', () => {
  it('stops the experiment when its metric brings it into ALARM', async () => {
    await alarm('errors');
    await alarm('other');
    await set('other', 'OK');
    const id = await start('run-all', 'other', 'errors');
    await becomes(id, 'running');
    const errors = setInterval(() => {
      void wire.call('cloudwatch', 'PutMetricData', {
        Namespace: 'Test',
        MetricData: [{ MetricName: 'Errors', Value: 3, Timestamp: new Date() }],
      });
    }, 100);
    const experiment = await becomes(id, 'stopped').finally(() => clearInterval(errors));
    expect(experiment.state).toEqual({ status: 'stopped', reason: 'Experiment halted by stop condition.' });
    expect(experiment.actions?.['first']?.state?.status).toBe('stopped');
    expect(experiment.actions?.['second']?.state?.status).toBe('cancelled');
  });

  it('that goes into ALARM stops all experiments that name it, and no other', async () => {
    await alarm('errors');
    await alarm('other');
    const [one, two, free] = [
      await start('run-all', 'errors'),
      await start('run-all', 'errors'),
      await start('run-all', 'other'),
    ];
    await becomes(free, 'running');
    await set('errors', 'ALARM');
    await becomes(one, 'stopped');
    await becomes(two, 'stopped');
    expect((await get(free)).state?.status).toBe('running');
  });

  it('that is in ALARM already stops the experiment at once; a dry run goes on', async () => {
    await alarm('errors');
    await set('errors', 'ALARM');
    const dry = await start('skip-all', 'errors');
    const id = await start('run-all', 'errors');
    const { state, actions } = await becomes(id, 'stopped');
    expect(state?.reason).toBe('Experiment halted by stop condition.');
    expect(actions?.['first']).not.toHaveProperty('startTime');
    await becomes(dry, 'completed');
  });

  it('that goes back to OK stops nothing', async () => {
    await alarm('errors');
    const id = await start('run-all', 'errors');
    await becomes(id, 'running');
    await set('errors', 'OK');
    expect((await get(id)).state?.status).toBe('running');
  });
});
