/** One-time schedules over the wire, and the experiments of FIS that they stop. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FisInputs, FisOutputs } from '../../../src/aws/fis/types.ts';
import { createFis, type Fis } from '../../../src/rehearsal/fis/fis.ts';
import { createScheduler, type Scheduler } from '../../../src/rehearsal/scheduler/scheduler.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { eventually } from '../ecs/lab.ts';

const ACCOUNT = { region: 'ca-central-1', accountId: '000000000000' };
const STOP = 'arn:aws:scheduler:::aws-sdk:fis:stopExperiment';

let wire: Wire;
let fis: Fis;
let scheduler: Scheduler;
let endpoint: string;

beforeEach(async () => {
  const clock = createClock(60);
  wire = createWire({ services: [], ...ACCOUNT });
  const parts = { call: wire.call, clock, ...ACCOUNT };
  fis = createFis({ ...parts, subnets: new Map(), vpcId: 'vpc-rehearsal' });
  scheduler = createScheduler(parts);
  wire.register(fis.module);
  wire.register(scheduler.module);
  ({ endpoint } = await wire.listen('127.0.0.1', 0));
});

afterEach(async () => {
  scheduler.stop();
  await fis.stop();
  await wire.close();
});

const ofFis = <Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]) =>
  wire.call<FisOutputs[Name]>('fis', name, input);

interface Answer {
  readonly status: number;
  readonly error: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${endpoint}${path}`, {
    method,
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20261121/ca-central-1/scheduler/aws4_request',
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    error: response.headers.get('x-amzn-errortype'),
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** `at(…)`, so many seconds of the platform's time from now on. */
const at = (seconds: number) => `at(${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)})`;

const schedule = (more: object = {}, input: object = { Id: 'EXPnone' }) => ({
  ScheduleExpression: at(3600),
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: STOP, RoleArn: 'arn:aws:iam::000000000000:role/stop', Input: JSON.stringify(input) },
  ActionAfterCompletion: 'DELETE',
  ClientToken: crypto.randomUUID(),
  ...more,
});

/** An experiment that would run for two hours. */
async function runningExperiment(): Promise<string> {
  const { experimentTemplate } = await ofFis('CreateExperimentTemplate', {
    clientToken: crypto.randomUUID(),
    description: 'a test',
    roleArn: 'arn:aws:iam::000000000000:role/fis-experiments',
    stopConditions: [{ source: 'none' }],
    actions: { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT2H' } } },
  });
  const { experiment } = await ofFis('StartExperiment', {
    clientToken: crypto.randomUUID(),
    experimentTemplateId: experimentTemplate?.id ?? '',
  });
  const id = experiment?.id ?? '';
  await eventually(async () => ((await status(id)) === 'running' ? true : undefined));
  return id;
}

const status = async (id: string) => (await ofFis('GetExperiment', { id })).experiment?.state?.status;

describe('a one-time schedule', () => {
  it.each([['Id'], ['id']])('stops an experiment at its time, named by %s, and is deleted', async (member) => {
    const id = await runningExperiment();
    const made = await ask('POST', '/schedules/stop-it', schedule({ ScheduleExpression: at(90) }, { [member]: id }));
    expect(made).toMatchObject({
      status: 200,
      body: { ScheduleArn: 'arn:aws:scheduler:ca-central-1:000000000000:schedule/default/stop-it' },
    });
    await eventually(async () => ((await status(id)) === 'stopped' ? true : undefined));
    await eventually(async () => ((await ask('GET', '/schedules/stop-it')).status === 404 ? true : undefined));
  });

  it('stays when it is not to be deleted, also when its call fails', async () => {
    await ask('POST', '/schedules/stay', schedule({ ScheduleExpression: at(30), ActionAfterCompletion: 'NONE' }));
    await eventually(() =>
      wire.requests().some(({ operation, status: code }) => operation === 'StopExperiment' && code === 404)
        ? true
        : undefined,
    );
    expect((await ask('GET', '/schedules/stay')).body).toMatchObject({ Name: 'stay', ActionAfterCompletion: 'NONE' });
  });

  it('that is deleted before makes no call; nor does one that is disabled', async () => {
    const id = await runningExperiment();
    await ask('POST', '/schedules/gone', schedule({ ScheduleExpression: at(40) }, { Id: id }));
    await ask('POST', '/schedules/off', schedule({ ScheduleExpression: at(40), State: 'DISABLED' }, { Id: id }));
    expect((await ask('DELETE', '/schedules/gone?clientToken=1')).status).toBe(200);
    const marker = await runningExperiment();
    await ask('POST', '/schedules/marker', schedule({ ScheduleExpression: at(90) }, { Id: marker }));
    await eventually(async () => ((await status(marker)) === 'stopped' ? true : undefined));
    expect(await status(id)).toBe('running');
  });

  it('is shown as it was made, with AWS’s defaults, and listed by prefix', async () => {
    const asked = schedule();
    await ask('POST', '/schedules/surefoot-1', asked);
    await ask('POST', '/schedules/other', schedule());
    const { ClientToken: _, ...kept } = asked;
    const { body } = await ask('GET', '/schedules/surefoot-1?groupName=default');
    expect(body).toMatchObject({ ...kept, State: 'ENABLED', GroupName: 'default', ScheduleExpressionTimezone: 'UTC' });
    expect(body['CreationDate']).toBeTypeOf('number');
    const { body: list } = await ask('GET', '/schedules?NamePrefix=surefoot-&ScheduleGroup=default');
    expect(list['Schedules']).toMatchObject([{ Name: 'surefoot-1', Target: { Arn: STOP } }]);
    expect(list['Schedules']).toHaveLength(1);
  });

  it('calls for what it was changed to, at its new time, and no more for what it was made with', async () => {
    const [first, second] = [await runningExperiment(), await runningExperiment()];
    await ask('POST', '/schedules/turned', schedule({ ScheduleExpression: at(20) }, { Id: first }));
    const turned = schedule({ ScheduleExpression: at(60), Description: 'the second' }, { Id: second });
    expect((await ask('PUT', '/schedules/turned', turned)).status).toBe(200);
    expect((await ask('GET', '/schedules/turned')).body).toMatchObject({ Description: 'the second' });
    await eventually(async () => ((await status(second)) === 'stopped' ? true : undefined));
    expect(await status(first)).toBe('running');
    await eventually(async () => ((await ask('GET', '/schedules/turned')).status === 404 ? true : undefined));
  });

  it('is made once for a client token, and its name is taken for another', async () => {
    const asked = schedule();
    expect((await ask('POST', '/schedules/one', asked)).status).toBe(200);
    expect((await ask('POST', '/schedules/one', asked)).status).toBe(200);
    expect(await ask('POST', '/schedules/one', schedule())).toMatchObject({ status: 409, error: 'ConflictException' });
  });
});

describe('what is refused', () => {
  it.each([
    ['a schedule that repeats', { ScheduleExpression: 'rate(5 minutes)' }, 'UnsupportedOperationException'],
    ['another time zone', { ScheduleExpressionTimezone: 'America/Toronto' }, 'UnsupportedOperationException'],
    ['a flexible window', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'UnsupportedOperationException'],
    ['a time that is over', { ScheduleExpression: 'at(2020-01-01T00:00:00)' }, 'ValidationException'],
    ['no time', { ScheduleExpression: 'at(noon)' }, 'ValidationException'],
    [
      'another kind of target',
      { Target: { Arn: 'arn:aws:lambda:ca-central-1:0:function:x', RoleArn: 'r' } },
      'UnsupportedOperationException',
    ],
    [
      'another service',
      { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage', RoleArn: 'r' } },
      'UnsupportedOperationException',
    ],
    ['an input that is no JSON object', { Target: { Arn: STOP, RoleArn: 'r', Input: '[1]' } }, 'ValidationException'],
    ['another group', { GroupName: 'mine' }, 'ResourceNotFoundException'],
  ])('%s', async (_, more, code) => {
    expect((await ask('POST', '/schedules/x', schedule(more))).error).toBe(code);
    expect((await ask('GET', '/schedules')).body).toEqual({ Schedules: [] });
  });

  it('what AWS has and the platform has not, by name', async () => {
    const answer = await ask('POST', '/schedule-groups/x', {});
    expect(answer.error).toBe('UnsupportedOperationException');
    expect(JSON.stringify(answer.body)).toContain('CreateScheduleGroup');
  });

  it.each([
    ['GET', undefined],
    ['DELETE', undefined],
    ['PUT', schedule()],
  ])('%s of a schedule that is not there', async (method, body) => {
    expect(await ask(method, '/schedules/nobody', body)).toMatchObject({
      status: 404,
      error: 'ResourceNotFoundException',
    });
  });
});
