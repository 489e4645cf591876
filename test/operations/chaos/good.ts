/** A template without any fault, with everything in it that a template can have; and an experiment. */
import { checkChaosFile } from '../../../src/operations/chaos/check/check.ts';
import type { CheckedProblem } from '../../../src/operations/chaos/check/finding.ts';

const ACCOUNT = '123456789012';

/** Two tasks lose packets, then one cluster fails over; FIS takes all of it, and nobody would regret it but for the failover. */
export function goodTemplate() {
  return {
    description: 'Packets are lost, and the database fails over',
    targets: {
      tasks: {
        resourceType: 'aws:ecs:task',
        resourceTags: { 'surefoot:chaos': 'allowed' },
        filters: [{ path: 'AvailabilityZone', values: ['ca-central-1a'] }],
        selectionMode: 'COUNT(2)',
        parameters: { cluster: 'artguard-cluster-dev', service: 'artguard-backend-dev' },
      },
      database: {
        resourceType: 'aws:rds:cluster',
        resourceArns: [`arn:aws:rds:ca-central-1:${ACCOUNT}:cluster:orders`],
        selectionMode: 'ALL',
      },
    },
    actions: {
      wait: { actionId: 'aws:fis:wait', description: 'A quiet minute', parameters: { duration: 'PT1M' } },
      lose: {
        actionId: 'aws:ecs:task-network-packet-loss',
        parameters: {
          duration: 'PT5M',
          lossPercent: '20',
          sources: '10.0.0.0/16,example.com',
          useEcsFaultInjectionEndpoints: 'true',
        },
        targets: { Tasks: 'tasks' },
        startAfter: ['wait'],
      },
      failover: {
        actionId: 'aws:rds:failover-db-cluster',
        targets: { Clusters: 'database' },
        startAfter: ['lose'],
      },
    },
    stopConditions: [
      { source: 'aws:cloudwatch:alarm', value: `arn:aws:cloudwatch:ca-central-1:${ACCOUNT}:alarm:backend-errors` },
    ],
    roleArn: `arn:aws:iam::${ACCOUNT}:role/fis-experiments`,
    tags: { team: 'platform' },
    logConfiguration: {
      cloudWatchLogsConfiguration: { logGroupArn: `arn:aws:logs:ca-central-1:${ACCOUNT}:log-group:/fis:*` },
      s3Configuration: { bucketName: 'fis-logs', prefix: 'dev' },
      logSchemaVersion: 2,
    },
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
    experimentReportConfiguration: {
      outputs: { s3Configuration: { bucketName: 'fis-reports', prefix: 'dev' } },
      dataSources: {
        cloudWatchDashboards: [{ dashboardIdentifier: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/backend` }],
      },
      preExperimentDuration: 'PT10M',
      postExperimentDuration: 'PT10M',
    },
  };
}

export type GoodTemplate = ReturnType<typeof goodTemplate>;

/** What the check says of a template as JSON. */
export function problemsOf(template: unknown): readonly CheckedProblem[] {
  return checkChaosFile(JSON.stringify(template, null, 2), 'template.json').problems;
}

/** `severity rule path`, in the order of the file. */
export function said(problems: readonly CheckedProblem[]): string[] {
  return problems.map(({ severity, rule, message }) => `${severity} ${rule} ${message.split(' ', 1)[0]}`);
}

/** The only thing to say of the good template. */
export const HONEST_WARNING = 'warning irreversible actions.failover.actionId';

const ALARM = `arn:\${partition}:cloudwatch:\${region}:\${account}:alarm:backend-errors`;
const ROLE = `arn:\${partition}:iam::\${account}:role/fis-\${environment}`;
const LOG = `arn:\${partition}:logs:\${region}:\${account}:log-group:/fis:*`;
const CLUSTER = `\${cluster}`;
const SERVICE = `\${service}`;

/** A line of the experiment, and what stands there instead. */
export type LineChange = readonly [line: RegExp, instead: string];

/** An experiment that nothing can be said against, with some of its lines replaced. */
export function goodExperiment(...changes: LineChange[]): string {
  const text = `apiVersion: surefoot/v1
kind: Experiment
metadata:
  name: ecs-task-kill
  description: One task is killed and nobody notices
template:
  description: One task of the service is killed
  targets:
    tasks:
      resourceType: aws:ecs:task
      selectionMode: COUNT(1)
      parameters:
        cluster: ${CLUSTER}
        service: ${SERVICE}
  actions:
    kill:
      actionId: aws:ecs:stop-task
      targets: { Tasks: tasks }
  stopConditions:
    - source: aws:cloudwatch:alarm
      value: ${ALARM}
  roleArn: ${ROLE}
  logConfiguration:
    cloudWatchLogsConfiguration:
      logGroupArn: ${LOG}
    logSchemaVersion: 2
steadyState:
  - objective: backend-availability
load: { profile: average-load, service: backend, before: 2m, after: 5m }
expect:
  rto: 60s
  availability: 99.50
  alarms: [{ name: backend-tasks-low, within: 3m }]
guards:
  environments: [dev]
  windows: [{ days: [tue, wed], from: "09:00", to: "16:00", timezone: America/Toronto }]
  maximumDuration: 15m
  maximumCost: 2
irreversible: true
`;
  return changes.reduce((written, [line, instead]) => {
    const changed = written.replace(line, () => instead);
    if (changed === written) {
      throw new Error(`${line} is not in the experiment`);
    }
    return changed;
  }, text);
}
