/** Two that watch one candidate: ECS's circuit breaker, where the service has it, and surefoot's own watchdog. Whoever is first, the end is one. */
import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { deployHere } from '../survival/in-process.ts';
import { describeService, type Lab, startLab } from '../survival/lab.ts';
import { leftovers, unsoundness } from '../survival/soundness.ts';

const BREAKER = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';

async function withBreaker(
  thresholdConfiguration: DeploymentCircuitBreaker['thresholdConfiguration'],
  work: (lab: Lab) => Promise<void>,
): Promise<void> {
  const lab = await startLab('smoked');
  try {
    const deploymentCircuitBreaker = {
      enable: true,
      rollback: true,
      ...(thresholdConfiguration === undefined ? {} : { thresholdConfiguration }),
    };
    const { cluster, ecsService: service } = lab.target;
    await lab.rehearsal.wire.call('ecs', 'UpdateService', {
      cluster,
      service,
      deploymentConfiguration: { deploymentCircuitBreaker },
    });
    const original = await describeService(lab);
    expect(original.deploymentConfiguration).toMatchObject({ strategy: 'BLUE_GREEN', deploymentCircuitBreaker });
    await work(lab);
    // One healthy revision with all traffic, the service as it was before, and no request lost.
    expect([await unsoundness(lab), await leftovers({ ...lab, original })]).toEqual([[], []]);
    expect(lab.traffic.failures()).toEqual([]);
    expect(lab.bugs).toEqual([]);
  } finally {
    await lab.stop();
  }
}

it.each([
  ['ECS, when its threshold is lower', { type: 'COUNT', value: 1 }, ['rolled-back-by-ecs']],
  ['surefoot, when its threshold is higher', { type: 'COUNT', value: 50 }, ['candidate-crashes']],
  ['either, when they count to the same number', undefined, ['rolled-back-by-ecs', 'candidate-crashes']],
] as const)('a candidate that crashes is given up by %s', { timeout: 240_000 }, async (_who, threshold, codes) => {
  await withBreaker(threshold, async (lab) => {
    const { result } = await deployHere(lab, 'crash');
    expect(result).toMatchObject({ verdict: 'fail', deployment: { status: 'ROLLBACK_SUCCESSFUL' } });
    const [first, ...rest] = 'reasons' in result ? result.reasons : [];
    expect(codes).toContain(first?.code);
    expect(first?.message).toContain(first?.code === 'rolled-back-by-ecs' ? BREAKER : 'exit code 1');
    expect(rest.map(({ code }) => code)).toEqual(['rolled-back']);
  });
});

it('a good candidate goes live beside a breaker that is enabled', { timeout: 240_000 }, async () => {
  await withBreaker({ type: 'COUNT', value: 1 }, async (lab) => {
    expect((await deployHere(lab, '2')).result).toMatchObject({ verdict: 'pass' });
  });
});
