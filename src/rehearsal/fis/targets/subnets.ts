/** `aws:ec2:subnet`: the subnets of the platform. */
import type { ResourceSource } from './resource.ts';

export interface SubnetWorld {
  /** Zone by subnet id. */
  readonly subnets: ReadonlyMap<string, string>;
  readonly subnetTags?: Readonly<Record<string, string>>;
  readonly vpcId: string;
  readonly region: string;
  readonly accountId: string;
}

/** Of the parameters `availabilityZoneIdentifier` and `vpc` where given. */
export function subnetSource({ subnets, subnetTags = {}, vpcId, region, accountId }: SubnetWorld): ResourceSource {
  return {
    find: async ({ availabilityZoneIdentifier: zone, vpc }) =>
      [...subnets]
        .filter(([, inZone]) => (zone ?? inZone) === inZone && (vpc ?? vpcId) === vpcId)
        .map(([subnetId, availabilityZone]) => ({
          arn: `arn:aws:ec2:${region}:${accountId}:subnet/${subnetId}`,
          tags: subnetTags,
          attributes: { subnetId, availabilityZone, vpcId, state: 'available' },
        })),
  };
}
