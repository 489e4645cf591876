/**
 * The calls that operations really make, held against their policies: each must be allowed, on the resource that it is about, and what is
 * allowed must be seen or have a reason.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OPERATIONS, type OperationName } from '../../../src/aws/permissions/operations.ts';
import { policyOf } from '../../../src/aws/permissions/policy.ts';
import type { NameKind, Scope } from '../../../src/aws/permissions/scope.ts';
import type { Ended } from '../../cli/surefoot.ts';
import { pythonOrReason } from '../../contract/support/python.ts';
import { describeWithK6 } from '../../measure/k6.ts';
import { experimentText } from '../../operations/chaos/run/lab.ts';
import { requestsOf } from './authorization.ts';
import { allows } from './iam.ts';
import { type Moved, startMoved } from './moved.ts';
import type { Call } from './recorder.ts';
import { type Lab, startLab } from './rehearsal.ts';
import { UNSEEN } from './unseen.ts';

const python = await pythonOrReason('moto');

type Names = Partial<Record<NameKind, readonly string[]>>;
type Row = readonly [operation: OperationName, code: number, ...args: string[]];

interface Where {
  readonly scope: Omit<Scope, 'named'>;
  /** As narrow as names can make it. */
  readonly names: Names;
}

const DEV: Where = {
  scope: {
    place: { region: 'eu-west-1', account: '000000000000' },
    ...{ platform: 'permitted', environment: 'dev', cluster: 'permitted-dev', services: ['web-dev'] },
    primary: undefined,
  },
  names: {
    family: ['web-dev', 'web-load'],
    repository: ['web'],
    'log-group': ['/ecs/*', '/surefoot/*'],
    bucket: ['states'],
    table: ['ledger'],
    database: ['orders'],
    secret: ['dev/key'],
    'fis-role': ['fis'],
    'stop-role': ['fis-stop'],
  },
};
const account = '123456789012';
const DR: Where = {
  scope: {
    place: { region: 'us-east-2', account },
    ...{ platform: 'moved', environment: 'dr', cluster: 'moved-dr', services: ['web-dr'] },
    primary: { place: { region: 'us-west-2', account }, cluster: 'moved-prod', services: ['web-prod'] },
  },
  names: { repository: ['web'], database: ['moved-dr'], secret: ['database-password'], table: ['ledger'] },
};

const seen = new Set<string>();

/** What the operation's policy does not allow of these calls, each once. */
function refused(operation: OperationName, { scope, names }: Where, calls: readonly Call[]): string[] {
  const { document } = policyOf([operation], scope, names);
  const requests = calls.flatMap((call) => requestsOf(call, scope.place.account));
  for (const { action } of requests) {
    seen.add(action);
  }
  const lacking = requests.filter((request) => !allows(document, request));
  return [
    ...new Set(lacking.map(({ action, resource, context }) => `${action} ${resource} ${JSON.stringify(context)}`)),
  ];
}

/** Runs a command: it must end as it does for whoever may do everything, and its policy must allow what it asked for. */
async function holds(
  [operation, code, ...args]: Row,
  where: Where,
  run: (args: readonly string[]) => Promise<{ ended: Ended; calls: readonly Call[] }>,
): Promise<readonly Call[]> {
  const { ended, calls } = await run(args);
  expect(ended.code, `${args.join(' ')}: ${ended.stdout}\n${ended.stderr}`).toBe(code);
  expect([args.join(' '), ...refused(operation, where, calls)]).toEqual([args.join(' ')]);
  return calls;
}

describeWithK6('the calls of operations are allowed', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab();
    await writeFile(path.join(lab.folder, 'short.yml'), PROFILE);
    await writeFile(path.join(lab.folder, 'levels.yml'), LEVELS);
    await writeFile(path.join(lab.folder, 'experiment.yml'), EXPERIMENT);
    await writeFile(path.join(lab.folder, 'value'), 'fresh');
  }, 120_000);

  afterAll(async () => {
    await lab?.stop();
    expect(lab.bugs).toEqual([]);
  });

  const inFolder = (name: string) => path.join(lab.folder, name);

  it.concurrent('on the service', { timeout: 480_000 }, async () => {
    const image = (name: string) => `000000000000.dkr.ecr.eu-west-1.amazonaws.com/${name}`;
    const load = ['load', '--profile', inFolder('short.yml')];
    const rows: readonly Row[] = [
      ['status', 0, 'status'],
      ['plan', 0, 'plan', '--image', image('web:2')],
      ['deploy', 1, 'deploy', '--image', image('web:3'), '--yes'],
      ['deploy', 0, 'deploy', '--task-definition', 'web-dev:2', '--yes'],
      ['status-repair', 0, 'status', '--repair'],
      ['run-task', 0, 'run-task', 'count', '--yes'],
      ['run-task', 1, 'run-task', 'hang', '--yes'],
      ['schedule', 0, 'schedule', '--yes'],
      ['schedule', 0, 'schedule', '--remove', '--yes'],
      ['scale', 0, 'scale', '--desired', '2', '--minimum', '2', '--yes'],
      ['restart', 0, 'restart', '--yes'],
      ['pause', 0, 'pause', '--yes'],
      ['resume', 0, 'resume', '--yes'],
      ['recover-restart-service', 0, 'recover', 'restart-service', '--yes'],
      // Two levels are too few to judge, and enough to watch.
      ['load', 3, 'load', '--profile', inFolder('levels.yml')],
      ['load-tasks', 0, ...load, '--tasks', '1', '--task-definition', 'web-load', '--start-in', '8s'],
      ['chaos-plan', 0, 'chaos', 'plan', inFolder('experiment.yml')],
      ['chaos-run', 0, 'chaos', 'run', inFolder('experiment.yml'), '--allow-irreversible', '--yes'],
      ['chaos-list', 0, 'chaos', 'list'],
      ['chaos-stop', 0, 'chaos', 'stop'],
      [
        'recover-rotate-secret',
        0,
        'recover',
        'rotate-secret',
        '--secret',
        'dev/key',
        '--value-file',
        inFolder('value'),
        '--yes',
      ],
    ];
    const made = new Map<OperationName, readonly Call[]>();
    for (const row of rows) {
      made.set(row[0], await holds(row, DEV, lab.run));
    }
    // What may only look may not do it, and what may do it here may not do it elsewhere.
    const deployed = made.get('deploy') ?? [];
    const update = /^ecs:UpdateService \S+service\/permitted-dev\/web-dev /;
    expect(refused('plan', DEV, deployed)).toContainEqual(expect.stringMatching(update));
    const elsewhere = { ...DEV, scope: { ...DEV.scope, services: ['other'] } };
    expect(refused('deploy', elsewhere, deployed)).toContainEqual(expect.stringMatching(update));
  });

  it.concurrent('beside it', { timeout: 480_000 }, async () => {
    const state = ['--bucket', 'states', '--key', 'dev.tfstate'];
    const listed = JSON.parse((await lab.run(['recover', 'terraform-state', ...state, '--dry-run'])).ended.stdout);
    const good = /version (\S+) of \S+ \d+ bytes: serial 1/.exec(listed.error.message)?.[1] ?? 'none';
    const latest = ['--at', 'latest', '--drill', '--yes'];
    const rows: readonly Row[] = [
      ['slo', 0, 'slo'],
      ['scorecard', 0, 'scorecard'],
      ['slo-alarms', 0, 'slo', 'alarms', '--yes'],
      ['slo-alarms', 0, 'slo', 'alarms', '--remove', '--yes'],
      ['recover-terraform-state', 0, 'recover', 'terraform-state', ...state, '--version-id', good, '--yes'],
      [
        'recover-s3-restore',
        0,
        'recover',
        's3-restore',
        '--bucket',
        'states',
        '--prefix',
        '',
        '--at',
        new Date().toISOString(),
        '--drill',
        '--yes',
      ],
      ['recover-dynamodb-restore', 0, 'recover', 'dynamodb-restore', '--table', 'ledger', ...latest],
      ['recover-database-restore', 0, 'recover', 'database-restore', '--instance', 'orders', ...latest],
    ];
    for (const row of rows) {
      await holds(row, DEV, lab.run);
    }
  });

  it.skipIf('skipped' in python)('between two regions', { timeout: 480_000, concurrent: true }, async () => {
    const moved: Moved = await startMoved('python' in python ? python.python : '');
    try {
      const where: Where = { ...DR, names: { ...DR.names, 'hosted-zone': [moved.zone] } };
      const move = ['recover', 'region-failover', '--database', 'promote', '--hold', '1s', '--url', moved.url, '--yes'];
      const rows: readonly Row[] = [
        ['recover-region-failover-drill', 0, ...move, '--drill'],
        ['recover-region-failover', 0, ...move],
        [
          'recover-dynamodb-restore',
          0,
          'recover',
          'dynamodb-restore',
          '--table',
          'ledger',
          '--backup',
          moved.backup,
          '--item',
          '{"id":{"S":"7"}}',
          '--drill',
          '--yes',
        ],
      ];
      for (const row of rows) {
        await holds(row, where, moved.run);
      }
    } finally {
      await moved.stop();
    }
  });
});

describeWithK6('every permission', () => {
  it.skipIf('skipped' in python)('was used, or has a reason', () => {
    const all = (Object.keys(OPERATIONS) as OperationName[]).flatMap((operation) =>
      policyOf([operation], DEV.scope, { ...DEV.names, 'kms-key': ['any'] }).document.Statement.flatMap(
        ({ Action }) => Action,
      ),
    );
    const unused = [...new Set(all)].filter((action) => !seen.has(action)).sort();
    expect(unused).toEqual(Object.keys(UNSEEN).sort());
  });
});

const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: short
description: a short load
start: 20
stages:
  - { duration: 2s, target: 20 }
judge: every-request
`;

const LEVELS = `apiVersion: surefoot/v1
kind: LoadProfile
name: levels
description: two levels, and how the service scales with them
start: 10
stages:
  - { duration: 3s, target: 10 }
  - { duration: 0s, target: 20 }
  - { duration: 3s, target: 20 }
scaling: { settle: 1s, cpu: 80 }
`;

const EXPERIMENT = experimentText({
  load: 'rate: "20", before: 2s, after: 2s',
  guards: 'maximumDuration: 2h, stopRole: "arn:aws:iam::000000000000:role/fis-stop"',
})
  .replace('service: backend', 'service: web')
  .replaceAll('ca-central-1', 'eu-west-1');
