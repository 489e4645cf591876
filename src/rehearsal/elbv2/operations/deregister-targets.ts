import {
  DeregisterTargets$,
  type DeregisterTargetsCommandInput,
  type DeregisterTargetsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, targetGroupNotFound } from '../errors.ts';
import type { TargetRecord } from '../state.ts';

/** Takes targets out of a group: no new requests when the call returns, those in flight have the deregistration delay. */
export function deregisterTargets(context: Elbv2Context): Operation {
  return operation<DeregisterTargetsCommandInput, Result<DeregisterTargetsCommandOutput>>({
    schema: DeregisterTargets$,
    supports: ['TargetGroupArn', 'Targets[].Id', 'Targets[].Port'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html',
    handle: (input) =>
      context.store.change((draft) => {
        const group = find(draft.targetGroups, input.TargetGroupArn, targetGroupNotFound);
        const delaySeconds = Number(group.attributes['deregistration_delay.timeout_seconds']);
        const drainUntil = context.clock.now().getTime() + delaySeconds * 1000;
        const isNamed = (target: TargetRecord) =>
          (input.Targets ?? []).some(({ Id, Port }) => Id === target.host && (Port ?? target.port) === target.port);
        const targets = group.targets.map((target) =>
          target.drainUntil === undefined && isNamed(target) ? { ...target, drainUntil } : target,
        );
        draft.targetGroups.set(group.arn, { ...group, targets });
        return {};
      }),
  });
}
