/**
 * The deployment circuit breaker: counts tasks of the new revision that fail, and ends the deployment at the threshold.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 *
 * It acts on every strategy. AWS's pages disagree: "can only be used for services using the rolling update (ECS) deployment type"
 * (API_DeploymentCircuitBreaker) against "both methods only support rolling update deployment and blue/green deployment types"
 * (deployment-failure-detection). What AWS does is in an acceptance test of Terraform's provider, which runs against AWS: it expects a
 * BLUE_GREEN deployment to end with the reason that `interruptions.ts` gives.
 * Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service_test.go
 * (TestAccECSService_BlueGreenDeployment_circuitBreakerRollback)
 */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { failureThreshold } from '../plan/failure-threshold.ts';
import type { BreakerRecord } from '../records/deployment.ts';
import type { DeploymentRecord } from '../records/service.ts';
import { workloadOf } from '../service/facts.ts';
import { FailureDetected } from './interruptions.ts';
import type { ServiceHandle } from './strategy.ts';

/** The breaker's record at a deployment's beginning. */
export function newBreaker({ deploymentCircuitBreaker }: DeploymentConfiguration): BreakerRecord {
  return {
    status: deploymentCircuitBreaker?.enable === true ? 'MONITORING' : 'DISABLED',
    failureCount: 0,
    threshold: 0,
  };
}

/** Watches one deployment; its record shows the count and the threshold of the moment. */
export class CircuitBreaker {
  readonly #handle: ServiceHandle;
  readonly #deployment: DeploymentRecord;

  constructor(handle: ServiceHandle, deployment: DeploymentRecord) {
    this.#handle = handle;
    this.#deployment = deployment;
  }

  /** Resolves with the failure when the threshold is reached; undefined when it does not watch (any more). Rejects when the signal aborts. */
  async detect(signal: AbortSignal): Promise<FailureDetected | undefined> {
    const { breaker, configuration } = this.#deployment;
    await this.#handle.until(() => breaker.status !== 'MONITORING' || this.#refresh() >= breaker.threshold, signal);
    if (breaker.status !== 'MONITORING') {
      return undefined;
    }
    breaker.status = 'TRIGGERED';
    return new FailureDetected('circuit breaker', configuration.deploymentCircuitBreaker?.rollback ?? false);
  }

  /** Ends the watch of a deployment that is past its bake time, or ends for another reason. */
  complete(): void {
    const { breaker } = this.#deployment;
    breaker.status = breaker.status === 'MONITORING' ? 'MONITORING_COMPLETE' : breaker.status;
  }

  /** Brings the record up to date; returns the count. The threshold follows "the latest service desired count". */
  #refresh(): number {
    const { breaker, configuration, target } = this.#deployment;
    const { thresholdConfiguration, resetOnHealthyTask = true } = configuration.deploymentCircuitBreaker ?? {};
    const failed = workloadOf(this.#handle.service, target)?.failed;
    breaker.failureCount = (resetOnHealthyTask ? failed?.inARow : failed?.inAll) ?? 0;
    breaker.threshold = failureThreshold(thresholdConfiguration, this.#handle.service.desiredCount);
    return breaker.failureCount;
  }
}
