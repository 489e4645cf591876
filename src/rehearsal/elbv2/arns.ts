/** ARNs in AWS's forms, with random 16-digit identifiers. */
import { randomBytes } from 'node:crypto';

export interface Account {
  readonly region: string;
  readonly accountId: string;
}

const newId = (): string => randomBytes(8).toString('hex');

const arn = ({ region, accountId }: Account, resource: string): string =>
  `arn:aws:elasticloadbalancing:${region}:${accountId}:${resource}`;

/** An ARN and the CloudWatch dimension that is its tail. */
export function newLoadBalancerArn(account: Account, name: string): { arn: string; dimension: string } {
  const dimension = `app/${name}/${newId()}`;
  return { arn: arn(account, `loadbalancer/${dimension}`), dimension };
}

export function newTargetGroupArn(account: Account, name: string): { arn: string; dimension: string } {
  const dimension = `targetgroup/${name}/${newId()}`;
  return { arn: arn(account, dimension), dimension };
}

export const newListenerArn = (account: Account, loadBalancerDimension: string): string =>
  arn(account, `listener/${loadBalancerDimension}/${newId()}`);

export const newRuleArn = (listenerArn: string): string =>
  `${listenerArn.replace(':listener/', ':listener-rule/')}/${newId()}`;
