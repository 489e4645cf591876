import { elbApi, PAGES } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const balancers = provenIn('elbv2/load-balancers.test.ts');
const groups = provenIn('elbv2/target-groups.test.ts');
const rules = provenIn('elbv2/rules.test.ts');
const checks = provenIn('balancer/health-checks.test.ts');
const health = provenIn('balancer/health.test.ts');

/** ELBv2 as its API shows it. */
export const LOAD_BALANCER: BehaviourSection = {
  title: 'Load balancers, listeners, rules, target groups',
  behaviours: [
    simplified(
      'A new rule or weight holds for every request that comes after the call has returned.',
      'AWS does not say how soon; here there is no lag',
      elbApi('ModifyListener'),
      groups('moves all traffic at once, and each request after the call goes the new way'),
    ),
    supported(
      'Creating what is there already with the same settings gives it back; with other settings it is refused.',
      elbApi('CreateLoadBalancer'),
      balancers('are created once: the same again is the same, another of the name is refused'),
    ),
    supported(
      'A listener has a default rule with an ARN, priority `default` and no conditions, which only ModifyListener changes.',
      elbApi('DescribeRules'),
      rules('keep the default rule out of ModifyRule, DeleteRule and SetRulePriorities'),
    ),
    supported(
      'Rules are tried by priority; a taken priority is refused.',
      elbApi('SetRulePriorities'),
      rules('refuse a priority that is taken, also when priorities are set'),
    ),
    supported(
      'A target group serves one load balancer only.',
      PAGES.targetGroups,
      balancers('are refused: a taken port, HTTPS, a group that is not there, a group of another load balancer'),
    ),
    supported(
      'Deletion protection keeps a load balancer; without it, its listeners go with it.',
      elbApi('DeleteLoadBalancer'),
      balancers('take their listeners with them, and are kept by deletion protection'),
    ),
    supported(
      'Defaults of health checks and ranges of their settings.',
      PAGES.healthChecks,
      groups('have the defaults of AWS'),
      'the user guide says a timeout of 5 s and the API reference 6 s: it is 5 s here',
    ),
    supported(
      'A group that no rule names has `unused` targets (Target.NotInUse), which are neither checked nor used.',
      elbApi('TargetHealth'),
      groups('are unused until a rule names the group, then checked at once; the zone is that of the address'),
    ),
    supported(
      'Targets in a zone without a subnet of the load balancer are `unused` and get nothing.',
      elbApi('TargetHealth'),
      groups('in a zone that the load balancer has no subnet in are unused and get nothing'),
    ),
    supported(
      'A load balancer needs subnets in two zones, one in each.',
      elbApi('CreateLoadBalancer'),
      balancers('are refused: %j'),
    ),
    supported(
      'The hosted zone of a load balancer is the one that AWS lists for the region.',
      elbApi('LoadBalancer'),
      provenIn('elbv2/hosted-zone.test.ts')('are those that AWS lists for the region'),
      'its DNS name is no name in that zone',
    ),
    simplified(
      'Attributes begin at AWS’s defaults; those with an effect here can be changed.',
      'every other value is refused: stickiness, slow start, access logs, HTTP/2 off, header options, cross-zone off',
      elbApi('LoadBalancerAttribute'),
      balancers('begin at the defaults of AWS, change, and refuse what they cannot honour'),
    ),
    simplified(
      'A load balancer is `active` as soon as it is made; its DNS name is a loopback address.',
      'AWS provisions it for minutes, and has a name with several addresses behind it',
      PAGES.loadBalancers,
      balancers('have addresses of their own'),
    ),
    simplified(
      'A listener on a port under 1024 answers on its port, or 8000 above where the system refuses it; Describe shows the port asked for.',
      'on AWS it is always the port itself',
      PAGES.listeners,
      provenIn('addresses.test.ts')(
        'moves by 8000 when a privileged one is taken, and is any free one when an ordinary one is',
      ),
    ),
    notModelled(
      'HTTPS, TLS, certificates, security policies.',
      'refused by name; security groups are given back and have no effect',
      PAGES.httpsListeners,
      balancers('are refused: a taken port, HTTPS, a group that is not there, a group of another load balancer'),
    ),
    notModelled(
      'Network and gateway load balancers; targets by instance, Lambda or load balancer; gRPC and HTTP/2 groups.',
      'refused by name',
      PAGES.targetGroups,
      groups('are refused: %j'),
    ),
    notModelled(
      'Redirects, authentication, several actions in a rule; conditions by method, query string or source address.',
      'refused by name',
      PAGES.ruleActions,
      rules('are refused: %j'),
    ),
    notModelled(
      'Sticky sessions.',
      'refused by name, so that no test passes by ignoring them',
      PAGES.ruleActions,
      rules('refuse stickiness instead of ignoring it'),
    ),
  ],
};

/** Health of targets and what follows from it. */
export const TARGET_HEALTH: BehaviourSection = {
  title: 'Health checks',
  behaviours: [
    supported(
      'Checks are real HTTP requests at the interval, each on a new connection, by `ELB-HealthChecker/2.0`.',
      PAGES.healthChecks,
      checks('use a new connection each and call themselves ELB-HealthChecker/2.0'),
    ),
    supported(
      'One passed check makes a new target healthy.',
      PAGES.healthChecks,
      health('makes a new target healthy after one passed check, also when one failed before'),
    ),
    supported(
      'An unhealthy target needs the healthy threshold in a row to come back; single failures of a healthy one are forgotten.',
      PAGES.healthChecks,
      health('wants the healthy threshold in a row to bring a target back'),
    ),
    supported(
      'States, reason codes and descriptions are AWS’s (Target.ResponseCodeMismatch, Target.Timeout, Target.FailedHealthChecks, …).',
      elbApi('TargetHealth'),
      checks('take a failing target out, say why in the words of AWS, and bring it back after enough passes'),
    ),
    supported(
      'Fail-open: when no registered target is healthy, all of them get traffic, and UnhealthyRoutingRequestCount counts it.',
      PAGES.targetGroupHealth,
      checks('sends traffic to all registered targets when none is healthy, and counts it'),
    ),
    simplified(
      'Fail-open includes new targets that are still `initial`.',
      'AWS says “all targets, including unhealthy targets” and nothing of initial ones',
      elbApi('TargetGroupAttribute'),
      checks('counts new targets among those registered'),
    ),
    supported(
      'A new target gets nothing while another one is healthy.',
      PAGES.healthChecks,
      checks('keeps a new target out while another one is healthy'),
    ),
    simplified(
      'The first check comes 0.5 s after registration.',
      'AWS does not say when in the first interval it comes',
      PAGES.healthChecks,
      provenIn('balancer/first-check.test.ts')('comes half a second after registration, not an interval later'),
    ),
    simplified(
      'One node checks each target once an interval.',
      'on AWS every node of the load balancer checks, so targets see more checks',
      PAGES.healthChecks,
    ),
    notModelled(
      'Health checks over HTTPS, on another port than the traffic, or switched off.',
      'refused by name',
      PAGES.healthChecks,
      groups('are refused: %j'),
    ),
    notModelled(
      'Minimum healthy targets other than 1, DNS failover.',
      'refused as an attribute that has no effect',
      PAGES.targetGroupHealth,
      groups('refuse attributes that would have no effect'),
    ),
  ],
};
