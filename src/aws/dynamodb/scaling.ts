/** Application Auto Scaling of a table's and its indexes' capacity: read from one table and put on another. */
import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  paginateDescribeScalableTargets,
  paginateDescribeScalingPolicies,
  RegisterScalableTargetCommand,
  type ScalableDimension,
  type TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { awsCall } from '../errors.ts';

/** Bounds of one dimension of a table or index, with the policies that move within them. */
export interface CapacityScaling {
  /** What follows the table's name in AWS's resource id: empty, or `/index/NAME`. */
  readonly part: string;
  readonly dimension: ScalableDimension;
  readonly minimum: number;
  readonly maximum: number;
  readonly policies: readonly {
    readonly name: string;
    readonly tracking: TargetTrackingScalingPolicyConfiguration;
  }[];
}

export interface DynamoDbScalingGateway {
  /** Of the table and all its indexes, in the order of part and dimension. */
  capacityScaling(table: string): Promise<CapacityScaling[]>;
  /** Registers the bounds and puts the policies; may be repeated. */
  scaleCapacity(table: string, scaling: CapacityScaling): Promise<void>;
  /** Takes the bounds away, and with them AWS takes the policies. */
  unscaleCapacity(table: string, scaling: CapacityScaling): Promise<void>;
}

const ServiceNamespace = 'dynamodb';

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createDynamoDbScalingGateway(
  client: ApplicationAutoScalingClient,
  signal?: AbortSignal,
): DynamoDbScalingGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    capacityScaling: (table) => readScaling(client, table, options),
    async scaleCapacity(table, { part, dimension, minimum, maximum, policies }) {
      const identity = { ServiceNamespace, ResourceId: `table/${table}${part}`, ScalableDimension: dimension } as const;
      await awsCall('application-autoscaling:RegisterScalableTarget', () =>
        client.send(
          new RegisterScalableTargetCommand({ ...identity, MinCapacity: minimum, MaxCapacity: maximum }),
          options,
        ),
      );
      for (const { name, tracking } of policies) {
        await awsCall('application-autoscaling:PutScalingPolicy', () =>
          client.send(
            new PutScalingPolicyCommand({
              ...identity,
              PolicyName: name,
              PolicyType: 'TargetTrackingScaling',
              TargetTrackingScalingPolicyConfiguration: tracking,
            }),
            options,
          ),
        );
      }
    },
    async unscaleCapacity(table, { part, dimension }) {
      await awsCall('application-autoscaling:DeregisterScalableTarget', () =>
        client.send(
          new DeregisterScalableTargetCommand({
            ServiceNamespace,
            ResourceId: `table/${table}${part}`,
            ScalableDimension: dimension,
          }),
          options,
        ),
      );
    },
  };
}

/** There is no filter by the beginning of a resource id, and the indexes are not known to exist still: all of the namespace is read. */
async function readScaling(
  client: ApplicationAutoScalingClient,
  table: string,
  options: { readonly abortSignal?: AbortSignal },
): Promise<CapacityScaling[]> {
  const whole = `table/${table}`;
  const ours = (id: string) => id === whole || id.startsWith(`${whole}/index/`);
  const found: CapacityScaling[] = [];
  await awsCall('application-autoscaling:DescribeScalableTargets', async () => {
    for await (const page of paginateDescribeScalableTargets({ client }, { ServiceNamespace }, options)) {
      for (const { ResourceId = '', ScalableDimension: dimension, MinCapacity, MaxCapacity } of page.ScalableTargets ??
        []) {
        if (ours(ResourceId) && dimension !== undefined) {
          const part = ResourceId.slice(whole.length);
          found.push({ part, dimension, minimum: MinCapacity ?? 0, maximum: MaxCapacity ?? 0, policies: [] });
        }
      }
    }
  });
  if (found.length === 0) {
    return [];
  }
  const policies: {
    id: string;
    dimension: string;
    name: string;
    tracking: TargetTrackingScalingPolicyConfiguration;
  }[] = [];
  await awsCall('application-autoscaling:DescribeScalingPolicies', async () => {
    for await (const page of paginateDescribeScalingPolicies({ client }, { ServiceNamespace }, options)) {
      for (const policy of page.ScalingPolicies ?? []) {
        const tracking = policy.TargetTrackingScalingPolicyConfiguration;
        if (tracking !== undefined) {
          const { ResourceId: id = '', ScalableDimension: dimension = '', PolicyName: name = '' } = policy;
          policies.push({ id, dimension, name, tracking });
        }
      }
    }
  });
  return found
    .map((one) => ({
      ...one,
      policies: policies
        .filter(({ id, dimension }) => id === `${whole}${one.part}` && dimension === one.dimension)
        .map(({ name, tracking }) => ({ name, tracking })),
    }))
    .sort((one, other) => `${one.part} ${one.dimension}`.localeCompare(`${other.part} ${other.dimension}`));
}
