/** What scales the rehearsed service: always a range, and policies on its processes' real use where surefoot.yml asks for them. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {
  DescribeScalableTargetsResponse,
  DescribeScalingPoliciesResponse,
} from '@aws-sdk/client-application-auto-scaling';
import type { DescribeServicesResponse } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { requirePlatform } from '../../src/platform/load.ts';
import type { RehearsalSettings } from '../../src/platform/model/rehearsal.ts';
import type { ServiceInEnvironment } from '../../src/platform/model.ts';
import { resolveService } from '../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/platform.ts';

async function withRehearsal(
  change: Partial<RehearsalSettings>,
  body: (rehearsal: Rehearsal, target: ServiceInEnvironment) => Promise<void>,
): Promise<void> {
  const platform = await requirePlatform('examples/artguard/surefoot.yml');
  const target = resolveService(platform, { environment: 'dev' });
  if (target.rehearsal === undefined) {
    throw new Error('the example has no rehearsal');
  }
  const workDirectory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-'));
  const rehearsal = await startRehearsal({
    target: { ...target, rehearsal: { ...target.rehearsal, ...change } },
    region: 'ca-central-1',
    zones: ['ca-central-1a', 'ca-central-1b'],
    speed: 60,
    workDirectory,
    signal: new AbortController().signal,
  });
  try {
    await body(rehearsal, target);
  } finally {
    await rehearsal.stop();
    await rm(workDirectory, { recursive: true, force: true });
  }
}

const policies = ({ wire }: Rehearsal) =>
  wire.call<DescribeScalingPoliciesResponse>('autoscaling', 'DescribeScalingPolicies', { ServiceNamespace: 'ecs' });

test('the example has its range of tasks, and no policy that would change them under a rehearsed load', async () => {
  await withRehearsal({}, async (rehearsal) => {
    const { ScalableTargets } = await rehearsal.wire.call<DescribeScalableTargetsResponse>(
      'autoscaling',
      'DescribeScalableTargets',
      { ServiceNamespace: 'ecs' },
    );
    expect(ScalableTargets).toMatchObject([
      { ResourceId: 'service/artguard-cluster-dev/artguard-backend-dev', MinCapacity: 1, MaxCapacity: 5 },
    ]);
    expect((await policies(rehearsal)).ScalingPolicies).toEqual([]);
  });
}, 120_000);

test('a policy that is asked for scales by what the processes really use', async () => {
  // A Node.js process holds more than 1 % of its 2 GiB.
  await withRehearsal({ scaling: { cpu: undefined, memory: 1 } }, async (rehearsal, { cluster, ecsService }) => {
    expect((await policies(rehearsal)).ScalingPolicies).toMatchObject([
      {
        PolicyName: 'artguard-backend-dev-ECSServiceAverageMemoryUtilization',
        TargetTrackingScalingPolicyConfiguration: { TargetValue: 1, ScaleOutCooldown: 60, ScaleInCooldown: 300 },
      },
    ]);
    await vi.waitFor(
      async () => {
        const { services } = await rehearsal.wire.call<DescribeServicesResponse>('ecs', 'DescribeServices', {
          cluster,
          services: [ecsService],
        });
        expect(services?.[0]?.runningCount).toBeGreaterThan(2);
      },
      { timeout: 120_000, interval: 300 },
    );
  });
}, 120_000);
