import {
  CreateService$,
  type CreateServiceRequest,
  type CreateServiceResponse,
  type DeploymentConfiguration,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import { type EcsContext, serviceKey } from '../context.ts';
import { errors } from '../errors.ts';
import { findCluster, findTaskDefinition } from '../lookup.ts';
import { arns } from '../names.ts';
import type { ClusterRecord, ServiceRecord } from '../records/service.ts';
import { changeConfiguration, DEFAULT_CONFIGURATION } from '../service/deployment-configuration.ts';
import { checkRevisionInput, newRevision, type RevisionInput } from '../service/revision.ts';
import { newTags } from '../tag-rules.ts';
import { serviceView } from '../views.ts';
import {
  checkController,
  checkDesiredCount,
  checkGracePeriod,
  checkLaunchType,
  SERVICE_INERT,
  SERVICE_SUPPORT,
} from './service-members.ts';

const NAME = /^[a-zA-Z0-9_-]{1,255}$/;

/** Creates a service and starts its first deployment. */
export function createService(context: EcsContext) {
  return operation<CreateServiceRequest, CreateServiceResponse>({
    schema: CreateService$,
    supports: [...SERVICE_SUPPORT, 'serviceName', 'clientToken', 'launchType', 'schedulingStrategy', 'tags[].*'],
    inert: { ...SERVICE_INERT, role: 'there is no IAM here' },
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html',
    handle: (input) => {
      const cluster = findCluster(context.world.state, input.cluster);
      return context.serviceChanges.run(serviceKey(cluster, input.serviceName), () => create(context, input));
    },
  });
}

async function create({ world, controller }: EcsContext, input: CreateServiceRequest): Promise<CreateServiceResponse> {
  const same = existing(findCluster(world.state, input.cluster), input);
  if (same !== undefined) {
    return { service: serviceView(same, world.clock, true) };
  }
  check(input);
  const configuration = changeConfiguration(DEFAULT_CONFIGURATION, input.deploymentConfiguration);
  const revisionInput: RevisionInput = {
    taskDefinition: findTaskDefinition(world.state, input.taskDefinition ?? ''),
    loadBalancers: input.loadBalancers ?? [],
    networkConfiguration: input.networkConfiguration,
    platformVersion: input.platformVersion ?? 'LATEST',
  };
  await checkRevisionInput(world, revisionInput, configuration);
  // Looked up again: it may have been deleted meanwhile.
  const cluster = findCluster(world.state, input.cluster);
  const service = newService(input, cluster, configuration, {
    arn: arns.service(world.account, cluster.name, input.serviceName ?? ''),
    createdAt: world.clock.now(),
  });
  cluster.services.set(service.name, service);
  controller(service).deploy(newRevision(world, service, revisionInput, configuration));
  return { service: serviceView(service, world.clock, true) };
}

/** The service that an earlier, equal request made. */
function existing(cluster: ClusterRecord, input: CreateServiceRequest): ServiceRecord | undefined {
  const service = cluster.services.get(input.serviceName ?? '');
  if (service === undefined || service.status === 'INACTIVE') {
    return undefined;
  }
  if (service.status === 'DRAINING') {
    throw errors.invalid('Unable to Start a service that is still Draining.');
  }
  if (input.clientToken === undefined || input.clientToken !== service.clientToken) {
    throw errors.invalid('Creation of service was not idempotent.');
  }
  return service;
}

function check(input: CreateServiceRequest): void {
  if (!NAME.test(input.serviceName ?? '')) {
    throw errors.invalid('Identifier contains invalid characters');
  }
  if (input.taskDefinition === undefined) {
    throw errors.invalid('TaskDefinition can not be blank.');
  }
  if (input.schedulingStrategy !== undefined && input.schedulingStrategy !== 'REPLICA') {
    throw errors.unsupported(`the scheduling strategy ${input.schedulingStrategy}`, 'Use REPLICA.');
  }
  checkController(input.deploymentController);
  checkLaunchType(input.launchType);
  checkDesiredCount(input.desiredCount ?? 0);
  checkGracePeriod(input.healthCheckGracePeriodSeconds, input.loadBalancers?.length ?? 0);
}

function newService(
  input: CreateServiceRequest,
  cluster: ClusterRecord,
  configuration: DeploymentConfiguration,
  made: { readonly arn: string; readonly createdAt: Date },
): ServiceRecord {
  return {
    ...made,
    name: input.serviceName ?? '',
    cluster,
    clientToken: input.clientToken,
    status: 'ACTIVE',
    desiredCount: input.desiredCount ?? 0,
    configuration,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    echo: {
      launchType: 'FARGATE',
      propagateTags: input.propagateTags ?? 'NONE',
      enableECSManagedTags: input.enableECSManagedTags ?? false,
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'ENABLED',
      roleArn: input.role,
    },
    tags: newTags(input.tags),
    events: [],
    revisions: new Map(),
    deployments: [],
    workloads: [],
    primary: undefined,
    stable: undefined,
    rollingIn: undefined,
    tasks: new Set(),
  };
}
