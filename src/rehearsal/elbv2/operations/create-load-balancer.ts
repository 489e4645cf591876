import {
  CreateLoadBalancer$,
  type CreateLoadBalancerCommandInput,
  type CreateLoadBalancerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import { newLoadBalancerArn } from '../arns.ts';
import { defaultAttributes, LOAD_BALANCER_ATTRIBUTES } from '../attributes.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { notHere, validationError } from '../errors.ts';
import { checkName } from '../names.ts';
import { renderLoadBalancer } from '../render.ts';
import type { ElbState, LoadBalancerRecord } from '../state.ts';
import { putTags } from '../tags.ts';

type Zones = LoadBalancerRecord['zones'];

function refuseOtherKinds(input: CreateLoadBalancerCommandInput): void {
  if ((input.Type ?? 'application') !== 'application') {
    throw notHere(`load balancers of type '${input.Type}'`, 'use application');
  }
  if ((input.IpAddressType ?? 'ipv4') !== 'ipv4') {
    throw notHere(`the IP address type '${input.IpAddressType}'`, 'use ipv4');
  }
}

function readZones(input: CreateLoadBalancerCommandInput, subnets: ReadonlyMap<string, string>): Zones {
  const ids = input.Subnets ?? (input.SubnetMappings ?? []).map(({ SubnetId }) => SubnetId ?? '');
  const zones = ids.map((subnetId) => {
    const zone = subnets.get(subnetId);
    if (zone === undefined) {
      throw new AwsError(
        'SubnetNotFoundException',
        `The subnet ID '${subnetId}' does not exist; there are: ${[...subnets.keys()].join(', ')}`,
      );
    }
    return { zone, subnetId };
  });
  if (new Set(zones.map(({ zone }) => zone)).size !== zones.length) {
    throw new AwsError(
      'InvalidConfigurationRequestException',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  if (zones.length < 2) {
    throw validationError('At least two subnets in two different Availability Zones must be specified');
  }
  return zones;
}

/** Creating the same load balancer again gives back the one that is there; another one of the same name is refused. */
function sameSettings(present: LoadBalancerRecord, scheme: string, zones: Zones): LoadBalancerRecord {
  const subnetsOf = (list: Zones) =>
    list
      .map(({ subnetId }) => subnetId)
      .sort()
      .join();
  if (present.scheme !== scheme || subnetsOf(present.zones) !== subnetsOf(zones)) {
    throw new AwsError(
      'DuplicateLoadBalancerNameException',
      `A load balancer with the same name '${present.name}' exists, but with different settings`,
    );
  }
  return present;
}

function freeIndex(state: ElbState): number {
  const taken = new Set([...state.loadBalancers.values()].map(({ index }) => index));
  let index = 0;
  while (taken.has(index)) {
    index++;
  }
  return index;
}

/** Creates an application load balancer, active at once, with the loopback address that is its DNS name. */
export function createLoadBalancer(context: Elbv2Context): Operation {
  return operation<CreateLoadBalancerCommandInput, Result<CreateLoadBalancerCommandOutput>>({
    schema: CreateLoadBalancer$,
    supports: ['Name', 'Subnets', 'SubnetMappings[].SubnetId', 'Scheme', 'Type', 'IpAddressType', 'Tags[].*'],
    inert: { SecurityGroups: 'given back, but loopback has no security groups' },
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html',
    handle: (input) =>
      context.store.change(async (draft) => {
        const name = input.Name ?? '';
        checkName('Load balancer', name);
        refuseOtherKinds(input);
        const zones = readZones(input, context.subnets);
        const scheme = input.Scheme ?? 'internet-facing';
        const present = [...draft.loadBalancers.values()].find((other) => other.name === name);
        if (present !== undefined) {
          return { LoadBalancers: [renderLoadBalancer(sameSettings(present, scheme, zones), context.vpcId)] };
        }
        const index = freeIndex(draft);
        // Any port serves to learn the host: it hangs on the load balancer alone.
        const { host } = await context.addresses.listener(index, 0);
        const record: LoadBalancerRecord = {
          ...newLoadBalancerArn(context, name),
          name,
          host,
          index,
          createdAt: context.clock.now(),
          scheme,
          zones,
          securityGroups: input.SecurityGroups ?? [],
          attributes: defaultAttributes(LOAD_BALANCER_ATTRIBUTES),
        };
        draft.loadBalancers.set(record.arn, record);
        putTags(draft, record.arn, input.Tags);
        return { LoadBalancers: [renderLoadBalancer(record, context.vpcId)] };
      }),
  });
}
