import { ecsApi, PAGES } from '../../aws-pages.ts';
import { type BehaviourSection, provenIn, simplified, supported } from '../../behaviour.ts';

const breaker = provenIn('ecs/circuit-breaker.test.ts');
const alarms = provenIn('ecs/deployment-alarms.test.ts');

export const FAILURE_DETECTION: BehaviourSection = {
  title: 'Circuit breaker and deployment alarms',
  behaviours: [
    supported(
      'The circuit breaker ends a deployment at half of the desired count of failed tasks, at least 3 and at most 200.',
      PAGES.circuitBreaker,
      breaker('rolls back to the last completed deployment at the third crash, in AWS’s words'),
    ),
    supported(
      'Tasks that fail their health checks count as failed.',
      PAGES.circuitBreaker,
      breaker('counts tasks that fail their health checks; meanwhile both deployments say what goes on'),
    ),
    supported(
      'Tasks that somebody stops are no failures.',
      PAGES.circuitBreaker,
      breaker('tasks that somebody stops are no failures'),
    ),
    supported(
      'The threshold follows the desired count of the moment.',
      ecsApi('ThresholdConfiguration'),
      breaker('the threshold follows the desired count of the moment'),
    ),
    supported(
      'Without `rollback` the deployment stops where it is.',
      PAGES.circuitBreaker,
      breaker('without rollback the deployment stops where it is: the old tasks stay, no new one is started'),
    ),
    supported(
      'The circuit breaker acts on blue-green deployments too, until their bake time is over: a green that keeps failing is rolled back.',
      PAGES.failureDetection,
      breaker('rolls a blue-green deployment of a crashing image back, in AWS’s words'),
      'AWS’s API reference says rolling updates only; an acceptance test of Terraform’s provider (TestAccECSService_BlueGreenDeployment_circuitBreakerRollback) shows that AWS rolls back',
    ),
    simplified(
      'Without `rollback` a blue-green deployment that the circuit breaker ends stops where it is: blue serves, and green starts no more tasks.',
      'AWS documents it for rolling updates only',
      ecsApi('DeploymentCircuitBreaker'),
      breaker('without rollback a blue-green deployment stops where it is: blue serves, green starts no more tasks'),
    ),
    supported(
      'A deployment alarm that goes into ALARM rolls a rolling deployment back.',
      PAGES.deploymentAlarms,
      alarms('one that fires rolls back; the others are not named'),
    ),
    supported(
      'An alarm that is in ALARM when the deployment starts switches the alarms off for this deployment.',
      PAGES.deploymentAlarms,
      alarms('one in ALARM at the start switches all of them off for the whole deployment'),
    ),
    supported(
      'A deployment alarm that fires during a blue-green deployment, its bake time included, sends the traffic back.',
      PAGES.deploymentAlarms,
      alarms('one that fires %s sends the traffic back'),
    ),
    supported(
      'An alarm after the bake time changes nothing.',
      PAGES.deploymentAlarms,
      alarms('one that fires after the bake time changes nothing'),
    ),
    simplified(
      'A rolling deployment is watched for the longest evaluation range of its alarms, five minutes at most, after the last old task is gone.',
      'AWS computes the time from the alarms and does not publish how',
      PAGES.deploymentAlarms,
      alarms('are watched after the last old task is gone, for as long as they need; then the deployment is complete'),
    ),
  ],
};
