/**
 * The tags by which surefoot's zone experiments find subnets and load balancers (chaos/ecs-zone-loss-fargate.yml). On AWS one tags them
 * oneself; here everything is the one service's own.
 */
export function zoneTags(environment: string): Readonly<Record<string, string>> {
  return { 'surefoot:chaos': 'zone-loss', 'surefoot:environment': environment };
}
