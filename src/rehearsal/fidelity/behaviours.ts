/** Every statement of the fidelity table on behaviour, in the order of the page. */
import type { BehaviourSection } from './behaviour.ts';
import { AUTO_SCALING } from './behaviours/auto-scaling.ts';
import { BLUE_GREEN, HOOKS } from './behaviours/deployments/blue-green.ts';
import { FAILURE_DETECTION } from './behaviours/deployments/failure-detection.ts';
import { ROLLING } from './behaviours/deployments/rolling.ts';
import { STEPPED_SHIFTS } from './behaviours/deployments/stepped-shifts.ts';
import { SCHEDULER, TASKS } from './behaviours/ecs-services.ts';
import { FIS } from './behaviours/fis.ts';
import { LOAD_BALANCER, TARGET_HEALTH } from './behaviours/load-balancer.ts';
import { ALARMS, LOGS, METRIC_MATH, METRICS } from './behaviours/observation.ts';
import { OTHER_SERVICES, WORLD } from './behaviours/other-services.ts';
import { DATABASES, RDS } from './behaviours/rds.ts';
import { REQUEST_PATH } from './behaviours/request-path.ts';
import { REGIONS, ROUTE53 } from './behaviours/route53.ts';
import { SCHEDULER_SERVICE } from './behaviours/scheduler.ts';
import { SECRETS_MANAGER } from './behaviours/secrets-manager.ts';
import { DYNAMODB, S3 } from './behaviours/storage.ts';
import { WIRE } from './behaviours/wire.ts';

export const BEHAVIOURS: readonly BehaviourSection[] = [
  REQUEST_PATH,
  TARGET_HEALTH,
  LOAD_BALANCER,
  TASKS,
  SCHEDULER,
  ROLLING,
  BLUE_GREEN,
  STEPPED_SHIFTS,
  HOOKS,
  FAILURE_DETECTION,
  METRICS,
  METRIC_MATH,
  ALARMS,
  LOGS,
  AUTO_SCALING,
  FIS,
  SCHEDULER_SERVICE,
  DATABASES,
  RDS,
  SECRETS_MANAGER,
  S3,
  DYNAMODB,
  ROUTE53,
  REGIONS,
  OTHER_SERVICES,
  WORLD,
  WIRE,
];
