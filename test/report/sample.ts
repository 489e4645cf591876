/**
 * A rehearsal as it really looks: two scenarios, each about 75 s of 50 requests/s at 2 to 5 s, traffic moving from one revision to the
 * next; in the bad one the new revision answers 500 for some seconds until it is rolled back. Always the same numbers.
 */
import {
  type DeploymentRecord,
  EVIDENCE_VERSION,
  type Evidence,
  type EvidenceEvent,
  type LoadBin,
  type LoadRecord,
  type Series,
  totalsOf,
} from '../../src/report/evidence.ts';
import { countLoad, latencyOf, lostOf, measurementOfQuantile, measurementOfRatio } from '../../src/report/facts.ts';
import { addToBuckets, type Buckets } from '../../src/statistics/log-histogram.ts';

const SECONDS = 75;
const RATE = 50;
const DAY = Date.parse('2026-10-04T12:00:00.000Z');

const OLD =
  'arn:aws:ecs:ca-central-1:123456789012:service-revision/artguard-cluster-dev/artguard-backend-dev/4177392051128734501';
const NEW =
  'arn:aws:ecs:ca-central-1:123456789012:service-revision/artguard-cluster-dev/artguard-backend-dev/5203948811029384756';

/** A small generator of uniform numbers (mulberry32), so that the sample never changes. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function at(offset: number, seconds: number): string {
  return new Date(DAY + (offset + seconds) * 1000).toISOString();
}

interface Story {
  readonly offset: number;
  /** Seconds in which the candidate serves; the baseline serves otherwise. */
  readonly candidate: (second: number) => boolean;
  readonly fails: (second: number) => number;
  readonly interruptedAtEnd: number;
}

function latencyOfSecond(second: number, count: number, random: () => number): LoadBin['latency'] {
  const latency: Buckets = new Map();
  const slower = second > 30 && second < 36 ? 0.6 : 0;
  for (let request = 0; request < count; request += 1) {
    addToBuckets(latency, 2 + 1.2 * random() + (random() < 0.08 ? 1.8 * random() : 0) + slower);
  }
  return [...latency].sort((a, b) => a[0] - b[0]);
}

function loadOf(story: Story, seed: number): LoadRecord {
  const random = randomFrom(seed);
  const bins = Array.from({ length: SECONDS }, (_, second): LoadBin => {
    const failing = Math.round(RATE * story.fails(second));
    const timeouts = failing > 5 ? 1 : 0;
    const interrupted = second === SECONDS - 1 ? story.interruptedAtEnd : 0;
    const ok = RATE - failing - interrupted;
    const kinds = { 'http-500': failing - timeouts, timeout: timeouts };
    return {
      second,
      planned: RATE,
      ok,
      failed: Object.fromEntries(Object.entries(kinds).filter(([, count]) => count > 0)),
      dropped: 0,
      interrupted,
      latency: latencyOfSecond(second, ok, random),
      byRevision: { [story.candidate(second) ? NEW : OLD]: ok },
    };
  });
  return {
    name: 'analyze',
    url: 'http://127.0.0.1:18080/analyze',
    rate: RATE,
    timeoutSeconds: 10,
    startedAt: at(story.offset, 3),
    finishedAt: at(story.offset, 3 + SECONDS + 8),
    judgedUntilSecond: SECONDS - 10,
    totals: totalsOf(bins),
    bins,
    generator: { cpu: 0.11, latenessMax: 0.0042, exit: 'ended by itself (0)', problems: [] },
  };
}

function deploymentOf(offset: number, good: boolean): DeploymentRecord {
  const stages: [string, number, number][] = good
    ? [
        ['RECONCILE_SERVICE', 8, 8.6],
        ['PRE_SCALE_UP', 8.6, 9.1],
        ['SCALE_UP', 9.1, 22.4],
        ['POST_SCALE_UP', 22.4, 22.9],
        ['TEST_TRAFFIC_SHIFT', 22.9, 24.2],
        ['POST_TEST_TRAFFIC_SHIFT', 24.2, 33.7],
        ['PRODUCTION_TRAFFIC_SHIFT', 33.7, 35.1],
        ['POST_PRODUCTION_TRAFFIC_SHIFT', 35.1, 46.8],
        ['BAKE_TIME', 46.8, 61.8],
        ['CLEAN_UP', 61.8, 68.2],
      ]
    : [
        ['RECONCILE_SERVICE', 8, 8.5],
        ['SCALE_UP', 8.5, 21.9],
        ['TEST_TRAFFIC_SHIFT', 21.9, 23.3],
        ['PRODUCTION_TRAFFIC_SHIFT', 32.4, 33.8],
        ['POST_PRODUCTION_TRAFFIC_SHIFT', 33.8, 39.2],
        ['ROLLBACK', 39.2, 41.0],
        ['CLEAN_UP', 41.0, 47.5],
      ];
  const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
  const tag = good ? '1.1.0' : '1.2.0-broken';
  return {
    arn: 'arn:aws:ecs:ca-central-1:123456789012:service-deployment/artguard-cluster-dev/artguard-backend-dev/Jx2YcQk9dN4',
    strategy: 'BLUE_GREEN',
    status: good ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL',
    ...(good ? {} : { statusReason: 'Rolled back: the watch answered the pause with ROLLBACK' }),
    baseline: {
      revision: OLD,
      taskDefinition: 'arn:aws:ecs:ca-central-1:123456789012:task-definition/artguard-backend-dev:1',
      images: [`123456789012.dkr.ecr.ca-central-1.amazonaws.com/artguard:1.0.0@${digest('4')}`],
    },
    candidate: {
      revision: NEW,
      taskDefinition: 'arn:aws:ecs:ca-central-1:123456789012:task-definition/artguard-backend-dev:2',
      images: [`123456789012.dkr.ecr.ca-central-1.amazonaws.com/artguard:${tag}@${digest('b')}`],
    },
    live: good ? NEW : OLD,
    stages: stages.map(([stage, from, to]) => ({ stage, startedAt: at(offset, from), finishedAt: at(offset, to) })),
    changes: [
      {
        path: 'containerDefinitions[backend].image',
        before: `artguard:1.0.0@${digest('4')}`,
        after: `artguard:${tag}@${digest('b')}`,
      },
      { path: 'containerDefinitions[backend].environment.FEATURE_BATCH', before: null, after: 'on' },
      { path: 'containerDefinitions[backend].environment.LEGACY_CACHE', before: '/var/cache/artguard', after: null },
    ],
  };
}

function eventsOf(offset: number, deployment: DeploymentRecord, good: boolean): EvidenceEvent[] {
  const stages = deployment.stages.map(
    ({ stage, startedAt }): EvidenceEvent => ({ at: startedAt, kind: 'stage', label: stage }),
  );
  const decisions: EvidenceEvent[] = good
    ? [
        {
          at: at(offset, 33.2),
          kind: 'decision',
          label: 'Continue to production',
          detail: '10 of 10 smoke requests answered 200',
        },
        {
          at: at(offset, 46.2),
          kind: 'decision',
          label: 'Continue to bake',
          detail: '600 requests watched, none failed',
        },
      ]
    : [
        {
          at: at(offset, 32),
          kind: 'decision',
          label: 'Continue to production',
          detail: '10 of 10 smoke requests answered 200',
        },
        { at: at(offset, 36.5), kind: 'problem', label: 'Requests answered 500', detail: '38 in 3 s' },
        { at: at(offset, 39), kind: 'decision', label: 'Roll back', detail: 'errors exceed what the objective allows' },
      ];
  return [...stages, ...decisions];
}

function seriesOf(offset: number, load: LoadRecord, candidate: (second: number) => boolean): Series[] {
  const seconds = Array.from({ length: 38 }, (_, index) => index * 2);
  const weights = (name: string, wanted: boolean): Series => ({
    name,
    unit: '%',
    source: 'ELBv2 DescribeRules, every 2 s',
    points: seconds.map((second) => [at(offset, 3 + second), candidate(second) === wanted ? 100 : 0]),
  });
  return [
    weights('weight of the baseline', false),
    weights('weight of the candidate', true),
    {
      name: 'healthy hosts',
      unit: 'hosts',
      source: 'CloudWatch AWS/ApplicationELB HealthyHostCount, 5 s',
      points: Array.from({ length: 15 }, (_, index) => [
        at(offset, 3 + index * 5),
        index === 6 ? null : index > 3 && index < 12 ? 4 : 2,
      ]),
    },
    {
      name: 'in flight',
      unit: 'requests',
      source: 'the balancer, every second',
      points: load.bins.map(({ second }) => [
        at(offset, 3 + second),
        Math.min(second * RATE, Math.round(RATE * (2.6 + (second % 7) / 20))),
      ]),
    },
  ];
}

function scenario(name: string, offset: number, good: boolean): Evidence {
  const story: Story = {
    offset,
    candidate: (second) => (good ? second >= 31 : second >= 30 && second < 37),
    fails: (second) =>
      good || second < 30 || second >= 37 ? 0 : (0.14 + 0.06 * (second % 4)) * (second === 30 ? 0.5 : 1),
    interruptedAtEnd: good ? 0 : 3,
  };
  const load = loadOf(story, good ? 1 : 2);
  const counts = countLoad(load);
  const deployment = deploymentOf(offset, good);
  return {
    version: EVIDENCE_VERSION,
    operation: 'rehearse',
    title: name,
    subject: { platform: 'artguard', environment: 'dev', service: 'backend', revision: NEW.split('/').at(-1) },
    rehearsal: true,
    speed: 20,
    startedAt: at(offset, 0),
    finishedAt: at(offset, 88.4),
    verdict: 'pass',
    reasons: good
      ? [{ code: 'as-expected', message: 'The deployment went live and no request was lost, as expected.' }]
      : [
          { code: 'as-expected', message: 'The deployment was rolled back, as expected.' },
          { code: 'exposure', message: `${counts.failed} requests failed while the candidate was live for 7 s.` },
        ],
    measurements: [
      measurementOfRatio({ indicator: 'availability', count: counts.ok, total: counts.planned }),
      measurementOfQuantile({ indicator: 'latency p99', buckets: latencyOf(load, load.judgedUntilSecond), p: 0.99 }),
      {
        indicator: 'requests lost',
        value: lostOf(counts),
        n: counts.planned,
        unit: 'requests',
        method: 'planned − ok',
      },
      ...(good
        ? []
        : [
            {
              indicator: 'time to roll back',
              value: 5.4,
              lower: 4.4,
              upper: 6.4,
              unit: 's',
              method: 'first failed request to the last, ±1 s',
            },
          ]),
      { indicator: 'recovery of the database', value: null, unit: 's', method: 'not part of this platform' },
    ],
    events: eventsOf(offset, deployment, good),
    checks: [],
    deployment,
    load,
    series: seriesOf(offset, load, story.candidate),
    parts: [],
    tools: [],
  };
}

/** The whole rehearsal. */
export function sampleRehearsal(): Evidence {
  const parts = [scenario('deploy-good', 4, true), scenario('deploy-bad', 96, false)];
  return {
    version: EVIDENCE_VERSION,
    operation: 'rehearse',
    title: 'Rehearsal of artguard',
    subject: { platform: 'artguard', environment: 'dev', service: 'backend' },
    rehearsal: true,
    speed: 20,
    startedAt: at(0, 0),
    finishedAt: at(0, 187.2),
    verdict: 'pass',
    reasons: [
      {
        code: 'all-as-expected',
        message: 'Both scenarios showed what they expect: the good revision is live, the bad one was rolled back.',
      },
    ],
    measurements: [],
    events: [],
    checks: [
      {
        name: 'deploy-good',
        verdict: 'pass',
        expected: 'candidate live, no request lost',
        observed: 'SUCCESSFUL, candidate live, 0 of 3,750 lost',
        seconds: 88.4,
      },
      {
        name: 'deploy-bad',
        verdict: 'pass',
        expected: 'rolled back, cause named, exposure counted',
        observed: `ROLLBACK_SUCCESSFUL, baseline live, ${parts[1]?.load?.totals.failed} requests exposed`,
        seconds: 88.4,
      },
    ],
    series: [],
    parts,
    tools: [
      { name: 'surefoot', version: '0.1.0' },
      { name: 'k6', version: '2.2.0' },
      { name: 'node', version: '20.20.2' },
    ],
  };
}
