/** rotate-leaked-secret: a secret that running tasks have is rotated under load, by a process that is killed on the way. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CreateSecretResponse, DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { RUNNING_STATUSES } from '../../../operations/common/deployment-statuses.ts';
import type { Check, Evidence } from '../../../report/evidence.ts';
import { countsAddUp, generatorHealthy, nothingLost } from '../load-checks.ts';
import type { OperationScenario, Stage } from '../scenario.ts';
import { recovered, rtoOf, truth, truths, withTruth } from './checks.ts';
import { type RecoverRun, recoverRun, textsIn } from './recover-run.ts';

const IN_USE = 'every task got the new version';
const REVOKED = 'the old value was revoked once, by its version';
const SECRET = 'no value in journal, evidence, reports or output';

export const rotateLeakedSecret: OperationScenario = {
  name: 'rotate-leaked-secret',
  requestsPerSecond: 20,
  expects:
    'a leaked secret is replaced and revoked under load; the process is killed once; no request is lost, no value is left',
  act,
  judge: ({ operation, load }) => [
    ...recovered(operation, { resumed: true }),
    ...truths(operation, [IN_USE, REVOKED, SECRET]),
    nothingLost(load),
    countsAddUp(load),
    generatorHealthy(load),
  ],
  summarise: ({ operation, load }) =>
    `rotated and revoked in ${rtoOf(operation)} s, killed on the way; ${load.totals.ok} requests answered well, none lost`,
};

async function act(stage: Stage): Promise<Evidence> {
  const { target, rehearsal, workDirectory, ports } = stage;
  const [leaked, fresh] = [randomBytes(24).toString('base64'), randomBytes(24).toString('base64')];
  const name = `${target.environment}/leaked`;
  const { call } = rehearsal.wire;
  const { ARN: arn = '' } = await call<CreateSecretResponse>('secretsmanager', 'CreateSecret', {
    Name: name,
    SecretString: leaked,
  });
  await take(stage, arn);
  ports.reporter.info('the tasks run with the secret that is about to be called leaked');
  await mkdir(workDirectory, { recursive: true });
  const file = path.join(workDirectory, 'new-value');
  await writeFile(file, `${fresh}\n`, { mode: 0o600 });
  const revoked = path.join(workDirectory, 'revoked');
  const revoke = `cat >> '${revoked}'; echo " $SUREFOOT_OLD_VERSION_ID" >> '${revoked}'`;
  const run = await recoverRun(
    stage,
    ['rotate-secret', '--secret', name, '--value-file', file, '--revoke', revoke, '--revoke-with-value'],
    { at: `"step":"restart-${target.ecsService}"` },
  );
  const { VersionIdsToStages: stages = {} } = await call<DescribeSecretResponse>('secretsmanager', 'DescribeSecret', {
    SecretId: arn,
  });
  const [current, previous] = ['AWSCURRENT', 'AWSPREVIOUS'].map(
    (label) => Object.entries(stages).find(([, labels]) => labels.includes(label))?.[0] ?? 'none',
  );
  const said = await readFile(revoked, 'utf8').catch(() => '');
  return withTruth(run.evidence, [
    await inUse(stage, current ?? ''),
    truth(
      REVOKED,
      said === `${leaked} ${previous}\n`,
      'one call, with the old value on stdin and its version',
      said === '' ? 'no call' : `${said.split('\n').length - 1} calls, the last for ${said.trim().split(' ').at(-1)}`,
    ),
    await nothingLeft(run, [leaked, fresh]),
  ]);
}

/** A revision of the service that has the secret in its environment goes live. */
async function take({ target, ports }: Stage, valueFrom: string): Promise<void> {
  const { ecs } = ports.aws;
  const { cluster, ecsService, container } = target;
  const service = await ecs.service(cluster, ecsService);
  const { taskDefinition } = await ecs.taskDefinition(service?.taskDefinition ?? '');
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _at,
    registeredBy: _by,
    ...given
  } = taskDefinition;
  const registered = await ecs.registerTaskDefinition({
    ...given,
    family: given.family ?? ecsService,
    containerDefinitions: (given.containerDefinitions ?? []).map((each) =>
      each.name === container ? { ...each, secrets: [{ name: 'LEAKED', valueFrom }] } : each,
    ),
  });
  await ecs.updateService({ cluster, service: ecsService, taskDefinition: registered.taskDefinitionArn });
  do {
    await ports.clock.sleep(500, ports.signal);
  } while ((await ecs.serviceDeployments(cluster, ecsService, [...RUNNING_STATUSES])).length > 0);
}

/** By the platform's own word of what each task got, which no client sees. */
async function inUse({ target, rehearsal, ports }: Stage, version: string): Promise<Check> {
  const tasks = await ports.aws.ecs.tasks(target.cluster, { serviceName: target.ecsService, desiredStatus: 'RUNNING' });
  const got = tasks.flatMap(({ taskArn = '' }) =>
    (rehearsal.findTask(taskArn)?.containers ?? []).flatMap(({ secretVersions }) => secretVersions),
  );
  const good = got.filter((each) => each.version === version).length;
  return truth(IN_USE, tasks.length > 0 && good === tasks.length, 'all tasks', `${good} of ${tasks.length} tasks`);
}

async function nothingLeft({ said, folder }: RecoverRun, values: readonly string[]): Promise<Check> {
  const texts = [said, ...(await textsIn(folder))];
  const forms = values.flatMap((value) => [
    value,
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('hex'),
    encodeURIComponent(value),
  ]);
  const found = texts.filter((text) => forms.some((form) => text.includes(form))).length;
  return truth(SECRET, found === 0, `none in ${texts.length} texts`, `in ${found} of ${texts.length} texts`);
}
