/** What names of load balancers' parts tell of each other. Pure. */

/** The listener that a rule belongs to: a rule's ARN is its listener's with `listener-rule` for `listener` and one more segment. */
export function listenerOfRule(ruleArn: string): string {
  return ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}

/** CloudWatch's dimension of a target group or load balancer: the part of its ARN that starts at `targetgroup/`, or follows `loadbalancer/`. */
export function dimensionOf(arn: string): string {
  const resource = arn.slice(arn.lastIndexOf(':') + 1);
  return resource.startsWith('loadbalancer/') ? resource.slice('loadbalancer/'.length) : resource;
}
