/** What Secrets Manager tells of a secret, and every reason why it must not be rotated here. Pure. */
import type { DescribeSecretResponse } from '../../../aws/secrets-manager.ts';
import type { Reason } from '../../../report/evidence.ts';

export interface SecretState {
  readonly arn: string;
  readonly name: string;
  readonly current: string | undefined;
  readonly previous: string | undefined;
  /** Labels by version id. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
  readonly changedAt: Date | undefined;
}

export function stateOf({ ARN, Name, VersionIdsToStages = {}, LastChangedDate }: DescribeSecretResponse): SecretState {
  const labelled = (label: string) =>
    Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(label))?.[0];
  return {
    arn: ARN ?? '',
    name: Name ?? '',
    current: labelled('AWSCURRENT'),
    previous: labelled('AWSPREVIOUS'),
    stages: VersionIdsToStages,
    changedAt: LastChangedDate,
  };
}

/** `region` is that of the environment. */
export function secretRefusals(described: DescribeSecretResponse, region: string): Reason[] {
  const { name, current, stages } = stateOf(described);
  const { DeletedDate, OwningService, PrimaryRegion } = described;
  const pending = Object.entries(stages).find(
    ([version, labels]) => labels.includes('AWSPENDING') && version !== current,
  );
  return [
    ...(DeletedDate === undefined
      ? []
      : [reason('secret-deleted', `"${name}" is being deleted: restore it first (aws secretsmanager restore-secret)`)]),
    ...(OwningService === undefined || OwningService === ''
      ? []
      : [
          reason('secret-managed', `"${name}" is managed by ${OwningService}, which makes its values: rotate it there`),
        ]),
    ...(PrimaryRegion === undefined || PrimaryRegion === region
      ? []
      : [reason('secret-replica', `"${name}" is a replica of the one in ${PrimaryRegion}: rotate it there`)]),
    ...(pending === undefined
      ? []
      : [
          reason(
            'rotation-running',
            `a rotation of "${name}" is under way (version ${pending[0]} is AWSPENDING): let it end, or cancel it (aws secretsmanager cancel-rotate-secret)`,
          ),
        ]),
  ];
}

/** What is worth knowing before the secret is changed. */
export function secretNotes({ Name, RotationEnabled, ReplicationStatus = [] }: DescribeSecretResponse): string[] {
  const regions = ReplicationStatus.flatMap(({ Region }) => Region ?? []);
  return [
    ...(RotationEnabled ? [`"${Name}" has a rotation schedule of its own: it will put another value in time`] : []),
    ...(regions.length > 0
      ? [`it is replicated to ${regions.join(', ')}: services there are not restarted by this run`]
      : []),
  ];
}

function reason(code: string, message: string): Reason {
  return { code, message };
}
