/** The AWS pages that behaviours follow. */
const DOCS = 'https://docs.aws.amazon.com';
const ECS_GUIDE = `${DOCS}/AmazonECS/latest/developerguide`;
const ELB_GUIDE = `${DOCS}/elasticloadbalancing/latest/application`;
const RDS_GUIDE = `${DOCS}/AmazonRDS/latest/UserGuide`;
const MONITORING = `${DOCS}/AmazonCloudWatch/latest/monitoring`;

/** A page of an API reference: `ecsApi('UpdateService')`. */
export const ecsApi = (name: string) => `${DOCS}/AmazonECS/latest/APIReference/API_${name}.html`;
export const elbApi = (name: string) => `${DOCS}/elasticloadbalancing/latest/APIReference/API_${name}.html`;
export const cloudWatchApi = (name: string) => `${DOCS}/AmazonCloudWatch/latest/APIReference/API_${name}.html`;
export const logsApi = (name: string) => `${DOCS}/AmazonCloudWatchLogs/latest/APIReference/API_${name}.html`;
export const ecrApi = (name: string) => `${DOCS}/AmazonECR/latest/APIReference/API_${name}.html`;
export const rdsApi = (name: string) => `${DOCS}/AmazonRDS/latest/APIReference/API_${name}.html`;
export const stsApi = (name: string) => `${DOCS}/STS/latest/APIReference/API_${name}.html`;
export const fisApi = (name: string) => `${DOCS}/fis/latest/APIReference/API_${name}.html`;
export const schedulerApi = (name: string) => `${DOCS}/scheduler/latest/APIReference/API_${name}.html`;
export const autoScalingApi = (name: string) => `${DOCS}/autoscaling/application/APIReference/API_${name}.html`;

export const PAGES = {
  jsonProtocol: 'https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html',
  restProtocol: 'https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html',
  queryProtocol: 'https://smithy.io/2.0/aws/protocols/aws-query-protocol.html',
  queryCompatible: 'https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait',
  signing: `${DOCS}/IAM/latest/UserGuide/reference_sigv.html`,
  endpoints: `${DOCS}/sdkref/latest/guide/feature-ss-endpoints.html`,
  elbErrors: `${DOCS}/elasticloadbalancing/latest/APIReference/CommonErrors.html`,
  loadBalancers: `${ELB_GUIDE}/application-load-balancers.html`,
  listeners: `${ELB_GUIDE}/load-balancer-listeners.html`,
  httpsListeners: `${ELB_GUIDE}/create-https-listener.html`,
  ruleActions: `${ELB_GUIDE}/rule-action-types.html`,
  ruleConditions: `${ELB_GUIDE}/rule-condition-types.html`,
  targetGroups: `${ELB_GUIDE}/load-balancer-target-groups.html`,
  targetGroupAttributes: `${ELB_GUIDE}/edit-target-group-attributes.html`,
  healthChecks: `${ELB_GUIDE}/target-group-health-checks.html`,
  targetGroupHealth: `${ELB_GUIDE}/load-balancer-target-groups.html#target-group-health`,
  forwardedHeaders: `${ELB_GUIDE}/x-forwarded-headers.html`,
  requestTracing: `${ELB_GUIDE}/load-balancer-request-tracing.html`,
  elbTroubleshooting: `${ELB_GUIDE}/load-balancer-troubleshooting.html`,
  elbMetrics: `${ELB_GUIDE}/load-balancer-cloudwatch-metrics.html`,
  services: `${ECS_GUIDE}/ecs_services.html`,
  taskLifecycle: `${ECS_GUIDE}/task-lifecycle-explanation.html`,
  taskNetworking: `${ECS_GUIDE}/task-networking-awsvpc.html`,
  taskPlacement: `${ECS_GUIDE}/task-placement-strategies.html`,
  throttleLogic: `${ECS_GUIDE}/service-throttle-logic.html`,
  eventMessages: `${ECS_GUIDE}/service-event-messages-list.html`,
  serviceDeployments: `${ECS_GUIDE}/service-deployment.html`,
  deploymentHistory: `${ECS_GUIDE}/view-service-deployment.html`,
  stopDeployment: `${ECS_GUIDE}/stop-service-deployment.html`,
  rolling: `${ECS_GUIDE}/deployment-type-ecs.html`,
  blueGreen: `${ECS_GUIDE}/blue-green-deployment-how-it-works.html`,
  blueGreenMigration: `${ECS_GUIDE}/migrate-code-deploy-to-ecs-blue-green.html`,
  hooks: `${ECS_GUIDE}/deployment-lifecycle-hooks.html`,
  pauseHooks: `${ECS_GUIDE}/pause-lifecycle-hooks.html`,
  failureDetection: `${ECS_GUIDE}/deployment-failure-detection.html`,
  circuitBreaker: `${ECS_GUIDE}/deployment-circuit-breaker.html`,
  deploymentAlarms: `${ECS_GUIDE}/deployment-alarm-failure.html`,
  canary: `${ECS_GUIDE}/canary-deployment.html`,
  linear: `${ECS_GUIDE}/deployment-type-linear.html`,
  awslogs: `${ECS_GUIDE}/specify-log-config.html`,
  ecsMetrics: `${ECS_GUIDE}/available-metrics.html`,
  statistics: `${MONITORING}/Statistics-definitions.html`,
  metricConcepts: `${MONITORING}/cloudwatch_concepts.html`,
  metricMath: `${MONITORING}/using-metric-math.html`,
  alarms: `${MONITORING}/AlarmThatSendsEmail.html`,
  missingData: `${MONITORING}/AlarmThatSendsEmail.html#alarms-and-missing-data`,
  targetTracking: `${DOCS}/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html`,
  targetTrackingCooldown: `${DOCS}/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html#target-tracking-cooldown`,
  stepScaling: `${DOCS}/autoscaling/application/userguide/step-scaling-policy-overview.html`,
  ecsAutoScaling: `${ECS_GUIDE}/service-auto-scaling.html`,
  ecsAutoScalingDeployments: `${ECS_GUIDE}/troubleshoot-service-auto-scaling.html`,
  ecsTargetTracking: `${ECS_GUIDE}/service-autoscaling-targettracking.html`,
  scheduledScaling: `${DOCS}/autoscaling/application/userguide/scheduled-scaling-policy-overview.html`,
  scheduledCron: `${DOCS}/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html`,
  suspendedScaling: `${DOCS}/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html`,
  scalingActivities: `${DOCS}/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html`,
  cronExpressions: `${DOCS}/eventbridge/latest/userguide/eb-cron-expressions.html`,
  schedulerDaylightSaving: `${DOCS}/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time`,
  multiAz: `${RDS_GUIDE}/Concepts.MultiAZSingleStandby.html`,
  multiAzFailover: `${RDS_GUIDE}/Concepts.MultiAZ.Failover.html`,
  readReplicas: `${RDS_GUIDE}/USER_ReadRepl.html`,
  rdsEvents: `${RDS_GUIDE}/USER_Events.Messages.html`,
  rdsStatus: `${RDS_GUIDE}/accessing-monitoring.html`,
  autoScaling: `${DOCS}/autoscaling/application/userguide/getting-started.html`,
  experiments: `${DOCS}/fis/latest/userguide/experiments.html`,
  fisActions: `${DOCS}/fis/latest/userguide/fis-actions-reference.html`,
  fisErrors: `${DOCS}/fis/latest/userguide/troubleshooting.html#error-codes`,
  fisOptions: `${DOCS}/fis/latest/userguide/experiment-options.html`,
  fisQuotas: `${DOCS}/fis/latest/userguide/fis-quotas.html`,
  fisReport: `${DOCS}/fis/latest/userguide/experiment-report-configuration.html`,
  fisTargets: `${DOCS}/fis/latest/userguide/targets.html`,
  safetyLever: `${DOCS}/fis/latest/userguide/safety-lever.html`,
  stopConditions: `${DOCS}/fis/latest/userguide/stop-conditions.html`,
  targetPreview: `${DOCS}/fis/latest/userguide/generate-target-preview.html`,
  zones: `${DOCS}/AmazonECS/latest/developerguide/service-rebalancing.html`,
} as const;
