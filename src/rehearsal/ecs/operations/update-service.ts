import { isDeepStrictEqual } from 'node:util';
import { UpdateService$, type UpdateServiceRequest, type UpdateServiceResponse } from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import { type EcsContext, serviceKey } from '../context.ts';
import { errors } from '../errors.ts';
import { findActiveService, findCluster, findTaskDefinition } from '../lookup.ts';
import type { RevisionRecord } from '../records/revision.ts';
import type { ServiceRecord } from '../records/service.ts';
import { changeConfiguration } from '../service/deployment-configuration.ts';
import { checkRevisionInput, newRevision, type RevisionInput } from '../service/revision.ts';
import type { EcsState } from '../state.ts';
import { serviceView } from '../views.ts';
import {
  checkController,
  checkDesiredCount,
  checkGracePeriod,
  SERVICE_INERT,
  SERVICE_SUPPORT,
} from './service-members.ts';

/**
 * Changes a service. Only a change of task definition, load balancers, network or platform version, or `forceNewDeployment`, starts a
 * deployment; the others (desired count, deployment configuration, …) take effect at once. Updates of one service that arrive together
 * are made in the order of their arrival, each upon what the one before has left.
 */
export function updateService(context: EcsContext) {
  return operation<UpdateServiceRequest, UpdateServiceResponse>({
    schema: UpdateService$,
    supports: [...SERVICE_SUPPORT, 'service', 'forceNewDeployment'],
    inert: SERVICE_INERT,
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html',
    handle: (input) => {
      const cluster = findCluster(context.world.state, input.cluster);
      return context.serviceChanges.run(serviceKey(cluster, input.service), () => update(context, input));
    },
  });
}

async function update({ world, controller }: EcsContext, input: UpdateServiceRequest): Promise<UpdateServiceResponse> {
  const service = findActiveService(findCluster(world.state, input.cluster), input.service ?? '');
  const current = service.primary?.revision;
  if (current === undefined) {
    throw errors.serviceNotActive();
  }
  const wanted = revisionInput(world.state, input, current);
  checkController(input.deploymentController);
  checkDesiredCount(input.desiredCount ?? service.desiredCount);
  checkGracePeriod(input.healthCheckGracePeriodSeconds, wanted.loadBalancers.length);
  const configuration = changeConfiguration(service.configuration, input.deploymentConfiguration);
  const deploys = input.forceNewDeployment === true || differs(wanted, current);
  if (deploys) {
    await checkRevisionInput(world, wanted, configuration);
  }
  apply(service, input);
  service.configuration = configuration;
  if (deploys) {
    controller(service).deploy(newRevision(world, service, wanted, configuration));
  }
  controller(service).changed();
  return { service: serviceView(service, world.clock, true) };
}

function revisionInput(state: EcsState, input: UpdateServiceRequest, current: RevisionRecord): RevisionInput {
  const { taskDefinition } = input;
  return {
    taskDefinition: taskDefinition === undefined ? current.taskDefinition : findTaskDefinition(state, taskDefinition),
    loadBalancers: input.loadBalancers ?? current.loadBalancers,
    networkConfiguration: input.networkConfiguration ?? current.networkConfiguration,
    platformVersion: input.platformVersion ?? current.platformVersion,
  };
}

function differs(wanted: RevisionInput, current: RevisionRecord): boolean {
  return (
    wanted.taskDefinition !== current.taskDefinition ||
    wanted.platformVersion !== current.platformVersion ||
    !isDeepStrictEqual(wanted.loadBalancers, current.loadBalancers) ||
    !isDeepStrictEqual(wanted.networkConfiguration, current.networkConfiguration)
  );
}

function apply(service: ServiceRecord, input: UpdateServiceRequest): void {
  service.desiredCount = input.desiredCount ?? service.desiredCount;
  service.healthCheckGracePeriodSeconds = input.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds;
  service.echo = {
    ...service.echo,
    propagateTags: input.propagateTags ?? service.echo.propagateTags,
    enableECSManagedTags: input.enableECSManagedTags ?? service.echo.enableECSManagedTags,
    enableExecuteCommand: input.enableExecuteCommand ?? service.echo.enableExecuteCommand,
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? service.echo.availabilityZoneRebalancing,
  };
}
