import { describe, expect, it } from 'vitest';
import type { LiveService } from '../../../src/operations/deploy/live.ts';
import { preflight } from '../../../src/operations/deploy/preflight.ts';

const BLUE = 'arn:aws:elasticloadbalancing:r:0:targetgroup/blue/1';
const GREEN = 'arn:aws:elasticloadbalancing:r:0:targetgroup/green/2';

const rule = (arn: string, blue: number, green: number) => ({
  RuleArn: arn,
  Actions: [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: BLUE, Weight: blue },
          { TargetGroupArn: GREEN, Weight: green },
        ],
      },
    },
  ],
});

/** A service that may be deployed; tests break one thing at a time. */
function sound(): LiveService {
  const advancedConfiguration = {
    alternateTargetGroupArn: GREEN,
    productionListenerRule: 'production',
    testListenerRule: 'test',
    roleArn: 'role',
  };
  return {
    service: { serviceName: 'api', desiredCount: 2, runningCount: 2, taskDefinition: 'api:1' },
    taskDefinition: {},
    tags: [],
    revision: undefined,
    running: [],
    lastCompleted: { status: 'SUCCESSFUL' },
    loadBalancer: { targetGroupArn: BLUE, advancedConfiguration },
    productionRule: rule('production', 1, 0),
    testRule: rule('test', 1, 0),
    targetGroups: new Map([
      [BLUE, { group: {}, health: [{ TargetHealth: { State: 'healthy' } }] }],
      [GREEN, { group: {}, health: [] }],
    ]),
    liveTargetGroup: BLUE,
  };
}

const codes = (live: LiveService) => preflight(live).map((reason) => reason.code);

describe('preflight', () => {
  it('lets a sound service pass', () => {
    expect(preflight(sound())).toEqual([]);
  });

  const cases: [string, (live: LiveService) => LiveService, string][] = [
    [
      'another controller',
      (live) => ({ ...live, service: { ...live.service, deploymentController: { type: 'CODE_DEPLOY' } } }),
      'controller-not-ecs',
    ],
    ['a paused service', (live) => ({ ...live, service: { ...live.service, desiredCount: 0 } }), 'desired-count-zero'],
    ['a running deployment', (live) => ({ ...live, running: [{ status: 'IN_PROGRESS' }] }), 'deployment-running'],
    ['nothing to go back to', (live) => ({ ...live, lastCompleted: undefined }), 'no-completed-deployment'],
    ['no load balancer', (live) => ({ ...live, loadBalancer: undefined }), 'no-load-balancer'],
    [
      'no advanced configuration',
      (live) => ({ ...live, loadBalancer: { targetGroupArn: BLUE } }),
      'no-advanced-configuration',
    ],
    ['a vanished production rule', (live) => ({ ...live, productionRule: undefined }), 'no-production-rule'],
    ['a vanished test rule', (live) => ({ ...live, testRule: undefined }), 'no-test-rule'],
    [
      'weights on the empty group',
      (live) => ({ ...live, productionRule: rule('production', 0, 1) }),
      'weights-drifted',
    ],
    ['split weights', (live) => ({ ...live, productionRule: rule('production', 1, 1) }), 'weights-drifted'],
    [
      'a redirect',
      (live) => ({
        ...live,
        productionRule: {
          ...rule('production', 1, 0),
          Actions: [...(rule('p', 1, 0).Actions ?? []), { Type: 'redirect' as const }],
        },
      }),
      'rule-not-forward',
    ],
    [
      'no healthy baseline',
      (live) => ({
        ...live,
        targetGroups: new Map([
          ...live.targetGroups,
          [BLUE, { group: {}, health: [{ TargetHealth: { State: 'unhealthy' as const } }] }],
        ]),
      }),
      'baseline-unhealthy',
    ],
    [
      'an unreachable group',
      (live) => ({
        ...live,
        productionRule: { RuleArn: 'p', Actions: [{ Type: 'forward' as const, TargetGroupArn: BLUE }] },
        testRule: undefined,
        loadBalancer: {
          ...live.loadBalancer,
          advancedConfiguration: { alternateTargetGroupArn: GREEN, productionListenerRule: 'p', roleArn: 'r' },
        },
      }),
      'target-group-unreachable',
    ],
  ];
  it.each(cases)('refuses %s', (_name, breakIt, code) => {
    expect(codes(breakIt(sound()))).toEqual([code]);
  });

  it('gives all refusals at once', () => {
    const live = sound();
    const broken = {
      ...live,
      service: { ...live.service, desiredCount: 0 },
      running: [{ status: 'PENDING' as const }],
      productionRule: rule('production', 0, 1),
    };
    expect(codes(broken)).toEqual(['desired-count-zero', 'deployment-running', 'weights-drifted']);
  });
});
