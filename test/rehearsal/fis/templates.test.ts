/** What a template may say, and what is refused, with AWS's reason where it is known. */
import { describe, expect, it } from 'vitest';
import type {
  CreateExperimentTemplateActionInput,
  CreateExperimentTemplateRequest,
  CreateExperimentTemplateTargetInput,
} from '../../../src/aws/fis/types.ts';
import { durationMs } from '../../../src/rehearsal/fis/duration.ts';
import { actionInCycle, mostParallel, timeline } from '../../../src/rehearsal/fis/templates/timeline.ts';
import { ALL_TASKS, createBench, ROLE, STRESS, wait } from './bench.ts';

type Changes = Partial<CreateExperimentTemplateRequest>;

const KILL = { actionId: 'aws:ecs:stop-task', targets: { Tasks: 'tasks' } } as const;
/** An action without a duration. */
const AT_ONCE = { parameters: {} };
const ALARM = 'arn:aws:cloudwatch:ca-central-1:000000000000:alarm:errors';

const action = (input: Partial<CreateExperimentTemplateActionInput>): Changes => ({
  actions: { it: { ...STRESS, ...input } },
});
const target = (input: Partial<CreateExperimentTemplateTargetInput>): Changes => ({
  targets: { tasks: { ...ALL_TASKS, ...input } },
});

describe('a template', () => {
  it('is given back with defaults, and found again until it is deleted', async () => {
    const bench = createBench();
    const made = await bench.template({
      tags: { team: 'shop' },
      logConfiguration: { logSchemaVersion: 2, s3Configuration: { bucketName: 'fis-logs' } },
      experimentReportConfiguration: { outputs: { s3Configuration: { bucketName: 'fis-reports' } } },
    });
    expect(made).toEqual({
      id: expect.stringMatching(/^EXT[A-Za-z0-9]{15}$/),
      arn: `arn:aws:fis:ca-central-1:000000000000:experiment-template/${made.id}`,
      description: 'a test',
      roleArn: ROLE,
      stopConditions: [{ source: 'none' }],
      targets: { tasks: ALL_TASKS },
      actions: { stress: STRESS },
      creationTime: new Date('2026-11-21T12:00:00Z'),
      lastUpdateTime: new Date('2026-11-21T12:00:00Z'),
      tags: { team: 'shop' },
      logConfiguration: { logSchemaVersion: 2, s3Configuration: { bucketName: 'fis-logs' } },
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
      experimentReportConfiguration: {
        outputs: { s3Configuration: { bucketName: 'fis-reports' } },
        preExperimentDuration: 'PT20M',
        postExperimentDuration: 'PT20M',
      },
      targetAccountConfigurationsCount: 0,
    });
    const id = made.id ?? '';
    expect((await bench.call('GetExperimentTemplate', { id })).experimentTemplate).toEqual(made);
    expect((await bench.call('ListExperimentTemplates', {})).experimentTemplates).toEqual([
      {
        id,
        arn: made.arn,
        description: 'a test',
        creationTime: made.creationTime,
        lastUpdateTime: made.lastUpdateTime,
        tags: { team: 'shop' },
      },
    ]);
    await bench.call('DeleteExperimentTemplate', { id });
    await expect(bench.call('GetExperimentTemplate', { id })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });

  it('is updated member by member, and checked again as a whole', async () => {
    const bench = createBench();
    const { id = '' } = await bench.template({ experimentOptions: { emptyTargetResolutionMode: 'skip' } });
    await bench.pass(60);
    const update = { id, description: 'new', actions: { kill: KILL } };
    const { experimentTemplate } = await bench.call('UpdateExperimentTemplate', update);
    expect(experimentTemplate).toMatchObject({
      description: 'new',
      roleArn: ROLE,
      targets: { tasks: ALL_TASKS },
      lastUpdateTime: new Date('2026-11-21T12:01:00Z'),
      experimentOptions: { emptyTargetResolutionMode: 'skip' },
    });
    expect(experimentTemplate?.actions).toEqual({ kill: KILL });
    await expect(bench.call('UpdateExperimentTemplate', { id, targets: {} })).rejects.toMatchObject({
      message: 'Action "kill" has the target "tasks", which the template does not have.',
    });
    await expect(bench.call('UpdateExperimentTemplate', { id, actions: { it: {} } })).rejects.toMatchObject({
      message: 'Action "it" must have an actionId.',
    });
  });

  it('is one for one client token', async () => {
    const bench = createBench();
    const first = await bench.template({ clientToken: 'token' });
    expect((await bench.template({ clientToken: 'token' })).id).toBe(first.id);
    await expect(bench.template({ clientToken: 'token', description: 'x' })).rejects.toMatchObject({
      code: 'ConflictException',
    });
  });

  it('has tags by its ARN, at most 50', async () => {
    const bench = createBench();
    const { arn: resourceArn = '' } = await bench.template({ tags: { a: '1', b: '2' } });
    await bench.call('TagResource', { resourceArn, tags: { b: '3', c: '4' } });
    await bench.call('UntagResource', { resourceArn, tagKeys: ['a'] });
    expect((await bench.call('ListTagsForResource', { resourceArn })).tags).toEqual({ b: '3', c: '4' });
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`k${index}`, '']));
    await expect(bench.call('TagResource', { resourceArn, tags: many })).rejects.toThrow('at most 50 tags, not 51');
    await expect(bench.call('TagResource', { resourceArn, tags: { 'aws:x': '' } })).rejects.toThrow('reserved');
    await expect(bench.call('ListTagsForResource', { resourceArn: `${resourceArn}-none` })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});

function assertAlarms(parameters: Record<string, string>) {
  return {
    actionId: 'aws:cloudwatch:assert-alarm-state',
    parameters: { alarmArns: ALARM, alarmStates: 'OK', ...parameters },
  };
}

describe('a template is refused', () => {
  it.each<[string, Changes, string]>([
    ['an unknown action', action({ actionId: 'aws:fis:NOT-AN-ACTION' }), 'unknown actionId "aws:fis:NOT-AN-ACTION"'],
    ['no action', { actions: {} }, 'at least one action'],
    [
      "another action's target",
      action({ targets: { Clusters: 'tasks' } }),
      'Unexpected target "Clusters" found in action "it".',
    ],
    ['a missing target', action({ targets: {} }), 'Required target "Tasks" is missing in action "it"'],
    ['an unknown target', action({ targets: { Tasks: 'nobody' } }), 'the target "nobody", which the template does not'],
    [
      'a target of another type',
      target({ resourceType: 'aws:ecs:cluster', parameters: {}, resourceTags: { a: 'b' } }),
      'has the resource type aws:ecs:cluster; aws:ecs:task-cpu-stress takes aws:ecs:task',
    ],
    ['an unknown parameter', action({ parameters: { duration: 'PT1M', speed: '1' } }), 'Unexpected parameter "speed"'],
    ['a missing parameter', action({ parameters: {} }), 'Required parameter "duration" is missing'],
    [
      'too short a duration',
      action({ parameters: { duration: 'PT59S' } }),
      'an ISO 8601 duration of 60 to 43200 seconds',
    ],
    [
      'too long a duration',
      action({ parameters: { duration: 'PT12H1S' } }),
      'an ISO 8601 duration of 60 to 43200 seconds',
    ],
    [
      'a duration that is none',
      action({ parameters: { duration: '5m' } }),
      'an ISO 8601 duration of 60 to 43200 seconds',
    ],
    ['a number out of range', action({ parameters: { duration: 'PT1M', percent: '101' } }), 'between 0 and 100'],
    ['a flag that is none', action({ parameters: { duration: 'PT1M', installDependencies: '1' } }), 'true or false'],
    [
      'a word out of a choice',
      {
        actions: { it: { actionId: 'aws:ecs:task-kill-process', parameters: { processName: 'a', signal: 'SIGHUP' } } },
      },
      'one of SIGTERM, SIGKILL',
    ],
    [
      'a word out of a list',
      { actions: { it: assertAlarms({ alarmStates: 'OK,GOOD' }) } },
      'of OK, ALARM, INSUFFICIENT_DATA, with commas',
    ],
    ['six alarms', { actions: { it: assertAlarms({ alarmArns: Array(6).fill(ALARM).join() }) } }, 'at most 5 values'],
    [
      'tags where FIS wants ARNs',
      {
        targets: { it: { resourceType: 'aws:iam:role', selectionMode: 'ALL', resourceTags: { a: 'b' } } },
        actions: {
          it: {
            actionId: 'aws:ec2:api-insufficient-instance-capacity-error',
            parameters: { duration: 'PT1M', availabilityZoneIdentifiers: 'a', percentage: '50' },
            targets: { Roles: 'it' },
          },
        },
      },
      'must name its resources by their ARNs',
    ],
    [
      'a target without a parameter of its type',
      {
        targets: {
          pods: { resourceType: 'aws:eks:pod', selectionMode: 'ALL', parameters: { clusterIdentifier: 'a' } },
        },
      },
      'Required parameter "namespace" is missing in target "pods"',
    ],
    ['a stranger in startAfter', action({ startAfter: ['nobody'] }), 'starts after "nobody"'],
    ['a circle', { actions: { a: wait(1, 'c'), b: wait(1, 'a'), c: wait(1, 'b') } }, 'in a circle'],
    ['a day of waiting', { actions: { a: wait(400), b: wait(400, 'a') } }, 'longer than 12 hours'],
    ['an unknown type', target({ resourceType: 'aws:ecs:nothing' }), 'unknown resource type "aws:ecs:nothing"'],
    ['an unknown target parameter', target({ parameters: { family: 'a' } }), 'Unexpected parameter "family"'],
    [
      'ARNs and tags',
      target({ resourceArns: ['arn:aws:ecs:ca-central-1:1:task/a'], resourceTags: { a: 'b' } }),
      'both resource ARNs and resource tags',
    ],
    [
      'ARNs and filters',
      target({
        resourceArns: ['arn:aws:ecs:ca-central-1:1:task/a'],
        filters: [{ path: 'LaunchType', values: ['EC2'] }],
      }),
      'both resource ARNs and filters',
    ],
    ['nothing to find by', target({ parameters: {} }), 'must have resource ARNs, resource tags, filters or parameters'],
    ['COUNT(0)', target({ selectionMode: 'COUNT(0)' }), 'selection mode "COUNT(0)"'],
    ['PERCENT(101)', target({ selectionMode: 'PERCENT(101)' }), 'selection mode "PERCENT(101)"'],
    ['SOME', target({ selectionMode: 'SOME' }), 'selection mode "SOME"'],
    ['an alarm without ARN', { stopConditions: [{ source: 'aws:cloudwatch:alarm' }] }, 'not the ARN of a CloudWatch'],
    ['an unknown source', { stopConditions: [{ source: 'sns', value: ALARM }] }, 'source "sns" is unknown'],
    ['none with a value', { stopConditions: [{ source: 'none', value: ALARM }] }, 'must not have a value'],
    ['logs to nowhere', { logConfiguration: { logSchemaVersion: 2 } }, 'must name a log group or an S3 bucket'],
  ])('for %s', async (_, changes, text) => {
    await expect(createBench().template(changes)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(text),
    });
  });

  it.each<[string, Changes]>([
    ['21 actions', { actions: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`a${n}`, wait(1)])) }],
    ['11 in parallel', { actions: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, wait(1)])) }],
    ['6 stop conditions', { stopConditions: Array(6).fill({ source: 'aws:cloudwatch:alarm', value: ALARM }) }],
  ])('by quota for %s', async (_, changes) => {
    await expect(createBench().template(changes)).rejects.toMatchObject({
      code: 'ServiceQuotaExceededException',
      status: 402,
    });
  });

  it('for several accounts, which the platform does not have', async () => {
    await expect(
      createBench().template({ experimentOptions: { accountTargeting: 'multi-account' } }),
    ).rejects.toMatchObject({ code: 'UnsupportedParameterException' });
  });

  it('beyond the 500th', async () => {
    const bench = createBench();
    for (let count = 0; count < 500; count += 1) {
      await bench.template();
    }
    await expect(bench.template()).rejects.toMatchObject({ code: 'ServiceQuotaExceededException' });
    const page = await bench.call('ListExperimentTemplates', { maxResults: 100 });
    expect(page.experimentTemplates).toHaveLength(100);
    expect(page.nextToken).toBeDefined();
    await expect(bench.call('ListExperimentTemplates', { nextToken: 'none' })).rejects.toThrow('token is invalid');
  });
});

describe('the order of actions', () => {
  it('has spans from startAfter and durations', () => {
    const actions = { a: wait(2), b: wait(3, 'a'), c: AT_ONCE, d: wait(1, 'b', 'c') };
    const minutes = timeline(actions).map(({ name, start, end }) => [name, start / 60_000, end / 60_000]);
    expect(minutes).toEqual([
      ['a', 0, 2],
      ['b', 2, 5],
      ['c', 0, 0],
      ['d', 5, 6],
    ]);
  });

  it('runs ten at once when twenty come in two waves', () => {
    const wave = (from: number, ...after: string[]) =>
      Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`a${from + n}`, wait(1, ...after)]));
    expect(mostParallel(timeline({ ...wave(0), ...wave(10, 'a0') }))).toBe(10);
    expect(mostParallel(timeline({ a: AT_ONCE, b: AT_ONCE }))).toBe(2);
  });

  it('finds a circle, and passes over strangers', () => {
    expect(actionInCycle({ a: wait(1, 'a') })).toBe('a');
    expect(actionInCycle({ a: wait(1), b: wait(1, 'c'), c: wait(1, 'b') })).toBe('b');
    expect(actionInCycle({ a: wait(1, 'nobody') })).toBeUndefined();
  });
});

describe('a duration', () => {
  it.each([
    ['PT1M', 60_000],
    ['PT1H30M', 5_400_000],
    ['P1DT2S', 86_402_000],
    ['PT90S', 90_000],
  ])('%s is read', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each(['', 'P', 'PT', 'P1DT', '1M', 'PT1.5M', 'PTM', 'P1W', 'PT1M ', '-PT1M', 'PT1S1M'])('%j is none', (text) =>
    expect(durationMs(text)).toBeUndefined(),
  );
});
