import {
  ModifyTargetGroup$,
  type ModifyTargetGroupCommandInput,
  type ModifyTargetGroupCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, targetGroupNotFound } from '../errors.ts';
import { HEALTH_CHECK_SUPPORT, readHealthCheck } from '../health-check.ts';
import { renderTargetGroup } from '../render.ts';

/** Changes a target group's health check. */
export function modifyTargetGroup(context: Elbv2Context): Operation {
  return operation<ModifyTargetGroupCommandInput, Result<ModifyTargetGroupCommandOutput>>({
    schema: ModifyTargetGroup$,
    supports: ['TargetGroupArn', ...HEALTH_CHECK_SUPPORT],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html',
    handle: (input) =>
      context.store.change((draft) => {
        const present = find(draft.targetGroups, input.TargetGroupArn, targetGroupNotFound);
        const record = { ...present, healthCheck: readHealthCheck(present.healthCheck, input) };
        draft.targetGroups.set(record.arn, record);
        return { TargetGroups: [renderTargetGroup(draft, record, context.vpcId)] };
      }),
  });
}
