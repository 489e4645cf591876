import { describe, expect, it } from 'vitest';
import type { LiveService } from '../../../../src/operations/deploy/live.ts';
import { type PreflightContext, preflight } from '../../../../src/operations/deploy/plan/preflight.ts';
import type { JudgeSettings } from '../../../../src/platform/model/deploy.ts';

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
    deployments: [{ status: 'SUCCESSFUL' }],
    lastCompleted: { status: 'SUCCESSFUL' },
    loadBalancer: { targetGroupArn: BLUE, advancedConfiguration },
    productionRule: rule('production', 1, 0),
    testRule: rule('test', 1, 0),
    alarms: [],
    targetGroups: new Map([
      [BLUE, { group: {}, health: [{ TargetHealth: { State: 'healthy' } }] }],
      [GREEN, { group: {}, health: [] }],
    ]),
    liveTargetGroup: BLUE,
  };
}

const context: PreflightContext = {
  account: undefined,
  expectedAccount: undefined,
  rehearsalSpeed: undefined,
  deploy: { strategy: 'BLUE_GREEN', watch: { seconds: 300, objective: 'availability' }, hookTimeoutMinutes: 30 },
  before: {},
  resume: undefined,
};
const codes = (live: LiveService, changes: Partial<PreflightContext> = {}) =>
  preflight(live, { ...context, ...changes }).map((reason) => reason.code);

describe('preflight', () => {
  it('lets a sound service pass', () => {
    expect(preflight(sound(), context)).toEqual([]);
  });

  const cases: [string, (live: LiveService) => LiveService, string][] = [
    [
      'another controller',
      (live) => ({ ...live, service: { ...live.service, deploymentController: { type: 'CODE_DEPLOY' } } }),
      'controller-not-ecs',
    ],
    ['a paused service', (live) => ({ ...live, service: { ...live.service, desiredCount: 0 } }), 'desired-count-zero'],
    ['a running deployment', (live) => ({ ...live, running: [{ status: 'IN_PROGRESS' }] }), 'deployment-running'],
    [
      'nothing to go back to',
      (live) => ({ ...live, deployments: [{ status: 'STOPPED' }], lastCompleted: undefined }),
      'no-completed-deployment',
    ],
    [
      'a first deployment that never ended, and nothing that runs',
      (live) => ({
        ...live,
        service: { ...live.service, runningCount: 0 },
        deployments: [],
        lastCompleted: undefined,
      }),
      'no-completed-deployment',
    ],
    [
      'a service that is being deleted',
      (live) => ({ ...live, service: { ...live.service, status: 'DRAINING' } }),
      'service-not-active',
    ],
    [
      'an alarm that is not there',
      (live) => ({
        ...live,
        service: {
          ...live.service,
          deploymentConfiguration: { alarms: { alarmNames: ['errors'], enable: true, rollback: true } },
        },
      }),
      'alarm-missing',
    ],
    [
      'several target groups',
      (live) => ({ ...live, service: { ...live.service, loadBalancers: [{}, {}] } }),
      'several-target-groups',
    ],
    [
      'a vanished target group',
      (live) => ({ ...live, targetGroups: new Map([...live.targetGroups].filter(([arn]) => arn !== GREEN)) }),
      'no-target-group',
    ],
    [
      'target groups for different targets',
      (live) => ({
        ...live,
        targetGroups: new Map([...live.targetGroups, [GREEN, { group: { TargetType: 'instance' }, health: [] }]]),
      }),
      'target-groups-differ',
    ],
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
  it('refuses another account than the file names', () => {
    expect(codes(sound(), { account: '1', expectedAccount: '2' })).toEqual(['wrong-account']);
    expect(codes(sound(), { account: '2', expectedAccount: '2' })).toEqual([]);
  });

  it('refuses a watch that sees nothing, and a pause that would end before its watch', () => {
    expect(codes(sound(), { rehearsalSpeed: 20 })).toEqual([]);
    expect(codes(sound(), { rehearsalSpeed: 60 })).toEqual(['pause-too-short']);
    const deploy = { ...context.deploy, watch: { seconds: 60, objective: 'availability' } };
    expect(codes(sound(), { deploy })).toEqual(['watch-too-short']);
    expect(codes(sound(), { deploy, rehearsalSpeed: 20 })).toEqual([]);
    expect(codes(sound(), { deploy: { ...context.deploy, hookTimeoutMinutes: 15 } })).toEqual(['pause-too-short']);
  });

  it('refuses an alarm that fires already', () => {
    const alarms = [
      { AlarmName: 'errors', StateValue: 'ALARM' as const },
      { AlarmName: 'latency', StateValue: 'OK' as const },
    ];
    expect(codes({ ...sound(), alarms })).toEqual(['alarm-in-alarm']);
  });

  it("refuses someone else's pause at a stage that surefoot answers", () => {
    const pause = (stage: 'POST_TEST_TRAFFIC_SHIFT' | 'PRE_SCALE_UP') => ({
      lifecycleHooks: [{ targetType: 'PAUSE' as const, lifecycleStages: [stage] }],
    });
    expect(codes(sound(), { before: pause('POST_TEST_TRAFFIC_SHIFT') })).toEqual(['foreign-pause']);
    expect(codes(sound(), { before: pause('PRE_SCALE_UP') })).toEqual([]);
  });

  it('refuses a switched-off health check and a missing role', () => {
    const live = sound();
    const off = new Map(
      [...live.targetGroups].map(([arn, each]) => [arn, { ...each, group: { HealthCheckEnabled: false } }]),
    );
    expect(codes({ ...live, targetGroups: off })).toEqual(['health-check-off', 'health-check-off']);
    const { roleArn: _, ...advancedConfiguration } = live.loadBalancer?.advancedConfiguration ?? {};
    expect(codes({ ...live, loadBalancer: { ...live.loadBalancer, advancedConfiguration } as never })).toEqual([
      'no-infrastructure-role',
    ]);
  });

  describe('of a shift in steps', () => {
    const judge: JudgeSettings = {
      objective: 'availability',
      latency: undefined,
      slowerThanSeconds: undefined,
      alpha: 0.01,
      beta: 0.05,
      margin: 0.25,
      burnRate: 1,
      warmUpSeconds: 60,
      horizonSeconds: 1200,
      onInconclusive: 'roll-back',
    };
    const canary = { percent: 5, bakeMinutes: 10 };
    const shift = { ...context.deploy, strategy: 'CANARY', judge, canary } as const;

    it('lets one pass that is judged within its pause', () => {
      expect(codes(sound(), { deploy: shift })).toEqual([]);
    });

    it('refuses one that nothing judges', () => {
      expect(codes(sound(), { deploy: { ...shift, judge: undefined } })).toEqual(['no-judge']);
    });

    it('refuses a first step that leaves the baseline nothing', () => {
      expect(codes(sound(), { deploy: { ...shift, canary: { percent: 100, bakeMinutes: 0 } } })).toEqual([
        'nothing-to-compare',
      ]);
    });

    it('refuses a judge that the pause does not outlast, to its horizon or over the bake of a step', () => {
      const slow = { ...judge, horizonSeconds: 1800 };
      expect(codes(sound(), { deploy: { ...shift, judge: slow } })).toEqual(['pause-too-short']);
      const linear = { stepPercent: 20, bakeMinutes: 28 };
      const steps = { ...shift, strategy: 'LINEAR', canary: undefined, linear } as const;
      expect(codes(sound(), { deploy: steps })).toEqual(['pause-too-short']);
    });

    it("refuses a pause of the user's at the stage of its own", () => {
      const hook = { targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] } as const;
      const before = { lifecycleHooks: [{ ...hook, lifecycleStages: [...hook.lifecycleStages] }] };
      expect(codes(sound(), { deploy: shift, before })).toEqual(['foreign-pause']);
      expect(codes(sound(), { before })).toEqual([]);
    });
  });

  it('lets the deployment pass that it will follow, and asks a rolling one for nothing it does not use', () => {
    const running = [{ status: 'IN_PROGRESS' as const, serviceDeploymentArn: 'ours' }];
    const midway = { ...sound(), running, productionRule: rule('production', 0, 1) };
    expect(codes(midway, { resume: 'ours' })).toEqual([]);
    expect(codes(midway)).toEqual(['deployment-running', 'weights-drifted']);
    expect(
      codes(
        { ...sound(), loadBalancer: undefined, lastCompleted: undefined },
        {
          deploy: { ...context.deploy, strategy: 'ROLLING' },
        },
      ),
    ).toEqual([]);
  });

  it.each(cases)('refuses %s', (_name, breakIt, code) => {
    expect(codes(breakIt(sound()))).toEqual([code]);
  });

  it('takes a service that ECS remembers no deployment of for deployed, when it serves', () => {
    const forgotten = { ...sound(), deployments: [], lastCompleted: undefined };
    expect(codes(forgotten)).toEqual([]);
    const running = [{ status: 'IN_PROGRESS' as const, serviceDeploymentArn: 'ours' }];
    const underWay = { ...forgotten, running, deployments: running };
    const withRevisions = (count: number) => ({
      ...underWay,
      service: { ...underWay.service, currentServiceRevisions: Array.from({ length: count }, () => ({})) },
    });
    expect(codes(withRevisions(2), { resume: 'ours' })).toEqual([]);
    expect(codes(withRevisions(1), { resume: 'ours' })).toEqual(['no-completed-deployment']);
  });

  it('does not ask for alarms that are switched off', () => {
    const live = sound();
    const alarms = { alarmNames: ['errors'], enable: false, rollback: false };
    expect(codes({ ...live, service: { ...live.service, deploymentConfiguration: { alarms } } })).toEqual([]);
  });

  it('asks of services with another controller nothing that only ECS needs', () => {
    const live = { ...sound(), loadBalancer: undefined, lastCompleted: undefined, deployments: [] };
    for (const type of ['CODE_DEPLOY', 'EXTERNAL'] as const) {
      expect(codes({ ...live, service: { ...live.service, deploymentController: { type } } })).toEqual([
        'controller-not-ecs',
      ]);
    }
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
