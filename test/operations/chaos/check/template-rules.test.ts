/** Each rule finds what it is for in a template, and leaves a template without fault alone. */
import { describe, expect, it } from 'vitest';
import { goodTemplate, HONEST_WARNING, problemsOf, said } from '../good.ts';
import { brokenBy, expected, put } from './breaking.ts';

const CLUSTER = 'arn:aws:rds:ca-central-1:123456789012:cluster:orders';
const ALARM = { source: 'aws:cloudwatch:alarm', value: 'arn:aws:cloudwatch:ca-central-1:123456789012:alarm:errors' };
const LOSE = 'actions/lose/parameters';
const LOG_GROUP = 'logConfiguration/cloudWatchLogsConfiguration/logGroupArn';
const MINUTE = { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } };

/** What is found (at the path, unless it says another), where the template is changed, and to what. */
const ROWS: readonly (readonly [found: string | readonly string[], path: string, value: unknown])[] = [
  ['error unknown-action', 'actions/wait/actionId', 'aws:fis:wat'],
  ['error unknown-action', 'actions/wait/actionId', 'aws:dynamodb:encrypted-global-table-pause-replication'],
  ['error unknown-parameter', `${LOSE}/lossPercentage`, '20'],
  ['error unknown-parameter', `${LOSE}/constructor`, '20'],
  ['error missing-parameter', `${LOSE}/duration`, undefined],
  ['error parameter-value', `${LOSE}/lossPercent`, '101'],
  ['error parameter-value', `${LOSE}/lossPercent`, '0x10'],
  ['error parameter-value', `${LOSE}/lossPercent`, '7.5'],
  ['error parameter-value', `${LOSE}/useEcsFaultInjectionEndpoints`, 'maybe'],
  ['error parameter-value', `${LOSE}/sources`, '10.0.0.1,,10.0.0.2'],
  ['error duration', `${LOSE}/duration`, 'PT59S'],
  [['error duration', 'error too-long actions'], `${LOSE}/duration`, 'PT12H1S'],
  ['error duration', `${LOSE}/duration`, '5m'],
  ['error duration', `${LOSE}/duration`, 'P5M'],
  ['warning sources', `${LOSE}/sources`, '10.0.0.1, 10.0.0.2'],
  ['warning sources', `${LOSE}/sources`, '2001:db8::1'],
  ['warning fargate', `${LOSE}/useEcsFaultInjectionEndpoints`, undefined],
  ['error form', `${LOSE}/lossPercent`, 20],
  ['error unknown-target-key actions.lose.targets.Task', 'actions/lose/targets', { Task: 'tasks' }],
  ['error unknown-target-key actions.wait.targets.Tasks', 'actions/wait/targets', { Tasks: 'tasks' }],
  [
    ['error missing-target actions.lose.targets.Tasks', 'warning unused-target targets.tasks'],
    'actions/lose/targets',
    {},
  ],
  [['error unknown-target', 'warning unused-target targets.tasks'], 'actions/lose/targets/Tasks', 'task'],
  [['error wrong-target-type', 'warning unused-target targets.tasks'], 'actions/lose/targets/Tasks', 'database'],
  [
    ['error unknown-target-type', 'error wrong-target-type actions.lose.targets.Tasks'],
    'targets/tasks/resourceType',
    'aws:ecs:tasks',
  ],
  ['error unknown-parameter targets.database.parameters.cluster', 'targets/database/parameters', { cluster: 'x' }],
  ['error two-selectors', 'targets/database/resourceTags', { a: 'b' }],
  ['error two-selectors', 'targets/database/filters', [{ path: 'Engine', values: ['aurora'] }]],
  ['error empty-selector targets.database', 'targets/database/resourceArns', []],
  ['error wrong-arn', 'targets/database/resourceArns/0', CLUSTER.replace(':cluster:', ':db:')],
  ['warning same-target', 'targets/database/resourceArns/1', CLUSTER],
  ['error form', 'targets/database/resourceArns', ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${CLUSTER}-${name}`)],
  ['error selection-mode', 'targets/tasks/selectionMode', 'COUNT(0)'],
  ['error selection-mode', 'targets/tasks/selectionMode', 'PERCENT(101)'],
  ['error selection-mode', 'targets/tasks/selectionMode', 'percent 50'],
  ['error selection-mode', 'targets/database/selectionMode', 'COUNT(2)'],
  ['error selection-mode', 'targets/database/selectionMode', 'PERCENT(50)'],
  ['warning filter-path', 'targets/tasks/filters/0/path', 'availabilityZone'],
  [
    'warning unused-target',
    'targets/spare',
    { resourceType: 'aws:ecs:task', resourceTags: { a: 'b' }, selectionMode: 'ALL' },
  ],
  ['error start-after-unknown', 'actions/lose/startAfter/0', 'wiat'],
  ['error start-after-circle actions.wait.startAfter[0]', 'actions/wait/startAfter', ['wait']],
  ['error start-after-circle actions.wait.startAfter[0]', 'actions/wait/startAfter', ['failover']],
  [
    'error too-long actions',
    'actions/night',
    { ...MINUTE, parameters: { duration: 'PT11H57M' }, startAfter: ['lose'] },
  ],
  ['error quota', 'stopConditions', Array(6).fill(ALARM)],
  ['error stop-condition stopConditions[0].value', 'stopConditions', [{ source: 'aws:cloudwatch:alarm' }]],
  ['error stop-condition', 'stopConditions/0/value', 'arn:aws:sns:ca-central-1:123456789012:alarms'],
  ['warning no-stop-condition stopConditions[0].source', 'stopConditions', [{ source: 'none' }]],
  ['error form', 'stopConditions', []],
  ['error stop-condition stopConditions[1].source', 'stopConditions/1', { source: 'none' }],
  ['warning skips-empty-targets', 'experimentOptions/emptyTargetResolutionMode', 'skip'],
  ['warning no-log', 'logConfiguration', undefined],
  ['warning no-log', 'logConfiguration', { logSchemaVersion: 2 }],
  ['error wrong-arn', LOG_GROUP, 'arn:aws:s3:::fis-logs-of-the-platform'],
  ['warning log-group', LOG_GROUP, 'arn:aws:logs:ca-central-1:123456789012:log-group:/fis'],
  ['error wrong-arn', 'roleArn', 'arn:aws:iam::123456789012:user/fis'],
  ['warning old-log', 'logConfiguration/logSchemaVersion', 1],
  ['warning no-report experimentReportConfiguration', 'experimentReportConfiguration/outputs', undefined],
  ['error duration', 'experimentReportConfiguration/preExperimentDuration', 'PT31M'],
  ['error duration', 'experimentReportConfiguration/postExperimentDuration', 'PT2H1S'],
  ['error reserved-tag tags["aws:name"]', 'tags', { 'aws:name': 'x' }],
  [
    'error two-regions targets.database.resourceArns[0]',
    'stopConditions/0/value',
    ALARM.value.replace('ca-central-1', 'us-east-1'),
  ],
  ['error two-accounts', 'stopConditions/0/value', ALARM.value.replace('123456789012', '210987654321')],
  ['warning two-zones targets.tasks.filters[0].values[1]', 'targets/tasks/filters/0/values/1', 'ca-central-1b'],
  ['warning zone-name targets.tasks.filters[0].values[0]', 'experimentOptions/accountTargeting', 'multi-account'],
  ['error left-over', 'roleArn', 'arn:aws:iam::<YOUR ACCOUNT>:role/fis'],
  ['warning left-over', 'description', 'Fails over {{ database }}'],
  ['error form', 'actions/lose/startAfterDelay', 'PT5M'],
];

describe('the rules for templates', () => {
  it('say of a good one only that nothing undoes the failover', () => {
    expect(said(problemsOf(goodTemplate()))).toEqual([HONEST_WARNING]);
  });

  it.each(ROWS)('%s when %s is %j', (found, path, value) => {
    expect(brokenBy((template) => put(template, path, value))).toEqual(expected([found].flat(), path));
  });

  it('find two network faults of ECS tasks at once', () => {
    const slow = { ...goodTemplate().actions.lose, actionId: 'aws:ecs:task-network-latency' };
    const parameters = { duration: 'PT1M', useEcsFaultInjectionEndpoints: 'true' };
    const found = brokenBy((template) => put(template, 'actions/slow', { ...slow, parameters }));
    expect(found).toEqual(['warning network-overlap actions.slow']);
    const inTurn = { ...slow, parameters, startAfter: ['lose'] };
    expect(brokenBy((template) => put(template, 'actions/slow', inTurn))).toEqual([]);
  });

  it('count the actions, and those that run at once', () => {
    const waits = (count: number, after: (index: number) => string[]) =>
      brokenBy((template) => {
        for (let index = 0; index < count; index += 1) {
          put(template, `actions/wait${index}`, { ...MINUTE, startAfter: after(index) });
        }
      });
    const chain = (index: number) => (index === 0 ? [] : [`wait${index - 1}`]);
    expect(waits(17, chain)).toEqual([]);
    expect(waits(18, chain)).toEqual(['error quota actions']);
    expect(waits(9, () => [])).toEqual([]);
    expect(waits(10, () => [])).toEqual(['error too-many-parallel actions']);
  });

  it('find an experiment that breaks nothing', () => {
    const found = brokenBy((template) => {
      put(template, 'actions', { wait: MINUTE });
      put(template, 'targets', {});
    });
    expect(found).toEqual(['warning no-fault actions']);
  });

  it('find a fault after the load that the template brings along', () => {
    const load = {
      actionId: 'aws:ssm:start-automation-execution',
      parameters: {
        documentArn: 'arn:aws:ssm:ca-central-1:123456789012:document/MySQL-LoadTest',
        maxDuration: 'PT10M',
      },
    };
    const found = (after: readonly string[]) =>
      brokenBy((template) => {
        put(template, 'actions/runLoadTest', load);
        put(template, 'actions/failover/startAfter', after);
      });
    expect(found(['runLoadTest'])).toEqual(['warning fault-after-load actions.failover']);
    expect(found(['wait'])).toEqual([]);
  });

  it('bear anything', () => {
    for (const value of [null, [], 7, 'x', {}, { actions: [], targets: 7, stopConditions: {} }]) {
      const template = { actions: { a: value }, targets: { b: value }, stopConditions: [value], actionId: value };
      expect(problemsOf(template).some(({ severity }) => severity === 'error')).toBe(true);
    }
  });
});
