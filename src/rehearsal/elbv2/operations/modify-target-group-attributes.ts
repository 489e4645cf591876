import {
  ModifyTargetGroupAttributes$,
  type ModifyTargetGroupAttributesCommandInput,
  type ModifyTargetGroupAttributesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import { changeAttributes, listAttributes, TARGET_GROUP_ATTRIBUTES } from '../attributes.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, targetGroupNotFound } from '../errors.ts';

/** Sets attributes of a target group; those that have no effect here may only be set to their defaults. */
export function modifyTargetGroupAttributes(context: Elbv2Context): Operation {
  return operation<ModifyTargetGroupAttributesCommandInput, Result<ModifyTargetGroupAttributesCommandOutput>>({
    schema: ModifyTargetGroupAttributes$,
    supports: ['TargetGroupArn', 'Attributes[].*'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroupAttributes.html',
    handle: (input) =>
      context.store.change((draft) => {
        const record = find(draft.targetGroups, input.TargetGroupArn, targetGroupNotFound);
        const attributes = changeAttributes(TARGET_GROUP_ATTRIBUTES, record.attributes, input.Attributes ?? []);
        draft.targetGroups.set(record.arn, { ...record, attributes });
        return { Attributes: listAttributes(attributes) };
      }),
  });
}
