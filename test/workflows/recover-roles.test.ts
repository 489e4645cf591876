/** The guide's policies for recoveries allow every call of the gateways that only recoveries use, and none that surefoot does not make. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const guide = readFileSync('docs/guides/recover-roles.md', 'utf8');

const OF_RECOVERIES = [
  'arc-routing.ts',
  'dynamodb-scaling.ts',
  'dynamodb.ts',
  'rds-replicas.ts',
  'rds.ts',
  'region-switch.ts',
  'route53.ts',
  's3.ts',
  'secrets-manager.ts',
  'service-quotas.ts',
];
/** AWS: "You must have read access to the source object and write access to the destination bucket" (CopyObject). */
const AS_PERMISSIONS: Readonly<Record<string, string>> = { 's3:CopyObject': 's3:PutObject' };

function callsOf(names: readonly string[]): string[] {
  const texts = names.map((name) => readFileSync(path.join('src/aws', name), 'utf8'));
  const found = texts.flatMap((text) => [...text.matchAll(/awsCall\(\s*'([a-z0-9-]+:[A-Za-z]+)'/g)]);
  return [...new Set(found.map(([, name = '']) => AS_PERMISSIONS[name] ?? name))];
}

const allowed = new Set([...guide.matchAll(/"([a-z0-9-]+:[A-Z][A-Za-z]+)"/g)].map((match) => match[1] ?? ''));

describe('the guide to the roles of recoveries', () => {
  it('allows every call that only recoveries make', () => {
    const needed = callsOf(OF_RECOVERIES);
    expect(needed.length).toBeGreaterThan(40);
    expect(needed.filter((name) => !allowed.has(name))).toEqual([]);
  });

  it('allows nothing that surefoot does not call', () => {
    const all = readdirSync('src/aws').filter((name) => name.endsWith('.ts'));
    const made = new Set(callsOf(all));
    expect([...allowed].filter((name) => !made.has(name))).toEqual([]);
  });
});
