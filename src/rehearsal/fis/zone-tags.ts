/**
 * The tag by which surefoot's zone experiments find subnets and load balancers (chaos/ecs-zone-loss-fargate.yml). On AWS one tags them
 * oneself; here everything is the one service's own.
 */
export const ZONE_TAGS = { 'surefoot:chaos': 'zone-loss' } as const;
