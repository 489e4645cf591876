/** recover-state: a broken apply has left a Terraform state that is no JSON; the version before it becomes the newest again. */
import { createHash } from 'node:crypto';
import type { ObjectVersion } from '../../../aws/s3.ts';
import type { Check, Evidence } from '../../../report/evidence.ts';
import { countsAddUp, generatorHealthy, nothingLost } from '../load-checks.ts';
import type { OperationScenario, Stage } from '../scenario.ts';
import { recovered, rtoOf, truth, truths, withTruth } from './checks.ts';
import { recoverRun } from './recover-run.ts';

const DRILLED = 'the drill left the bucket as it was';
const RESTORED = 'the state is the good one, byte for byte';
const KEPT = 'the bad version is still there';

const BUCKET = 'rehearsed-terraform-state';

export const recoverState: OperationScenario = {
  name: 'recover-state',
  requestsPerSecond: 20,
  expects:
    'a Terraform state that a broken apply left is drilled, then put right from its version; the process is killed once',
  act,
  judge: ({ operation, load }) => [
    ...recovered(operation, { resumed: true }),
    ...truths(operation, [DRILLED, RESTORED, KEPT]),
    nothingLost(load),
    countsAddUp(load),
    generatorHealthy(load),
  ],
  summarise: ({ operation }) =>
    `the state was itself again after ${rtoOf(operation)} s; the drill before changed nothing`,
};

async function act(stage: Stage): Promise<Evidence> {
  const { target, rehearsal, ports } = stage;
  const { s3 } = ports.aws;
  const key = `env/${target.environment}/terraform.tfstate`;
  const good = stateOf(1);
  const put = (method: string, path: string, body: string) => send(rehearsal.endpoint, method, path, body);
  await put('PUT', `/${BUCKET}`, '');
  await put(
    'PUT',
    `/${BUCKET}?versioning`,
    '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  );
  await put('PUT', `/${BUCKET}/${key}`, good);
  const [version] = await s3.versions(BUCKET, key);
  const spoil = () => put('PUT', `/${BUCKET}/${key}`, good.slice(0, good.length / 2));
  await spoil();
  const before = await s3.versions(BUCKET, '');
  const args = ['terraform-state', '--bucket', BUCKET, '--key', key, '--version-id', version?.id ?? ''];
  const drilled = await recoverRun(stage, [...args, '--drill']);
  const after = await s3.versions(BUCKET, '');
  const run = await recoverRun(stage, args, { at: '"what":"before"', again: spoil });
  const now = await s3.read(BUCKET, key);
  const restored = Buffer.from(now ?? []).toString('utf8');
  return withTruth(run.evidence, [
    truth(
      DRILLED,
      drilled.evidence.verdict === 'pass' && JSON.stringify(before) === JSON.stringify(after),
      `drilled, and ${before.length} versions with the same ids and bytes`,
      `${drilled.evidence.verdict}, and ${after.length} versions`,
    ),
    truth(RESTORED, restored === good, fingerprint(good), fingerprint(restored)),
    keptCheck(before, await s3.versions(BUCKET, key)),
  ]);
}

function stateOf(serial: number): string {
  return JSON.stringify({ version: 4, serial, lineage: 'rehearsed', outputs: {}, resources: [] }, undefined, 2);
}

function fingerprint(text: string): string {
  return `${text.length} bytes, SHA-256 ${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

function keptCheck(before: readonly ObjectVersion[], after: readonly ObjectVersion[]): Check {
  const left = before.filter(({ id }) => after.some((version) => version.id === id)).length;
  return truth(KEPT, left === before.length, `${before.length} former versions`, `${left} of them`);
}

/** What nobody's procedure does: making a bucket, and spoiling what is in it. */
async function send(endpoint: string, method: string, path: string, body: string): Promise<void> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=rehearsal/20260101/rehearsal/s3/aws4_request';
  const answer = await fetch(`${endpoint}${path}`, {
    method,
    headers: { authorization },
    ...(body === '' ? {} : { body }),
  });
  if (!answer.ok) {
    throw new Error(
      `the rehearsal platform's S3 answered ${answer.status} to ${method} ${path}: ${await answer.text()}`,
    );
  }
}
