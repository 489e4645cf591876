/** The policy in the guide is what `slo alarms` calls. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the guide allows every call that makes alarms, and tags, and nothing else', () => {
  const source = readFileSync('src/aws/cloudwatch/alarms.ts', 'utf8');
  const calls = [...source.matchAll(/awsCall\('([a-z]+:[A-Za-z]+)'/g)].map(([, name = '']) => name);
  const guide = /```json\n([^`]+)```/.exec(readFileSync('docs/guides/slo.md', 'utf8'))?.[1] ?? '';
  const policy = JSON.parse(guide) as { Statement: { Action: string[]; Resource: string }[] };
  const allowed = policy.Statement.flatMap(({ Action }) => Action);
  // Tags are given with the call that makes an alarm (AWS: PutMetricAlarm, Tags).
  expect(allowed.toSorted()).toEqual([...new Set([...calls, 'cloudwatch:TagResource'])].sort());
  const composite = policy.Statement.find(({ Action }) => Action.includes('cloudwatch:PutCompositeAlarm'));
  expect(composite?.Resource).toBe('*');
});
