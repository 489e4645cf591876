import { describe, expect, it } from 'vitest';
import { estimatedRadius, resolvedRadius } from '../../../../src/operations/chaos/plan/blast-radius.ts';
import { guardRows, scheduledStopRow, windowRows } from '../../../../src/operations/chaos/plan/guards.ts';
import { diffTemplates } from '../../../../src/operations/chaos/plan/template-diff.ts';
import { DEV, experimentOf, KILL, serviceWith, TASKS, taskArn } from './samples.ts';

const ZONES = ['a', 'a', 'b', 'b', 'b'];
const facts = new Map([['tasks', serviceWith(ZONES)]]);
const targetsOf = (selection: string, rest = '') =>
  experimentOf(
    KILL,
    `{ tasks: { resourceType: aws:ecs:task, parameters: { cluster: main, service: web }, selectionMode: ${selection}${rest} } }`,
  ).template;
const estimate = (selection: string, rest = '') => estimatedRadius(targetsOf(selection, rest), facts)[0];

describe('blast radius', () => {
  it('is what FIS has resolved, with its share of the service and its zones', () => {
    const resolved = [0, 2].map((id) => ({
      targetName: 'tasks',
      resourceType: 'aws:ecs:task',
      targetInformation: { TaskArn: taskArn(String(id)) },
    }));
    const other = { targetName: 'others', targetInformation: { arn: 'arn:x' } };
    expect(resolvedRadius(targetsOf('PERCENT(40)'), [...resolved, other], facts)).toEqual([
      {
        name: 'tasks',
        resourceType: 'aws:ecs:task',
        selectionMode: 'PERCENT(40)',
        count: 2,
        of: 5,
        resources: [taskArn('0'), taskArn('2')],
        zones: { a: 1, b: 1 },
        source: 'dry-run',
      },
    ]);
  });

  it.each([
    ['ALL', '', 5],
    ['COUNT(2)', '', 2],
    ['COUNT(9)', '', 5],
    ['PERCENT(50)', '', 2],
    ['PERCENT(19)', '', 0],
    ['ALL', ', filters: [{ path: AvailabilityZone, values: [b] }]', 3],
    ['ALL', ', filters: [{ path: AvailabilityZone, values: [c] }]', 0],
  ])("is estimated from ECS's own list: %s%s hits %i", (selection, rest, count) => {
    expect(estimate(selection, rest)).toMatchObject({ count, of: 5, source: 'reads' });
  });

  it('names resources only where the selection leaves no choice', () => {
    expect(estimate('ALL')?.zones).toEqual({ a: 2, b: 3 });
    expect(estimate('COUNT(2)')).toMatchObject({ resources: [], zones: {} });
  });

  it('knows nothing of tags and other attributes, and says so', () => {
    expect(estimate('ALL', ', resourceTags: { a: b }')).toMatchObject({ count: null, source: 'file' });
    expect(estimate('COUNT(2)', ', resourceTags: { a: b }')).toMatchObject({ count: 2, source: 'file' });
    expect(estimate('ALL', ', filters: [{ path: LaunchType, values: [EC2] }]')).toMatchObject({ count: null, of: 5 });
    expect(estimatedRadius(targetsOf('ALL'), undefined)[0]).toMatchObject({ count: null, of: null, source: 'file' });
  });
});

describe('difference to the account', () => {
  const { template } = experimentOf(KILL, TASKS);
  const account = { ...template, id: 'EXT1', arn: 'arn:x', tags: { x: 'y' }, creationTime: new Date(0) };

  it('is none where AWS only fills in its defaults', () => {
    const options = { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' } as const;
    expect(diffTemplates({ ...account, experimentOptions: options } as never, template)).toEqual([]);
    expect(diffTemplates(account as never, template)).toEqual([]);
  });

  it('is each field that was changed, by its path', () => {
    const changed = {
      ...account,
      roleArn: 'arn:aws:iam::123456789012:role/other',
      targets: {
        tasks: { ...template.targets?.['tasks'], selectionMode: 'ALL', filters: [{ path: 'X', values: ['y'] }] },
      },
      experimentOptions: { emptyTargetResolutionMode: 'skip' },
    };
    expect(diffTemplates(changed as never, template)).toEqual([
      { path: 'experimentOptions.emptyTargetResolutionMode', before: 'skip', after: 'fail' },
      { path: 'roleArn', before: changed.roleArn, after: template.roleArn },
      { path: 'targets.tasks.filters[0].path', before: 'X', after: null },
      { path: 'targets.tasks.filters[0].values[0]', before: 'y', after: null },
      { path: 'targets.tasks.selectionMode', before: 'ALL', after: 'COUNT(1)' },
    ]);
  });

  it('does not mind the order of alarms', () => {
    const alarm = (name: string) => ({
      source: 'aws:cloudwatch:alarm' as const,
      value: `arn:aws:cloudwatch:x:1:alarm:${name}`,
    });
    const one = { ...template, stopConditions: [alarm('a'), alarm('b')] };
    const other = { ...account, stopConditions: [alarm('b'), alarm('a')] };
    expect(diffTemplates(other as never, one)).toEqual([]);
    expect(diffTemplates({ ...other, stopConditions: [alarm('a')] } as never, one)).toHaveLength(2);
  });
});

describe('guards', () => {
  const verdicts = (rest: string, environment = DEV) =>
    Object.fromEntries(
      guardRows(
        experimentOf('{ w: { actionId: aws:fis:wait, parameters: { duration: PT30M } } }', '{}', rest),
        environment,
      ).map(({ code, check }) => [code, check.verdict]),
    );

  it('keep to duration, cost and environment, each at its very bound', () => {
    expect(verdicts('guards: { maximumDuration: 30m, maximumCost: 3, environments: [dev] }')).toEqual({
      'environment-not-allowed': 'pass',
      'too-long': 'pass',
      'too-expensive': 'pass',
    });
    expect(verdicts('guards: { maximumDuration: 29m, maximumCost: 2.9, environments: [test] }')).toEqual({
      'environment-not-allowed': 'fail',
      'too-long': 'fail',
      'too-expensive': 'fail',
    });
  });

  it('miss a role for the scheduled stop, and fail nothing for it', () => {
    const check = (guards: string) =>
      scheduledStopRow(
        experimentOf(
          '{ w: { actionId: aws:fis:wait, parameters: { duration: PT1M } } }',
          '{}',
          `guards: { ${guards} }`,
        ),
      ).check;
    expect(check('maximumDuration: 10m')).toMatchObject({
      verdict: 'inconclusive',
      observed: expect.stringMatching(/^none: guards\.stopRole names no role/),
    });
    const role = 'arn:aws:iam::123456789012:role/stop';
    expect(check(`maximumDuration: 10m, stopRole: "${role}"`)).toMatchObject({
      verdict: 'pass',
      observed: expect.stringContaining(`as ${role}, 15 min after the start`),
    });
  });

  it('show whether a window is open, in its own time zone', () => {
    const window = 'guards: { windows: [{ days: [tue], from: "09:00", to: "15:00", timezone: America/Toronto }] }';
    const at = (time: string) =>
      windowRows(
        experimentOf('{ w: { actionId: aws:fis:wait, parameters: { duration: PT1M } } }', '{}', window),
        new Date(time),
      ).map(({ check: { verdict, expected, observed } }) => [verdict, expected, observed]);
    const allowed = 'tue 09:00 to 15:00 America/Toronto (guards.windows)';
    // Toronto is five hours behind UTC in winter.
    expect(at('2026-11-24T14:00:00Z')).toEqual([['pass', allowed, 'open now (2026-11-24T14:00Z)']]);
    expect(at('2026-11-24T13:59:59Z')).toEqual([['inconclusive', allowed, 'closed now (2026-11-24T13:59Z)']]);
    expect(
      windowRows(experimentOf('{ w: { actionId: aws:fis:wait, parameters: { duration: PT1M } } }'), new Date()),
    ).toEqual([]);
  });

  it('never let a protected environment be hit, whatever the file says', () => {
    const prod = { ...DEV, name: 'prod', protected: true };
    expect(verdicts('guards: { environments: [prod] }', prod)['environment-not-allowed']).toBe('fail');
    expect(verdicts('', prod)['environment-not-allowed']).toBe('fail');
  });
});
