/**
 * An ELBv2 of a page: the operations that ECS uses, over records in memory, with real health checks. It checks many times a second and
 * drains in no time, where the real one's ranges begin at five seconds; `real-balancer.test.ts` runs ECS against the real one.
 */
import http from 'node:http';
import {
  type Action,
  DeregisterTargets$,
  type DeregisterTargetsInput,
  DescribeRules$,
  type DescribeRulesInput,
  type DescribeRulesOutput,
  DescribeTargetGroups$,
  type DescribeTargetGroupsInput,
  type DescribeTargetGroupsOutput,
  DescribeTargetHealth$,
  type DescribeTargetHealthInput,
  type DescribeTargetHealthOutput,
  ModifyRule$,
  type ModifyRuleInput,
  RegisterTargets$,
  type RegisterTargetsInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, operation, type ServiceModule } from '../../../src/rehearsal/wire/operation.ts';

const CHECK_EVERY_MS = 40;
const FAILURES_UNTIL_UNHEALTHY = 3;

interface TwinTarget {
  readonly host: string;
  readonly port: number;
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  failures: number;
  drainUntil: number;
}

interface TwinGroup {
  readonly arn: string;
  targets: TwinTarget[];
}

export interface ElbTwin {
  readonly module: ServiceModule;
  /** Real ms that a deregistered target drains. */
  drainMs: number;
  /** Real ms that it takes to look up target groups. */
  lookUpMs: number;
  /** Real ms that it takes to change a rule. */
  ruleMs: number;
  /** Makes rule changes fail, as when somebody deleted the rule. */
  failRules: boolean;
  /** Rules whose next change fails. */
  readonly failOnce: Set<string>;
  group(name: string): string;
  /** A rule that forwards to the groups with these weights. */
  rule(name: string, weights: Readonly<Record<string, number>>): string;
  /** Group name → weight, as the rule has it now. */
  weights(ruleArn: string): Record<string, number>;
  targets(groupArn: string): readonly { readonly host: string; readonly port: number; readonly state: string }[];
  stop(): void;
}

/** Starts its health checks at once. */
export function createElbTwin(): ElbTwin {
  const groups = new Map<string, TwinGroup>();
  const rules = new Map<string, Action[]>();
  const timer = setInterval(() => {
    for (const group of groups.values()) {
      group.targets = group.targets.filter((target) => target.state !== 'draining' || Date.now() < target.drainUntil);
      for (const target of group.targets) {
        void check(target);
      }
    }
  }, CHECK_EVERY_MS);

  function find<T>(all: Map<string, T>, arn: string | undefined, code: string): T {
    const found = all.get(arn ?? '');
    if (found === undefined) {
      throw new AwsError(code, `One or more were not found: ${arn}`);
    }
    return found;
  }

  const twin: Omit<ElbTwin, 'module'> = {
    drainMs: 100,
    lookUpMs: 0,
    ruleMs: 0,
    failRules: false,
    failOnce: new Set(),
    group(name) {
      const arn = `arn:aws:elasticloadbalancing:ca-central-1:000000000000:targetgroup/${name}/0123456789abcdef`;
      groups.set(arn, { arn, targets: [] });
      return arn;
    },
    rule(name, weights) {
      const arn = `arn:aws:elasticloadbalancing:ca-central-1:000000000000:listener-rule/app/lab/0/${name}/1`;
      const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
      rules.set(arn, [{ Type: 'forward', ForwardConfig: { TargetGroups } }]);
      return arn;
    },
    weights(ruleArn) {
      const config = rules.get(ruleArn)?.[0]?.ForwardConfig?.TargetGroups ?? [];
      return Object.fromEntries(config.map((g) => [g.TargetGroupArn?.split('/')[1] ?? '', g.Weight ?? 0]));
    },
    targets: (groupArn) => groups.get(groupArn)?.targets ?? [],
    stop: () => clearInterval(timer),
  };

  const source = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/';
  const operations = [
    operation<RegisterTargetsInput, object>({
      schema: RegisterTargets$,
      supports: ['TargetGroupArn', 'Targets[].Id', 'Targets[].Port'],
      source,
      handle: ({ TargetGroupArn, Targets = [] }) => {
        const group = find(groups, TargetGroupArn, 'TargetGroupNotFoundException');
        for (const { Id: host = '', Port: port = 0 } of Targets) {
          group.targets.push({ host, port, state: 'initial', failures: 0, drainUntil: 0 });
        }
        return {};
      },
    }),
    operation<DeregisterTargetsInput, object>({
      schema: DeregisterTargets$,
      supports: ['TargetGroupArn', 'Targets[].Id', 'Targets[].Port'],
      source,
      handle: ({ TargetGroupArn, Targets = [] }) => {
        const group = find(groups, TargetGroupArn, 'TargetGroupNotFoundException');
        for (const target of group.targets) {
          if (Targets.some(({ Id, Port }) => Id === target.host && Port === target.port)) {
            target.state = 'draining';
            target.drainUntil = Date.now() + full.drainMs;
          }
        }
        return {};
      },
    }),
    operation<DescribeTargetHealthInput, DescribeTargetHealthOutput>({
      schema: DescribeTargetHealth$,
      supports: ['TargetGroupArn', 'Targets[].Id', 'Targets[].Port'],
      source,
      handle: ({ TargetGroupArn, Targets }) => ({
        TargetHealthDescriptions: find(groups, TargetGroupArn, 'TargetGroupNotFoundException')
          .targets.filter(({ host, port }) => Targets?.some((t) => t.Id === host && t.Port === port) ?? true)
          .map(({ host, port, state }) => ({
            Target: { Id: host, Port: port },
            TargetHealth: {
              State: state,
              ...(state === 'unhealthy' ? { Description: 'Health checks failed with these codes: [500]' } : {}),
            },
          })),
      }),
    }),
    operation<DescribeTargetGroupsInput, DescribeTargetGroupsOutput>({
      schema: DescribeTargetGroups$,
      supports: ['TargetGroupArns'],
      source,
      handle: async ({ TargetGroupArns = [] }) => {
        await new Promise((resolve) => setTimeout(resolve, full.lookUpMs));
        return {
          TargetGroups: TargetGroupArns.map((arn) => ({
            TargetGroupArn: find(groups, arn, 'TargetGroupNotFoundException').arn,
            TargetType: 'ip' as const,
            LoadBalancerArns: ['arn:aws:elasticloadbalancing:ca-central-1:000000000000:loadbalancer/app/lab/0'],
          })),
        };
      },
    }),
    operation<DescribeRulesInput, DescribeRulesOutput>({
      schema: DescribeRules$,
      supports: ['RuleArns'],
      source,
      handle: ({ RuleArns = [] }) => ({
        Rules: RuleArns.map((RuleArn) => ({
          RuleArn,
          IsDefault: false,
          Actions: find(rules, RuleArn, 'RuleNotFoundException'),
        })),
      }),
    }),
    operation<ModifyRuleInput, object>({
      schema: ModifyRule$,
      supports: ['RuleArn', 'Actions[].Type', 'Actions[].ForwardConfig.TargetGroups[].*'],
      source,
      handle: async ({ RuleArn = '', Actions = [] }) => {
        await new Promise((resolve) => setTimeout(resolve, full.ruleMs));
        const fails = full.failOnce.delete(RuleArn) || full.failRules;
        find(rules, fails ? '' : RuleArn, 'RuleNotFoundException');
        rules.set(RuleArn, Actions);
        return {};
      },
    }),
  ];
  const full: ElbTwin = Object.assign(twin, { module: { id: 'elbv2' as const, operations } });
  return full;
}

async function check(target: TwinTarget): Promise<void> {
  const status = await new Promise<number>((resolve) => {
    const request = http.get(
      { host: target.host, port: target.port, path: '/health', agent: false, timeout: 1000 },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', () => resolve(0));
  });
  if (target.state === 'draining') {
    return;
  }
  if (status === 200) {
    target.state = 'healthy';
    target.failures = 0;
    return;
  }
  target.failures += 1;
  // A new target that refuses connections is still starting; one that answers wrongly, or stopped answering, is unhealthy.
  if (target.failures >= FAILURES_UNTIL_UNHEALTHY && (status !== 0 || target.state === 'healthy')) {
    target.state = 'unhealthy';
  }
}
