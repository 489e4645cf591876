/** The restart of `surefoot restart`, as `recover restart-service` needs it. */

import { readinessOf } from '../../operations/common/readiness.ts';
import type { ManageRequest } from '../../operations/manage/request.ts';
import { planRestart, restart } from '../../operations/manage/restart.ts';
import { planResume, resume } from '../../operations/manage/resume.ts';
import type { Ports } from '../../operations/ports.ts';
import type { ServiceRestart } from '../../operations/recover/service/restart-service.ts';

export function serviceRestart(request: ManageRequest, ports: Ports): ServiceRestart {
  const { target, timeoutSeconds } = request;
  return {
    service: target.ecsService,
    deploymentSeconds: timeoutSeconds ?? target.deploy.healthyWithinSeconds,
    async look() {
      const plan = await planRestart(request, ports);
      const { reached, seen } = await readinessOf(plan.live, ports);
      return {
        healthy: reached && (plan.live.service.desiredCount ?? 0) > 0,
        seen,
        deploying: plan.live.running.length > 0,
        takenDown: plan.live.memory !== undefined,
        refusals: plan.refusals,
        steps: plan.steps,
      };
    },
    restart: async () => restart(request, await planRestart(request, ports), ports),
    bringBack: async () => resume(request, await planResume(request, ports), ports),
  };
}
