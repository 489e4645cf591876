/** `aws:arc:zonal-shift-managed-resource`: the load balancers, which are the only resources here whose traffic could leave a zone. */
import type {
  DescribeLoadBalancersCommandOutput,
  DescribeTagsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { InternalCall } from '../../wire/operation.ts';
import type { Resource, ResourceSource } from './resource.ts';

type LoadBalancers = Omit<DescribeLoadBalancersCommandOutput, '$metadata'>;
type Tags = Omit<DescribeTagsCommandOutput, '$metadata'>;

export function loadBalancerSource(call: InternalCall): ResourceSource {
  return {
    async find() {
      const found: Resource[] = [];
      let marker: { Marker?: string } = {};
      do {
        const page = await call<LoadBalancers>('elbv2', 'DescribeLoadBalancers', marker);
        for (const balancer of page.LoadBalancers ?? []) {
          const arn = balancer.LoadBalancerArn ?? '';
          found.push({ arn, tags: await tagsOf(call, arn), attributes: balancer });
        }
        marker = page.NextMarker === undefined ? {} : { Marker: page.NextMarker };
      } while (marker.Marker !== undefined);
      return found;
    },
  };
}

async function tagsOf(call: InternalCall, arn: string): Promise<Record<string, string>> {
  const { TagDescriptions: [description] = [] } = await call<Tags>('elbv2', 'DescribeTags', { ResourceArns: [arn] });
  return Object.fromEntries((description?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
