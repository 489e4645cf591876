/** The guide's policy allows every call that surefoot makes, and no other but those of the workflows around it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const guide = readFileSync('docs/guides/oidc.md', 'utf8');
const policy = /```hcl\n(.*?)```/s.exec(guide)?.[1] ?? '';

/** Not surefoot's own: what AWS asks for along with its calls, and what building and pushing an image takes. */
const AROUND = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:GetAuthorizationToken',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
  'iam:PassRole',
  'sts:AssumeRoleWithWebIdentity',
];
/** AWS: "No permissions are required to perform this operation" (STS API Reference, GetCallerIdentity). */
const FREE = ['sts:GetCallerIdentity'];

/** Gateways of experiments, recoveries and alarms, which need roles of their own: who may deploy must not be able to inject, to restore or to silence. And of SLOs that no deployment asks for. */
const OF_OTHER_ROLES = [
  'application-signals.ts',
  'arc-routing.ts',
  'cloudwatch-alarms.ts',
  'dynamodb-scaling.ts',
  'dynamodb.ts',
  'fis.ts',
  'rds-replicas.ts',
  'rds.ts',
  'region-switch.ts',
  'route53.ts',
  's3.ts',
  'scheduler.ts',
  'secrets-manager.ts',
  'service-quotas.ts',
  'tagging.ts',
];
/** Made by a run of an experiment, or by a recovery, alone. */
const OF_OTHERS = ['cloudwatch:DescribeAlarmHistory', 'ecs:ListServices'];

/** Each gateway names the permission beside its call. */
function calls(): string[] {
  const sources = readdirSync('src/aws', { withFileTypes: true })
    .filter((entry) => entry.isFile() && !OF_OTHER_ROLES.includes(entry.name))
    .map(({ name }) => readFileSync(path.join('src/aws', name), 'utf8'));
  const found = sources.flatMap((text) => [...text.matchAll(/awsCall\(\s*'([a-z-]+:[A-Za-z]+)'/g)]);
  return [...new Set(found.map((match) => match[1] ?? ''))].filter((name) => !OF_OTHERS.includes(name));
}

function allowed(): string[] {
  const found = [...policy.matchAll(/"([a-z-]+:[A-Z][A-Za-z]+)"/g)].map((match) => match[1] ?? '');
  return [...new Set(found)].filter((name) => !/^(?:ecs:cluster|iam:PassedToService)$/.test(name));
}

describe('the guide to OpenID Connect', () => {
  it('allows every AWS call of surefoot, and nothing that it does not make', () => {
    expect(calls().length).toBeGreaterThan(20);
    expect(allowed().sort()).toEqual([...calls().filter((name) => !FREE.includes(name)), ...AROUND].sort());
  });

  it('trusts both forms of the subject, by equality', () => {
    const subject = /condition \{[^}]*?test\s*=\s*"(\w+)"\s+variable\s*=\s*"[^"]*:sub"\s+values = \[(.*?)\]/s.exec(
      policy,
    );
    expect(subject?.[1]).toBe('StringEquals');
    const values = [...(subject?.[2] ?? '').matchAll(/"(repo:[^"]*)"/g)].map((match) =>
      (match[1] ?? '').replace(/\$\{var\.(?:github\.)?(\w+)\}/g, '<$1>'),
    );
    expect(values).toEqual([
      'repo:<owner>@<owner_id>/<repository>@<repository_id>:environment:<environment>',
      'repo:<owner>/<repository>:environment:<environment>',
    ]);
  });

  it('lets the role last as long as the workflows ask for', () => {
    const asked = ['workflows/deploy.yml', '.github/workflows/deploy.yml'].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:role-duration-seconds: |default: )(\d{4,})/g)].map(
        (match) => match[1],
      ),
    );
    expect(new Set(asked)).toEqual(new Set([/max_session_duration = (\d+)/.exec(policy)?.[1]]));
  });
});
