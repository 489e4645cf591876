/** Health checks: made, shown, deleted, and what their checker sees. */
import {
  CreateHealthCheck$,
  type CreateHealthCheckRequest,
  type CreateHealthCheckResponse,
  DeleteHealthCheck$,
  type DeleteHealthCheckRequest,
  GetHealthCheck$,
  type GetHealthCheckRequest,
  type GetHealthCheckResponse,
  GetHealthCheckStatus$,
  type GetHealthCheckStatusRequest,
  type GetHealthCheckStatusResponse,
} from '@aws-sdk/client-route-53';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { Route53Context } from '../context.ts';
import { renderHealthCheck } from '../render.ts';
import { type HealthCheckRecord, newHealthCheckId } from '../state.ts';

const API = 'https://docs.aws.amazon.com/Route53/latest/APIReference';
const KINDS = ['HTTP', 'TCP', 'RECOVERY_CONTROL'];

export function createHealthCheck({ state, healthChecks }: Route53Context): Operation {
  const members = [
    'Type',
    'IPAddress',
    'Port',
    'ResourcePath',
    'RequestInterval',
    'FailureThreshold',
    'RoutingControlArn',
  ];
  return operation<CreateHealthCheckRequest, CreateHealthCheckResponse>({
    schema: CreateHealthCheck$,
    supports: ['CallerReference', ...members.map((name) => `HealthCheckConfig.${name}`)],
    inert: { 'HealthCheckConfig.MeasureLatency': 'given back; no latency is published' },
    source: `${API}/API_CreateHealthCheck.html`,
    handle: ({ CallerReference = '', HealthCheckConfig: config }) => {
      if (config === undefined || !KINDS.includes(config.Type ?? '')) {
        throw new AwsError(
          'UnsupportedParameterException',
          `health checks here are of the types ${KINDS.join(', ')}, not ${config?.Type}`,
        );
      }
      const needed = config.Type === 'RECOVERY_CONTROL' ? config.RoutingControlArn : config.IPAddress;
      if (needed === undefined) {
        throw new AwsError(
          'InvalidInput',
          `A health check of type ${config.Type} needs ${config.Type === 'RECOVERY_CONTROL' ? 'RoutingControlArn' : 'IPAddress'}`,
        );
      }
      if ([...state.healthChecks.values()].some(({ callerReference }) => callerReference === CallerReference)) {
        throw new AwsError('HealthCheckAlreadyExists', 'A health check with this caller reference exists already', 409);
      }
      const record: HealthCheckRecord = { id: newHealthCheckId(), callerReference: CallerReference, config };
      state.healthChecks.set(record.id, record);
      healthChecks.watch(record.id, config);
      return {
        HealthCheck: renderHealthCheck(record),
        Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${record.id}`,
      };
    },
  });
}

export function getHealthCheck(context: Route53Context): Operation {
  return operation<GetHealthCheckRequest, GetHealthCheckResponse>({
    schema: GetHealthCheck$,
    supports: ['HealthCheckId'],
    source: `${API}/API_GetHealthCheck.html`,
    handle: ({ HealthCheckId }) => ({ HealthCheck: renderHealthCheck(find(context, HealthCheckId)) }),
  });
}

export function deleteHealthCheck(context: Route53Context): Operation {
  return operation<DeleteHealthCheckRequest, object>({
    schema: DeleteHealthCheck$,
    supports: ['HealthCheckId'],
    source: `${API}/API_DeleteHealthCheck.html`,
    handle: ({ HealthCheckId }) => {
      const { id } = find(context, HealthCheckId);
      context.state.healthChecks.delete(id);
      context.healthChecks.forget(id);
      return {};
    },
  });
}

/** One checker, in us-east-1. */
export function getHealthCheckStatus(context: Route53Context): Operation {
  return operation<GetHealthCheckStatusRequest, GetHealthCheckStatusResponse>({
    schema: GetHealthCheckStatus$,
    supports: ['HealthCheckId'],
    source: `${API}/API_GetHealthCheckStatus.html`,
    handle: ({ HealthCheckId }) => {
      const seen = context.healthChecks.status(find(context, HealthCheckId).id);
      const observation = seen && {
        Region: 'us-east-1' as const,
        IPAddress: '127.0.0.1',
        StatusReport: { Status: seen.text, CheckedTime: seen.checkedAt },
      };
      return { HealthCheckObservations: observation === undefined ? [] : [observation] };
    },
  });
}

function find({ state }: Route53Context, id = ''): HealthCheckRecord {
  const found = state.healthChecks.get(id);
  if (found === undefined) {
    throw new AwsError('NoSuchHealthCheck', `No health check exists with the specified ID: ${id}`, 404);
  }
  return found;
}
