/** The permissions of operations and the calls of the gateways: neither has what the other lacks. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { iamGuide } from '../../scripts/iam-guide.mjs';
import { OPERATIONS, type OperationName } from '../../src/aws/permissions/operations.ts';
import { policyOf } from '../../src/aws/permissions/policy.ts';
import { UNSEEN } from '../aws/permissions/unseen.ts';

const OF_RECOVERIES = [
  'arc-routing.ts',
  'dynamodb/scaling.ts',
  'dynamodb/dynamodb.ts',
  'rds/replicas.ts',
  'rds/rds.ts',
  'region-switch/region-switch.ts',
  'route53.ts',
  's3.ts',
  'secrets-manager.ts',
  'service-quotas.ts',
];
/** AWS: "You must have read access to the source object and write access to the destination bucket" (CopyObject). */
const AS_PERMISSIONS: Readonly<Record<string, string>> = { 's3:CopyObject': 's3:PutObject' };

/** Each gateway names the permission beside its call. */
function callsOf(names: readonly string[]): string[] {
  const texts = names.map((name) => readFileSync(path.join('src/aws', name), 'utf8'));
  const found = texts.flatMap((text) => [...text.matchAll(/awsCall\(\s*'([a-z0-9-]+:[A-Za-z]+)'/g)]);
  return [...new Set(found.map(([, name = '']) => AS_PERMISSIONS[name] ?? name))];
}

const all = readdirSync('src/aws', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

function allowedBy(operations: readonly OperationName[]): Set<string> {
  const scope = {
    place: { region: 'eu-west-1', account: '111122223333' },
    ...{ platform: 'any', environment: 'any', cluster: 'any', services: ['any'], primary: undefined },
  };
  const { document } = policyOf(operations, scope, { 'kms-key': ['any'] });
  return new Set(document.Statement.flatMap(({ Action }) => Action));
}

const names = Object.keys(OPERATIONS) as OperationName[];
const ofRecoveries = names.filter((name) => name.startsWith('recover-'));

describe('the permissions of recoveries', () => {
  it('allows every call that only recoveries make', () => {
    const needed = callsOf(OF_RECOVERIES);
    expect(needed.length).toBeGreaterThan(40);
    const allowed = allowedBy(ofRecoveries);
    expect(needed.filter((name) => !allowed.has(name))).toEqual([]);
  });

  it('allows nothing that surefoot does not call', () => {
    const made = new Set(callsOf(all));
    // What AWS asks for along with a call has its reason there.
    const besides = [...allowedBy(ofRecoveries)].filter((name) => !made.has(name));
    expect(besides.filter((name) => !(name in UNSEEN) && name !== 's3:GetObject')).toEqual([]);
  });
});

describe('the permissions of all operations', () => {
  it('have every call of every gateway', () => {
    const allowed = allowedBy(names);
    expect(callsOf(all).filter((name) => !allowed.has(name))).toEqual([]);
  });

  it('are in the guide as the code has them (npm run build)', async () => {
    expect(readFileSync('docs/guides/iam.md', 'utf8') === (await iamGuide())).toBe(true);
  });
});
