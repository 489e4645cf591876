/** Random evidence that is valid but as awkward as may be: hostile names, empty lists, huge and tiny numbers, gaps, nested parts. */
import fc from 'fast-check';
import {
  type Check,
  type ComparisonRecord,
  type DeploymentRecord,
  EVIDENCE_VERSION,
  type Evidence,
  type EvidenceEvent,
  type LoadBin,
  type LoadRecord,
  type Measurement,
  type ScalingRecord,
  type Series,
  totalsOf,
} from '../../src/report/evidence.ts';
import type { ExperimentRecord } from '../../src/report/experiment/record.ts';

/** Values that break out of a format that does not escape them. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></svg><script>alert(2)</script>',
  '</script><script>alert(3)</script>',
  '<!--',
  ']]>',
  '&lt;b&gt; & &#60;',
  'a | b || c',
  '`code` ``` ~~~',
  '[link](https://evil.example) ![x](http://evil.example/y.png)',
  '@everyone @octo-org/team #1 GH-1 www.evil.example',
  '::set-output name=x::y',
  '##[error]no',
  'first\n::error::second\n\n# third\n---\n| a |',
  '\u001b[31mred\u001b]8;;http://evil.example\u0007link',
  'abc\u202etxt.exe',
  '\u0000\u0008\u007f\u009b2J',
  '\ud800 half',
  '__proto__',
  'constructor',
  'x'.repeat(400),
  '漢字かな交じり文 👩‍👩‍👧 é',
  '   ',
];

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string(), fc.string({ unit: 'binary', maxLength: 30 }));
const filled = text.map((value) => (value === '' ? 'x' : value));
const key = filled.filter((value) => value !== '__proto__');
const count = fc.oneof(fc.nat(60), fc.constantFrom(0, 1, 1_000_000));
const positive = count.map((value) => value + 1);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const time = fc
  .integer({ min: Date.parse('2026-10-04T12:00:00Z'), max: Date.parse('2026-10-04T12:20:00Z') })
  .map((ms) => new Date(ms).toISOString());
const anyTime = fc.oneof(
  { weight: 9, arbitrary: time },
  {
    weight: 1,
    arbitrary: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  },
);
const verdict = fc.constantFrom('pass', 'fail', 'inconclusive');
const reason = fc.record({ code: filled, message: filled });
const counts = fc.dictionary(key, positive, { maxKeys: 6 });

const sumOf = (record: Readonly<Record<string, number>>): number =>
  Object.values(record).reduce((sum, one) => sum + one, 0);

const bin = fc
  .record({
    ok: count,
    failed: counts,
    dropped: count,
    interrupted: count,
    latency: fc.array(fc.tuple(fc.nat(1200), positive), { maxLength: 5 }),
    failedAfter: fc.option(fc.array(fc.tuple(fc.nat(1200), positive), { maxLength: 5 }), { nil: undefined }),
    ended: fc.option(count, { nil: undefined }),
    answered: fc.option(count, { nil: undefined }),
    byRevision: fc.option(counts, { nil: undefined }),
  })
  .map((one) => ({ ...one, planned: one.ok + sumOf(one.failed) + one.dropped + one.interrupted }));

const load: fc.Arbitrary<LoadRecord> = fc
  .record({
    name: text,
    url: text,
    rate: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
    timeoutSeconds: fc.double({ min: 0.001, max: 1e4, noNaN: true }),
    startedAt: time,
    finishedAt: time,
    judgedUntilSecond: fc.nat(100),
    bins: fc.array(fc.tuple(fc.oneof(fc.constant(1), fc.nat(5), fc.constant(100_000_000)), bin), { maxLength: 12 }),
    generator: fc.record({
      cpu: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
      latenessMax: fc.option(fc.double({ min: 0, max: 1e4, noNaN: true })),
      exit: text,
      problems: fc.array(reason, { maxLength: 2 }),
    }),
  })
  .map((one) => {
    let second = -1;
    const bins = one.bins.map(([step, counted]): LoadBin => {
      second += Math.max(1, step);
      return { ...counted, second };
    });
    return { ...one, bins, totals: totalsOf(bins) };
  });

const measurement: fc.Arbitrary<Measurement> = fc.record({
  indicator: filled,
  value: fc.option(finite),
  lower: fc.option(finite, { nil: undefined }),
  upper: fc.option(finite, { nil: undefined }),
  confidence: fc.option(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { nil: undefined }),
  n: fc.option(fc.nat(), { nil: undefined }),
  unit: fc.oneof(fc.constantFrom('ratio', 's', '', 'requests', '%'), text),
  method: filled,
}) as fc.Arbitrary<Measurement>;

const size = fc.double({ min: 0, max: 1e300, noNaN: true });
const above = fc.double({ min: 1e-9, max: 1e9, noNaN: true });

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const experiment: fc.Arbitrary<ExperimentRecord> = fc.record({
  name: filled,
  file: text,
  hypothesis: optional(text),
  spans: fc.array(
    fc.record({
      name: filled,
      kind: fc.constantFrom('load', 'baseline', 'fault', 'wait', 'observation'),
      action: optional(text),
      from: fc.oneof(finite, fc.integer({ min: -3600, max: 43_200 })),
      to: fc.oneof(finite, fc.integer({ min: -3600, max: 43_200 })),
      exact: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  targets: fc.array(
    fc.record({
      name: filled,
      resourceType: text,
      selectionMode: text,
      count: fc.option(count),
      of: fc.option(count),
      zones: fc.dictionary(key, positive, { maxKeys: 3 }),
      resources: fc.array(text, { maxLength: 4 }),
      source: fc.constantFrom('dry-run', 'reads', 'file'),
    }),
    { maxLength: 4 },
  ),
  dryRun: optional(text),
  cost: fc.record({
    dollars: count,
    actionMinutes: count,
    dollarsPerMinute: positive,
    accounts: positive,
    estimated: fc.boolean(),
    asOf: text,
  }),
  template: optional(
    fc.record({
      id: text,
      changes: fc.array(fc.record({ path: text, before: fc.option(text), after: fc.option(text) }), { maxLength: 3 }),
    }),
  ),
  policies: fc.array(fc.record({ title: filled, json: text }), { maxLength: 2 }),
});

const comparison: fc.Arbitrary<ComparisonRecord> = fc.record({
  kind: fc.constantFrom('two-runs', 'earlier-runs', 'pairs'),
  method: filled,
  confidence: fc.constant(0.95),
  caveats: fc.array(filled, { maxLength: 3 }),
  conditions: fc.array(fc.record({ name: text, baseline: text, candidate: text }), { maxLength: 3 }),
  seconds: fc.nat(1000),
  sources: fc.array(fc.record({ file: text, sha256: text, startedAt: time }), { maxLength: 2 }),
  indicators: fc.array(
    fc.record({
      indicator: filled,
      unit: fc.oneof(fc.constantFrom('ratio', 's', 'requests/s'), text),
      better: fc.constantFrom('lower', 'higher'),
      scale: fc.constantFrom('absolute', 'relative'),
      baseline: fc.option(finite),
      candidate: fc.option(finite),
      change: fc.option(fc.record({ value: finite, lower: finite, upper: finite })),
      tolerance: size,
      smallestShown: fc.option(size),
      state: fc.constantFrom('better', 'worse', 'no-difference-shown', 'too-small-to-tell'),
      beyondTolerance: fc.boolean(),
      note: fc.option(text, { nil: undefined }),
    }),
    { maxLength: 5 },
  ),
}) as fc.Arbitrary<ComparisonRecord>;

const meanOfPeriods = fc.record({
  value: finite,
  lower: fc.option(finite, { nil: undefined }),
  upper: fc.option(finite, { nil: undefined }),
  n: fc.integer({ min: 1, max: 1000 }),
});

const scaling: fc.Arbitrary<ScalingRecord> = fc.record({
  confidence: fc.constant(0.95),
  method: filled,
  settleSeconds: size,
  taskSize: fc.record({ vcpu: above, gigabytes: above }),
  price: fc.option(fc.record({ vcpu: size, gigabyte: size }), { nil: undefined }),
  levels: fc.array(
    fc.record({
      from: size,
      to: size,
      planned: above,
      answered: size,
      tasks: fc.option(size),
      cpu: fc.option(meanOfPeriods),
      memory: fc.option(meanOfPeriods),
      requestsPerTarget: fc.option(meanOfPeriods),
      taskSecondsPerRequest: fc.option(above),
    }),
    { maxLength: 4 },
  ),
  limit: above,
  elasticity: fc.option(
    fc.record({ value: finite, lower: finite, upper: finite, degreesOfFreedom: fc.integer({ min: 1, max: 20 }) }),
  ),
  note: fc.option(text, { nil: undefined }),
}) as fc.Arbitrary<ScalingRecord>;

const event = fc.record({
  at: anyTime,
  kind: fc.constantFrom('stage', 'decision', 'change', 'fault', 'alarm', 'note', 'problem'),
  label: filled,
  detail: fc.option(text, { nil: undefined }),
}) as fc.Arbitrary<EvidenceEvent>;

const check = fc.record({
  name: filled,
  verdict,
  expected: fc.option(text, { nil: undefined }),
  observed: fc.option(text, { nil: undefined }),
  seconds: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
}) as fc.Arbitrary<Check>;

const series: fc.Arbitrary<Series> = fc.record({
  name: filled,
  unit: text,
  source: text,
  points: fc.array(fc.tuple(anyTime, fc.option(finite)), { maxLength: 15 }),
});

const revision = fc.record({ revision: text, taskDefinition: text, images: fc.array(text, { maxLength: 3 }) });

const deployment = fc.record({
  arn: text,
  strategy: text,
  status: text,
  statusReason: fc.option(text, { nil: undefined }),
  baseline: fc.option(revision),
  candidate: revision,
  live: fc.option(text),
  stages: fc.array(fc.record({ stage: text, startedAt: time, finishedAt: fc.option(time, { nil: undefined }) }), {
    maxLength: 6,
  }),
  changes: fc.array(fc.record({ path: text, before: fc.option(text), after: fc.option(text) }), { maxLength: 4 }),
}) as fc.Arbitrary<DeploymentRecord>;

function record(parts: fc.Arbitrary<Evidence[]>): fc.Arbitrary<Evidence> {
  return fc.record({
    version: fc.constant(EVIDENCE_VERSION),
    operation: filled,
    title: filled,
    subject: fc.record({
      platform: fc.option(text, { nil: undefined }),
      environment: fc.option(text, { nil: undefined }),
      service: fc.option(text, { nil: undefined }),
      revision: fc.option(text, { nil: undefined }),
    }),
    rehearsal: fc.boolean(),
    speed: fc.double({ min: 0.001, max: 1e5, noNaN: true }),
    startedAt: time,
    finishedAt: time,
    verdict,
    reasons: fc.array(reason, { minLength: 1, maxLength: 4 }),
    measurements: fc.array(measurement, { maxLength: 4 }),
    events: fc.array(event, { maxLength: 10 }),
    checks: fc.array(check, { maxLength: 4 }),
    deployment: fc.option(deployment, { nil: undefined }),
    load: fc.option(load, { nil: undefined }),
    comparison: fc.option(comparison, { nil: undefined }),
    experiment: fc.option(experiment, { nil: undefined }),
    scaling: fc.option(scaling, { nil: undefined }),
    series: fc.array(series, { maxLength: 8 }),
    parts,
    tools: fc.array(fc.record({ name: text, version: text }), { maxLength: 3 }),
  }) as fc.Arbitrary<Evidence>;
}

/** Evidence with up to two levels of parts. */
export const evidenceArbitrary: fc.Arbitrary<Evidence> = record(
  fc.array(record(fc.array(record(fc.constant([])), { maxLength: 1 })), { maxLength: 2 }),
);

export { load as loadArbitrary };
