import {
  RegisterTargets$,
  type RegisterTargetsCommandInput,
  type RegisterTargetsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, targetGroupNotFound } from '../errors.ts';
import type { TargetGroupRecord, TargetRecord } from '../state.ts';

type Target = NonNullable<RegisterTargetsCommandInput['Targets']>[number];

const LOOPBACK = /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

/** The zone is the address plan's; for an address of the caller's own it is the one given, else the first. */
function readTarget(target: Target, group: TargetGroupRecord, { addresses }: Elbv2Context): TargetRecord {
  const host = target.Id ?? '';
  const port = target.Port ?? group.port;
  if (!LOOPBACK.test(host)) {
    throw new AwsError(
      'InvalidTargetException',
      `The IP address '${host}' is not within a range of this VPC: targets of the rehearsal platform are addresses in 127.0.0.0/8`,
    );
  }
  const declared = target.AvailabilityZone;
  if (declared !== undefined && declared !== 'all' && !addresses.zones.includes(declared)) {
    throw new AwsError(
      'InvalidTargetException',
      `The Availability Zone '${declared}' of target '${host}' is not one of ${addresses.zones.join(', ')}`,
    );
  }
  const zone = addresses.zoneOf(host, port) ?? (declared === 'all' ? undefined : declared) ?? addresses.zones[0] ?? '';
  return { host, port, zone };
}

/** Registers addresses with a group; health checks have begun when the call returns. A draining target comes back. */
export function registerTargets(context: Elbv2Context): Operation {
  return operation<RegisterTargetsCommandInput, Result<RegisterTargetsCommandOutput>>({
    schema: RegisterTargets$,
    supports: ['TargetGroupArn', 'Targets[].Id', 'Targets[].Port', 'Targets[].AvailabilityZone'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html',
    handle: (input) =>
      context.store.change((draft) => {
        const group = find(draft.targetGroups, input.TargetGroupArn, targetGroupNotFound);
        const added = (input.Targets ?? []).map((target) => readTarget(target, group, context));
        const isAdded = (present: TargetRecord) =>
          added.some((target) => target.host === present.host && target.port === present.port);
        const targets = [...group.targets.filter((present) => !isAdded(present)), ...added];
        draft.targetGroups.set(group.arn, { ...group, targets });
        return {};
      }),
  });
}
