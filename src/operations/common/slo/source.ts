/** Where the requests of a service are counted. */
import type { Service } from '@aws-sdk/client-ecs';
import { dimensionOf } from '../../../aws/elbv2/load-balancer-names.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';

/** Dimensions of CloudWatch, not ARNs. */
export interface Source {
  /**
   * The load balancer's own counters hold what those of target groups leave out: its answers for want of a target (503), and for targets
   * that broke off or took too long (502, 504). They are the service's where nobody else is behind the load balancer.
   */
  readonly counted: 'load-balancer' | 'target-groups';
  readonly loadBalancer: string;
  readonly targetGroups: readonly string[];
}

/** What counts the requests of `service`; the reason where nothing does. */
export async function findSource(service: Service, ports: Pick<Ports, 'aws'>): Promise<Source | Reason> {
  const { elbv2 } = ports.aws;
  const own = new Set(targetGroupsOf(service));
  if (own.size === 0) {
    const message = `${service.serviceName} has no load balancer: nothing counts its requests`;
    return { code: 'no-load-balancer', message };
  }
  const groups = await elbv2.targetGroups([...own]);
  const balancers = [...new Set(groups.flatMap((group) => group.LoadBalancerArns ?? []))];
  const [balancer] = balancers;
  if (balancer === undefined || !dimensionOf(balancer).startsWith('app/')) {
    const message = `the target groups of ${service.serviceName} belong to no Application Load Balancer: nothing counts its requests`;
    return { code: 'no-load-balancer', message };
  }
  if (balancers.length > 1) {
    const message = `${service.serviceName} is behind ${balancers.length} load balancers, and surefoot counts at one`;
    return { code: 'several-load-balancers', message };
  }
  const served = await elbv2.targetGroupsOf(balancer);
  return {
    counted: served.every(({ TargetGroupArn = '' }) => own.has(TargetGroupArn)) ? 'load-balancer' : 'target-groups',
    loadBalancer: dimensionOf(balancer),
    targetGroups: [...own].map(dimensionOf),
  };
}

/** ARNs of the service's target groups and their alternates, also of those that another controller deploys to. */
function targetGroupsOf(service: Service): string[] {
  const balancers = [
    ...(service.loadBalancers ?? []),
    ...(service.taskSets ?? []).flatMap((set) => set.loadBalancers ?? []),
  ];
  return balancers
    .flatMap(({ targetGroupArn, advancedConfiguration }) => [
      targetGroupArn,
      advancedConfiguration?.alternateTargetGroupArn,
    ])
    .filter((arn) => arn !== undefined);
}
