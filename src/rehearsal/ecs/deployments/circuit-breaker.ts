/**
 * The deployment circuit breaker: counts tasks of the new revision that fail, and ends the deployment at the threshold.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 *
 * It acts on ROLLING only; with other strategies the setting is accepted and has no effect. AWS's pages disagree: "can only be used for
 * services using the rolling update (ECS) deployment type" (API_DeploymentCircuitBreaker) against "both methods only support rolling
 * update deployment and blue/green deployment types" (deployment-failure-detection). A rehearsal must not promise a guard that may not
 * be there.
 */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { failureThreshold } from '../plan/failure-threshold.ts';
import { workloadOf } from '../service/facts.ts';
import type { BreakerRecord, DeploymentRecord } from '../state.ts';
import type { ServiceHandle } from './deployment-run.ts';
import { FailureDetected } from './interruptions.ts';

/** The breaker's record at a deployment's beginning. */
export function newBreaker({ strategy, deploymentCircuitBreaker }: DeploymentConfiguration): BreakerRecord {
  const acts = deploymentCircuitBreaker?.enable === true && strategy === 'ROLLING';
  return { status: acts ? 'MONITORING' : 'DISABLED', failureCount: 0, threshold: 0 };
}

/** Watches one deployment; its record shows the count and the threshold of the moment. */
export class CircuitBreaker {
  readonly #handle: ServiceHandle;
  readonly #deployment: DeploymentRecord;

  constructor(handle: ServiceHandle, deployment: DeploymentRecord) {
    this.#handle = handle;
    this.#deployment = deployment;
  }

  /** Resolves with the failure when the threshold is reached; undefined when it does not watch. Rejects when the signal aborts. */
  async detect(signal: AbortSignal): Promise<FailureDetected | undefined> {
    const { breaker, configuration } = this.#deployment;
    if (breaker.status !== 'MONITORING') {
      return undefined;
    }
    await this.#handle.until(() => this.#refresh() >= breaker.threshold, signal);
    breaker.status = 'TRIGGERED';
    return new FailureDetected('circuit breaker', configuration.deploymentCircuitBreaker?.rollback ?? false);
  }

  /** Ends the watch of a deployment that ends for another reason. */
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
