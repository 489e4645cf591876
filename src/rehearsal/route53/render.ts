/** Records in the form that Route 53's calls give back. */
import type { ChangeInfo, HealthCheck, HostedZone } from '@aws-sdk/client-route-53';
import type { ChangeRecord, HealthCheckRecord, ZoneRecord } from './state.ts';

export function renderZone({ id, name, comment, callerReference, records }: ZoneRecord): HostedZone {
  return {
    Id: `/hostedzone/${id}`,
    Name: name,
    CallerReference: callerReference,
    Config: { ...(comment === undefined ? {} : { Comment: comment }), PrivateZone: false },
    ResourceRecordSetCount: records.size,
  };
}

export function renderChange({ id, status, submittedAt, comment }: ChangeRecord): ChangeInfo {
  return {
    Id: `/change/${id}`,
    Status: status,
    SubmittedAt: submittedAt,
    ...(comment === undefined ? {} : { Comment: comment }),
  };
}

export function renderHealthCheck({ id, callerReference, config }: HealthCheckRecord): HealthCheck {
  return { Id: id, CallerReference: callerReference, HealthCheckConfig: config, HealthCheckVersion: 1 };
}
