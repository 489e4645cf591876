/**
 * Members that AWS's answers have although its models hardly require any. They come from botocore's examples, which are real answers: what
 * every occurrence of a shape in every example has. Two reviewed tables correct that for what the examples, most of them of 2016, cannot know.
 */
import { type Examples, examplesOf, type Model, type ServiceName, shapeOf } from './model.ts';

type Members = Partial<Record<ServiceName, Readonly<Record<string, readonly string[]>>>>;
type Reasons = Partial<Record<ServiceName, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/** Members that all examples happen to have and that AWS does leave out, by shape, with the reason. */
export const OPTIONAL_ALL_THE_SAME: Reasons = {
  ecs: {
    ContainerDefinition: { memory: 'the task has it on Fargate' },
    LoadBalancer: { loadBalancerName: 'of classic load balancers only' },
    Task: { containerInstanceArn: 'a task on Fargate has none' },
  },
  elbv2: {
    Action: {
      TargetGroupArn: 'an action with several target groups has ForwardConfig only; other types have no group',
    },
    RuleCondition: { Values: 'of host-header and path-pattern only' },
  },
  ecr: {
    ImageIdentifier: {
      imageDigest: 'a failure names the image as the request did',
      imageTag: 'an image may have no tag',
    },
  },
  dynamodb: {
    AttributeValue: { S: 'of texts only' },
    GetItemOutput: { Item: 'there may be no such item' },
    PutItemOutput: { ConsumedCapacity: 'only where it is asked for' },
    DeleteItemOutput: { ConsumedCapacity: 'only where it is asked for' },
    ScanOutput: { ConsumedCapacity: 'only where it is asked for', Items: 'a count has none' },
  },
  secretsmanager: {
    DescribeSecretResponse: {
      LastAccessedDate: 'a secret that nobody has read has none',
      LastRotatedDate: 'of rotation by a function only',
      RotationEnabled: 'of rotation by a function only',
      RotationLambdaARN: 'of rotation by a function only',
      RotationRules: 'of rotation by a function only',
    },
    GetSecretValueResponse: { SecretString: 'a value in bytes is in SecretBinary' },
  },
  'application-autoscaling': {
    DescribeScalingPoliciesResponse: { NextToken: 'the last page has none' },
    ScalingPolicy: { StepScalingPolicyConfiguration: 'of step scaling only' },
    StepAdjustment: { MetricIntervalLowerBound: 'the lowest step has none' },
    ScalingActivity: {
      EndTime: 'an activity in progress has none',
      StatusMessage: 'one that scaled nothing has NotScaledReasons instead',
    },
  },
};

/**
 * Members that botocore's examples do not show: newer than they are, or of operations without examples. They are those of every sample
 * answer in AWS's API references (docs.aws.amazon.com/AmazonECS/latest/APIReference and so on) and in the AWS CLI's command reference.
 */
export const REQUIRED_WITHOUT_EXAMPLE: Members = {
  ecs: {
    Cluster: ['activeServicesCount', 'pendingTasksCount', 'registeredContainerInstancesCount', 'runningTasksCount'],
    ContinueServiceDeploymentResponse: ['serviceDeploymentArn'],
    DeleteServiceResponse: ['service'],
    Deployment: ['failedTasks'],
    DeregisterTaskDefinitionResponse: ['taskDefinition'],
    DescribeServiceDeploymentsResponse: ['failures', 'serviceDeployments'],
    DescribeServiceRevisionsResponse: ['failures', 'serviceRevisions'],
    Failure: ['reason'],
    ListServiceDeploymentsResponse: ['serviceDeployments'],
    RunTaskResponse: ['failures'],
    Service: ['schedulingStrategy'],
    ServiceDeployment: [
      ...['clusterArn', 'createdAt', 'deploymentConfiguration', 'serviceArn', 'serviceDeploymentArn', 'status'],
      ...['targetServiceRevision', 'updatedAt'],
    ],
    ServiceDeploymentBrief: [
      ...['clusterArn', 'createdAt', 'serviceArn', 'serviceDeploymentArn', 'status', 'targetServiceRevisionArn'],
    ],
    ServiceRevision: ['clusterArn', 'createdAt', 'serviceArn', 'serviceRevisionArn', 'taskDefinition'],
    ServiceRevisionSummary: ['arn', 'pendingTaskCount', 'requestedTaskCount', 'runningTaskCount'],
    StopServiceDeploymentResponse: ['serviceDeploymentArn'],
    StopTaskResponse: ['task'],
    Task: ['clusterArn', 'createdAt', 'group', 'version'],
    TaskDefinition: ['compatibilities', 'placementConstraints', 'status'],
    UpdateServiceResponse: ['service'],
  },
  elbv2: {
    LoadBalancer: ['IpAddressType'],
    TargetGroup: ['HealthCheckEnabled', 'IpAddressType', 'TargetType'],
  },
  cloudwatch: {
    Datapoint: ['Timestamp', 'Unit'],
    DescribeAlarmHistoryOutput: ['AlarmHistoryItems'],
    DescribeAlarmsForMetricOutput: ['MetricAlarms'],
    DescribeAlarmsOutput: ['CompositeAlarms', 'MetricAlarms'],
    GetMetricDataOutput: ['MetricDataResults'],
    GetMetricStatisticsOutput: ['Datapoints', 'Label'],
    ListMetricsOutput: ['Metrics'],
    Metric: ['MetricName', 'Namespace'],
    MetricAlarm: [
      ...['ActionsEnabled', 'AlarmActions', 'AlarmArn', 'AlarmConfigurationUpdatedTimestamp', 'AlarmName'],
      ...['ComparisonOperator', 'Dimensions', 'EvaluationPeriods', 'InsufficientDataActions', 'OKActions'],
      ...['StateReason', 'StateUpdatedTimestamp', 'StateValue'],
    ],
    MetricDataResult: ['Id', 'Label', 'StatusCode', 'Timestamps', 'Values'],
  },
  ecr: {
    DescribeImagesResponse: ['imageDetails'],
    ImageDetail: ['imageDigest', 'imagePushedAt', 'imageSizeInBytes', 'registryId', 'repositoryName'],
    Repository: ['createdAt', 'imageTagMutability', 'repositoryUri'],
  },
  logs: {
    GetLogEventsResponse: ['events', 'nextBackwardToken', 'nextForwardToken'],
    OutputLogEvent: ['ingestionTime', 'message', 'timestamp'],
  },
  fis: {
    Action: ['arn', 'description', 'id'],
    ActionSummary: ['arn', 'description', 'id'],
    CreateExperimentTemplateResponse: ['experimentTemplate'],
    DeleteExperimentTemplateResponse: ['experimentTemplate'],
    Experiment: [
      ...['actions', 'arn', 'creationTime', 'experimentOptions', 'experimentTemplateId', 'id', 'roleArn', 'state'],
      ...['stopConditions', 'tags', 'targets'],
    ],
    ExperimentAction: ['actionId', 'state'],
    ExperimentActionState: ['reason', 'status'],
    ExperimentState: ['reason', 'status'],
    ExperimentSummary: ['arn', 'creationTime', 'experimentTemplateId', 'id', 'state', 'tags'],
    ExperimentTemplate: [
      ...['actions', 'arn', 'creationTime', 'description', 'experimentOptions', 'id', 'lastUpdateTime', 'roleArn'],
      ...['stopConditions', 'tags', 'targets'],
    ],
    ExperimentTemplateSummary: ['arn', 'creationTime', 'description', 'id', 'lastUpdateTime', 'tags'],
    GetActionResponse: ['action'],
    GetExperimentResponse: ['experiment'],
    GetExperimentTemplateResponse: ['experimentTemplate'],
    GetSafetyLeverResponse: ['safetyLever'],
    GetTargetResourceTypeResponse: ['targetResourceType'],
    ListActionsResponse: ['actions'],
    ListExperimentResolvedTargetsResponse: ['resolvedTargets'],
    ListExperimentTemplatesResponse: ['experimentTemplates'],
    ListExperimentsResponse: ['experiments'],
    ListTagsForResourceResponse: ['tags'],
    ListTargetResourceTypesResponse: ['targetResourceTypes'],
    ResolvedTarget: ['resourceType', 'targetInformation', 'targetName'],
    SafetyLever: ['arn', 'id', 'state'],
    SafetyLeverState: ['reason', 'status'],
    StartExperimentResponse: ['experiment'],
    StopExperimentResponse: ['experiment'],
    TargetResourceType: ['description', 'resourceType'],
    UpdateExperimentTemplateResponse: ['experimentTemplate'],
    UpdateSafetyLeverStateResponse: ['safetyLever'],
  },
  'application-autoscaling': {
    DescribeScheduledActionsResponse: ['ScheduledActions'],
    RegisterScalableTargetResponse: ['ScalableTargetARN'],
  },
};

const computed = new Map<Model, (shapeName: string) => ReadonlySet<string>>();

/** The members that answers of a service must have beyond its model's own `required`, by the shape's name. */
export function requiredInPractice(model: Model): (shapeName: string) => ReadonlySet<string> {
  const required = computed.get(model) ?? compute(model);
  computed.set(model, required);
  return required;
}

function compute(model: Model): (shapeName: string) => ReadonlySet<string> {
  const required = inEveryExample(model, examplesOf(model.service));
  for (const [shape, members] of Object.entries(REQUIRED_WITHOUT_EXAMPLE[model.service] ?? {})) {
    required.set(shape, new Set([...(required.get(shape) ?? []), ...members]));
  }
  for (const [shape, reasons] of Object.entries(OPTIONAL_ALL_THE_SAME[model.service] ?? {})) {
    required.set(shape, new Set([...(required.get(shape) ?? [])].filter((member) => !Object.hasOwn(reasons, member))));
  }
  const none: ReadonlySet<string> = new Set();
  return (shapeName) => required.get(shapeName) ?? none;
}

/** For each structure in the examples' outputs: the members that it has wherever it occurs. Outputs left blank (`{}`) say nothing. */
export function inEveryExample(model: Model, examples: Examples): Map<string, ReadonlySet<string>> {
  const common = new Map<string, ReadonlySet<string>>();
  for (const [operation, samples] of Object.entries(examples)) {
    const output = model.operations[operation]?.output?.shape;
    for (const sample of samples) {
      if (output !== undefined && Object.keys(sample.output ?? {}).length > 0) {
        intersect(model, output, sample.output, common);
      }
    }
  }
  return common;
}

function intersect(model: Model, shapeName: string, value: unknown, common: Map<string, ReadonlySet<string>>): void {
  const shape = shapeOf(model, shapeName);
  if (typeof value !== 'object' || value === null) {
    return;
  }
  if (shape.type === 'structure') {
    const present = new Set(Object.keys(value));
    const before = common.get(shapeName);
    common.set(shapeName, before === undefined ? present : new Set([...before].filter((name) => present.has(name))));
  }
  for (const [name, child] of Object.entries(value)) {
    const reference = shape.members?.[name] ?? shape.member ?? shape.value;
    if (reference !== undefined) {
      intersect(model, reference.shape, child, common);
    }
  }
}
