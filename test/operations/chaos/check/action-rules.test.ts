/** Rules on single actions; and what to write instead, and where. */
import { describe, expect, it } from 'vitest';
import { SNAPSHOT } from '../../../../src/operations/chaos/catalogue/catalogue.ts';
import { checkChaosFile } from '../../../../src/operations/chaos/check/check.ts';
import { problemsOf } from '../good.ts';
import { brokenBy, changed, fault, put } from './breaking.ts';

const FOR = { duration: 'PT5M' };
const DOCUMENT = { ...FOR, documentArn: 'arn:aws:ssm:ca-central-1::document/AWSFIS-Run-CPU-Stress' };
const CONNECTIVITY = 'aws:network:disrupt-connectivity';
const CUT_OFF = 'aws:network:route-table-disrupt-cross-region-connectivity';
const POD = { clusterIdentifier: 'a', namespace: 'b', selectorType: 'labelSelectors' };

const ROWS: readonly (readonly [found: readonly string[], id: string, parameters: object, ofTarget?: object])[] = [
  [['warning all-zones actions.fault.parameters.scope'], CONNECTIVITY, { ...FOR, scope: 'availability-zone' }],
  [[], CONNECTIVITY, { ...FOR, scope: 'all' }, { availabilityZoneIdentifier: 'ca-central-1a' }],
  [
    ['error missing-parameter actions.fault.parameters.prefixListIdentifier'],
    CONNECTIVITY,
    { ...FOR, scope: 'prefix-list' },
  ],
  [
    ['warning idle-parameter actions.fault.parameters.prefixListIdentifier'],
    CONNECTIVITY,
    { ...FOR, scope: 's3', prefixListIdentifier: 'p' },
  ],
  [['warning same-region actions.fault.parameters.region'], CUT_OFF, { ...FOR, region: 'ca-central-1' }],
  [['error parameter-value actions.fault.parameters.region'], CUT_OFF, { ...FOR, region: 'us-east' }],
  [[], 'aws:ssm:send-command', { ...DOCUMENT, documentParameters: '{"DurationSeconds":"300"}' }],
  [
    ['warning document-duration actions.fault.parameters.documentParameters'],
    'aws:ssm:send-command',
    { ...DOCUMENT, documentParameters: '{"DurationSeconds":["60"]}' },
  ],
  [
    ['error parameter-value actions.fault.parameters.documentParameters'],
    'aws:ssm:send-command',
    { ...DOCUMENT, documentParameters: '{60}' },
  ],
  [
    ['error parameter-value actions.fault.parameters.documentArn'],
    'aws:ssm:send-command',
    { ...DOCUMENT, documentArn: 'AWSFIS-Run-CPU-Stress' },
  ],
  [['warning irreversible actions.fault.actionId'], 'aws:ec2:stop-instances', {}],
  [[], 'aws:ec2:stop-instances', { startInstancesAfterDuration: 'PT5M' }],
  [
    ['error selection targets.fault'],
    'aws:ec2:api-insufficient-instance-capacity-error',
    { ...FOR, availabilityZoneIdentifiers: 'ca-central-1a', percentage: '100' },
  ],
  [
    ['warning legacy-action actions.fault.actionId'],
    'aws:elasticache:interrupt-cluster-az-power',
    FOR,
    { availabilityZoneIdentifier: 'ca-central-1a' },
  ],
  [
    [
      'error missing-parameter targets.fault.parameters.selectorValue',
      'error parameter-value targets.fault.parameters.selectorType',
      'warning irreversible actions.fault.actionId',
    ],
    'aws:eks:pod-delete',
    { kubernetesServiceAccount: 'fis' },
    POD,
  ],
  [['error duration actions.fault.parameters.duration'], 'aws:directconnect:virtual-interface-disconnect', FOR],
];

describe('the rules for single actions', () => {
  it.each(ROWS.map(([found, id, parameters, ofTarget]) => ({ found, id, parameters, ofTarget })))(
    '$id: $found',
    ({ found, id, parameters, ofTarget }) => {
      expect(brokenBy(fault(id, parameters, ofTarget))).toEqual(found);
    },
  );
  it('count at most five alarms to be asserted', () => {
    const alarm = 'arn:aws:cloudwatch:ca-central-1:123456789012:alarm:a';
    const found = (count: number, states: string) =>
      brokenBy((template) => {
        const parameters = { alarmArns: Array(count).fill(alarm).join(','), alarmStates: states };
        put(template, 'actions/look', { actionId: 'aws:cloudwatch:assert-alarm-state', parameters });
      });
    expect(found(5, 'OK,INSUFFICIENT_DATA')).toEqual([]);
    expect(found(6, 'OK')).toEqual(['error parameter-value actions.look.parameters.alarmArns']);
    expect(found(1, 'ok')).toEqual(['error parameter-value actions.look.parameters.alarmStates']);
  });

  it.each<readonly [path: string, value: unknown, hint: string]>([
    ['actions/lose/actionId', 'aws:ecs:task-network-packetloss', 'actionId: aws:ecs:task-network-packet-loss'],
    ['actions/lose/targets', { Task: 'tasks' }, 'Tasks instead of Task'],
    ['actions/lose/startAfter/0', 'wiat', '- wait'],
    ['actions/lose/parameters/duration', '5m', 'duration: PT5M'],
    ['actions/lose/parameters/duration', '300', 'duration: PT300S'],
    ['actions/lose/parameters/duration', 'PT30S', 'duration: PT1M'],
    ['actions/lose/parameters/lossPercent', '200', 'lossPercent: "100"'],
    ['targets/tasks/selectionMode', 'percent 50', 'selectionMode: PERCENT(50)'],
    ['targets/tasks/filters/0/path', 'placement.availabilityZone', 'path: Placement.AvailabilityZone'],
    ['actions/lose/startAfterDelay', 'PT5M', 'startAfter instead of startAfterDelay'],
  ])('say what to write for %s: %j', (path, value, hint) => {
    expect(problemsOf(changed((template) => put(template, path, value))).map((one) => one.hint)).toContain(hint);
  });

  it('find everything at once, each at its place', () => {
    const text = `{
  "description": "x",
  "targets": {
    "tasks": { "resourceType": "aws:ecs:task", "selectionMode": "SOME", "resourceTags": { "a": "b" } }
  },
  "actions": {
    "a": { "actionId": "aws:ecs:stop-task", "targets": { "Tasks": "taks" }, "startAfter": ["b"] },
    "b": { "actionId": "aws:fis:wait", "parameters": { "duration": "PT1S" }, "startAfter": ["a"] }
  },
  "stopConditions": [{ "source": "none" }],
  "roleArn": "arn:aws:iam::123456789012:role/fis"
}`;
    const { problems } = checkChaosFile(text, 'chaos/all.json');
    expect(problems.map((one) => `${one.file}:${one.line}:${one.column} ${one.severity} ${one.rule}`)).toEqual([
      'chaos/all.json:1:1 warning no-log',
      'chaos/all.json:4:5 warning unused-target',
      'chaos/all.json:4:65 error selection-mode',
      'chaos/all.json:7:12 warning irreversible',
      'chaos/all.json:7:67 error unknown-target',
      'chaos/all.json:7:92 error start-after-circle',
      'chaos/all.json:8:68 error duration',
      'chaos/all.json:10:34 warning no-stop-condition',
    ]);
  });

  it('take what ListActions answers instead of the snapshot', () => {
    const text = JSON.stringify(changed(() => undefined));
    const catalogue = { ...SNAPSHOT, actions: new Map([...SNAPSHOT.actions].filter(([id]) => id !== 'aws:fis:wait')) };
    const { problems } = checkChaosFile(text, 'x.json', { catalogue });
    expect(problems.map(({ rule }) => rule).sort()).toEqual(['irreversible', 'unknown-action']);
  });
});
