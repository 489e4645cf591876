/** What of the platform carries tags: load balancers and target groups, and what FIS makes while a fault lasts. */
import type {
  DescribeLoadBalancersCommandOutput,
  DescribeTagsCommandOutput,
  DescribeTargetGroupsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { InternalCall } from '../wire/operation.ts';
import type { TaggedResource, TaggedSource } from './tagging.ts';

/** Load balancers and target groups with their tags. */
export function ofLoadBalancing(call: InternalCall): TaggedSource {
  return async () => {
    const [{ LoadBalancers = [] }, { TargetGroups = [] }] = await Promise.all([
      call<DescribeLoadBalancersCommandOutput>('elbv2', 'DescribeLoadBalancers', {}),
      call<DescribeTargetGroupsCommandOutput>('elbv2', 'DescribeTargetGroups', {}),
    ]);
    const ResourceArns = [
      ...LoadBalancers.map(({ LoadBalancerArn = '' }) => LoadBalancerArn),
      ...TargetGroups.map(({ TargetGroupArn = '' }) => TargetGroupArn),
    ];
    if (ResourceArns.length === 0) {
      return [];
    }
    const { TagDescriptions = [] } = await call<DescribeTagsCommandOutput>('elbv2', 'DescribeTags', { ResourceArns });
    return TagDescriptions.map(({ ResourceArn: arn = '', Tags = [] }) => ({
      arn,
      tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    }));
  };
}

/** What FIS makes for an action and takes away at its end, tagged managedByFIS (AWS FIS user guide, "Network actions"). */
export class ManagedByFis {
  readonly #place: string;
  readonly #made = new Set<string>();

  constructor({ region, accountId }: { readonly region: string; readonly accountId: string }) {
    this.#place = `${region}:${accountId}`;
  }

  /** One network ACL for a subnet that is cut off. @returns takes it away again */
  networkAcl(): () => void {
    const arn = `arn:aws:ec2:${this.#place}:network-acl/acl-${crypto.randomUUID().replaceAll('-', '').slice(0, 17)}`;
    this.#made.add(arn);
    return () => void this.#made.delete(arn);
  }

  /** All that there is now. */
  readonly resources: TaggedSource = (): readonly TaggedResource[] =>
    [...this.#made].map((arn) => ({ arn, tags: { managedByFIS: 'true' } }));
}
