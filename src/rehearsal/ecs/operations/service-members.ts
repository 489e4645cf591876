/** What CreateService and UpdateService share: the members they honour, those that are only given back, and a few checks. */
import type { DeploymentController, LaunchType } from '@aws-sdk/client-ecs';
import { errors } from '../errors.ts';
import { CONFIGURATION_SUPPORT } from '../service/deployment-configuration.ts';

/** Members that have an effect. */
export const SERVICE_SUPPORT: readonly string[] = [
  'cluster',
  'taskDefinition',
  'desiredCount',
  'healthCheckGracePeriodSeconds',
  'networkConfiguration.awsvpcConfiguration.subnets',
  'loadBalancers[].targetGroupArn',
  'loadBalancers[].containerName',
  'loadBalancers[].containerPort',
  'loadBalancers[].advancedConfiguration.alternateTargetGroupArn',
  'loadBalancers[].advancedConfiguration.productionListenerRule',
  'loadBalancers[].advancedConfiguration.testListenerRule',
  'deploymentController.type',
  'enableECSManagedTags',
  'propagateTags',
  ...CONFIGURATION_SUPPORT,
];

/** Members of a task's network and place that do nothing, of services and of RunTask, each with why. */
export const PLACE_INERT: Readonly<Record<string, string>> = {
  'networkConfiguration.awsvpcConfiguration.securityGroups': 'nothing filters traffic on the loopback network',
  'networkConfiguration.awsvpcConfiguration.assignPublicIp': 'there are no public addresses here',
  'capacityProviderStrategy[].*': 'tasks are processes on this machine whatever the provider',
  'placementConstraints[].*': 'there are no container instances to choose from',
  'placementStrategy[].*': 'tasks are always spread over the zones of the subnets',
};

/** Members that are accepted and given back, each with why it does nothing. */
export const SERVICE_INERT: Readonly<Record<string, string>> = {
  ...PLACE_INERT,
  'loadBalancers[].advancedConfiguration.roleArn': 'there is no IAM here; it must be given, as at AWS',
  platformVersion: 'given back; a change starts a deployment',
  enableExecuteCommand: 'given back; there is no ECS Exec here',
  availabilityZoneRebalancing: 'given back; tasks are spread over the zones when they start, and not moved later',
};

/** @throws AwsError for controllers that this platform has not */
export function checkController(controller: DeploymentController | undefined): void {
  if (controller?.type !== undefined && controller.type !== 'ECS') {
    throw errors.unsupported(`the deployment controller ${controller.type}`, 'Use ECS.');
  }
}

/** @throws AwsError for launch types that need container instances */
export function checkLaunchType(launchType: LaunchType | undefined): void {
  if (launchType !== undefined && launchType !== 'FARGATE') {
    throw errors.unsupported(`the launch type ${launchType}`, 'Use FARGATE.');
  }
}

/** @throws AwsError for a number of tasks that is none */
export function checkDesiredCount(count: number): void {
  if (!Number.isInteger(count) || count < 0) {
    throw errors.invalid('desiredCount must be a whole number of at least 0.');
  }
}

/** @throws AwsError when there is no load balancer whose checks could be waited for */
export function checkGracePeriod(seconds: number | undefined, loadBalancers: number): void {
  if (seconds !== undefined && seconds > 0 && loadBalancers === 0) {
    throw errors.invalid('Health check grace period is only valid for services configured to use load balancers');
  }
}
