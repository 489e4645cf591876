/**
 * The service scheduler's messages, worded as AWS words them.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */

/** `(task 1) (task 2)`: how events and ids are listed. */
function taskList(ids: readonly string[]): string {
  return ids.map((id) => `(task ${id})`).join(' ');
}

/** Messages of `events[]`, by what happened. */
export const eventText = {
  steady: (service: string) => `(service ${service}) has reached a steady state.`,
  started: (service: string, ids: readonly string[]) =>
    `(service ${service}) has started ${ids.length} tasks: ${taskList(ids)}.`,
  stopped: (service: string, ids: readonly string[]) =>
    `(service ${service}) has stopped ${ids.length} running tasks: ${taskList(ids)}.`,
  registered: (service: string, count: number, targetGroupArn: string) =>
    `(service ${service}) registered ${count} targets in (target-group ${targetGroupArn})`,
  deregistered: (service: string, count: number, targetGroupArn: string) =>
    `(service ${service}) deregistered ${count} targets in (target-group ${targetGroupArn})`,
  draining: (service: string, count: number) =>
    `(service ${service}) has begun draining connections on ${count} tasks.`,
  unhealthy: (service: string, task: string, port: number, targetGroupArn: string, reason: string) =>
    `(service ${service}) (task ${task}) (port ${port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${reason}).`,
  cannotStart: (service: string) =>
    `(service ${service}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
  stuck: (service: string) =>
    `(service ${service}) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.`,
  completed: (service: string, deployment: string) =>
    `(service ${service}) (deployment ${deployment}) deployment completed.`,
  failed: (service: string, deployment: string, reason: string) =>
    `(service ${service}) (deployment ${deployment}) deployment failed: ${reason}`,
  rollingBack: (service: string, deployment: string) =>
    `(service ${service}) rolling back to deployment ${deployment}.`,
} as const;

/**
 * `rolloutStateReason` of `deployments[]`. Those of the circuit breaker are AWS's; AWS publishes none for alarms, which are worded alike.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
export const rolloutText = {
  inProgress: (deployment: string) => `ECS deployment ${deployment} in progress.`,
  completed: (deployment: string) => `ECS deployment ${deployment} completed.`,
  circuitBreaker: 'ECS deployment circuit breaker: tasks failed to start.',
  failed: (deployment: string, reason: string) => `ECS deployment ${deployment} failed: ${reason}`,
  rollingBack: (detector: string, deployment: string) =>
    `ECS deployment ${detector}: rolling back to deploymentId ${deployment}.`,
} as const;

/** Why a task ended, as its `stoppedReason` says it. */
export const stoppedReason = {
  scaling: (deployment: string) => `Scaling activity initiated by (deployment ${deployment})`,
  failedHealthChecks: (targetGroupArn: string) => `Task failed ELB health checks in (target-group ${targetGroupArn})`,
  essentialContainer: 'Essential container in task exited',
  user: 'Task stopped by user',
  ended: 'The rehearsal platform was stopped',
  cannotPull: (image: string) =>
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
  cannotPullSecrets: (message: string) =>
    `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: ${message}`,
  cannotStart: (message: string) =>
    `CannotStartContainerError: Error: failed to start the container's process: ${message}`,
  cannotRegister: (targetGroupArn: string, message: string) =>
    `Task failed to register with (target-group ${targetGroupArn}): ${message}`,
} as const;
