import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBaseline, readBaseline } from '../../../src/operations/gate/baseline.ts';
import type { Finding } from '../../../src/operations/gate/findings/listed.ts';
import type { GateInput } from '../../../src/operations/gate/input.ts';
import { judge } from '../../../src/operations/gate/judge.ts';
import { firstSeenOf, makeAudit, readAudit, verifyAudit } from '../../../src/operations/gate/report/audit.ts';
import { gateTargets } from '../../../src/operations/gate/targets.ts';
import { readWaivers } from '../../../src/operations/gate/waivers/waiver-file.ts';
import type { Target } from '../../../src/platform/model/objectives.ts';
import {
  at,
  checkov,
  inputOf,
  listOf,
  NOW,
  scanOf,
  secret,
  TODAY,
  target,
  treeOf,
  trivy,
  vulnerability,
} from './samples.ts';

const CRITICAL = trivy('AWS-0104', at('main.tf', 1), { severity: 'critical' });
const HIGH = trivy('AWS-0107', at('main.tf', 5));
const LOW = trivy('AWS-0017', at('main.tf', 9), { severity: 'low' });
const UNRATED = checkov('CKV_AWS_99999', at('main.tf', 20));

const codes = (input: GateInput) => judge(input).reasons.map(({ code }) => code);

function baselineOf(findings: readonly Finding[], more: Partial<Parameters<typeof makeBaseline>[0]> = {}) {
  const { runs, database } = scanOf([]);
  return makeBaseline({
    subject: 'x',
    recordedAt: '2026-10-01T00:00:00.000Z',
    findings,
    runs,
    database,
    firstSeen: {},
    ...more,
  });
}

function waiversFor(id: string, expiry = '2027-01-31') {
  const text = `misconfigurations:\n  - {id: ${id}, paths: [main.tf], owner: a, statement: b, expired_at: ${expiry}}\n`;
  return readWaivers(text, '.trivyignore.yaml', TODAY).waivers;
}

describe('absolute maxima', () => {
  it('pass at the maximum and fail above it', () => {
    const one = [target('high-findings', '1')];
    expect(judge(inputOf(listOf([HIGH, LOW]), { targets: one })).verdict).toBe('pass');
    expect(judge(inputOf(listOf([HIGH, LOW, { ...HIGH, location: at('b.tf', 1) }]), { targets: one })).verdict).toBe(
      'fail',
    );
  });

  it('cannot be judged when an unrated finding could break them, and fail when the rated ones do', () => {
    expect(codes(inputOf(listOf([LOW, UNRATED])))).toEqual(['critical-findings-unknown', 'high-findings-unknown']);
    expect(judge(inputOf(listOf([LOW, UNRATED]))).verdict).toBe('inconclusive');
    expect(judge(inputOf(listOf([CRITICAL, UNRATED]))).verdict).toBe('fail');
  });

  it('leave room for unrated ones', () => {
    expect(judge(inputOf(listOf([UNRATED]), { targets: [target('critical-findings', '1')] })).verdict).toBe('pass');
  });
});

describe('nothing new', () => {
  const targets = [target('new-findings')];

  it('passes with old findings, fails with a new one and names it', () => {
    const base = treeOf(listOf([HIGH]), { name: 'base' });
    expect(judge(inputOf(listOf([HIGH]), { base, targets })).verdict).toBe('pass');
    const { verdict, reasons } = judge(inputOf(listOf([HIGH, LOW]), { base, targets }));
    expect(verdict).toBe('fail');
    expect(reasons[0]?.message).toBe('new-findings: 1, and should be at most 0: AWS-0017 at main.tf:9');
  });

  it('cannot be judged without anything to compare with', () => {
    expect(codes(inputOf([], { targets }))).toEqual(['new-findings-unknown']);
  });

  it('is compared with the baseline where there is no base', () => {
    const baseline = baselineOf(listOf([HIGH]));
    expect(judge(inputOf(listOf([HIGH]), { baseline, targets })).verdict).toBe('pass');
    expect(judge(inputOf(listOf([HIGH, LOW]), { baseline, targets })).verdict).toBe('fail');
  });

  it('is not said of a base that could not be read: what it hides looks new', () => {
    const failed = { file: 'main.tf', scanner: 'trivy', type: 'terraform', state: 'failed', detail: 'line 3' } as const;
    const base = treeOf([], { name: 'base', coverage: { files: [failed], crashes: [], problems: [] } });
    expect(codes(inputOf(listOf([HIGH]), { base, targets }))).toEqual(['new-findings-unknown', 'files-not-parsed']);
    expect(judge(inputOf([], { base, targets })).verdict).toBe('pass');
  });

  it('of high severity leaves new low ones alone and doubts unrated ones', () => {
    const base = treeOf([], { name: 'base' });
    const high = [target('new-high-findings')];
    expect(judge(inputOf(listOf([LOW]), { base, targets: high })).verdict).toBe('pass');
    expect(judge(inputOf(listOf([UNRATED]), { base, targets: high })).verdict).toBe('inconclusive');
    expect(judge(inputOf(listOf([HIGH]), { base, targets: high })).verdict).toBe('fail');
  });
});

describe('a reduction of 90 %', () => {
  const targets = [target('vulnerability-reduction', '90', { comparison: 'gte', unit: 'percent' })];
  const many = (count: number) =>
    listOf(Array.from({ length: count }, (_, index) => trivy('AWS-0107', at(`${index}.tf`, 1))));
  const reduced = (then: number, now: number) =>
    judge(inputOf(many(now), { baseline: baselineOf(many(then)), targets }));

  it.each([
    [10, 1, 'pass'],
    [10, 2, 'fail'],
    [1000, 100, 'pass'],
    [1000, 101, 'fail'],
    [9, 1, 'fail'],
    [0, 0, 'pass'],
    [0, 1, 'fail'],
  ])('from %i to %i: %s', (then, now, verdict) => expect(reduced(then, now).verdict).toBe(verdict));

  it('counts waived findings: waivers do not reach it', () => {
    const head = listOf([HIGH]);
    const input = inputOf(head, { baseline: baselineOf(head), targets, waivers: waiversFor('AWS-0107') });
    expect(judge(input)).toMatchObject({ verdict: 'fail', waived: [head[0]?.id] });
  });

  it('is doubtful as far as severities are', () => {
    const baseline = baselineOf(many(10));
    expect(judge(inputOf(listOf([HIGH, UNRATED]), { baseline, targets })).verdict).toBe('inconclusive');
    expect(judge(inputOf(listOf([UNRATED]), { baseline, targets })).verdict).toBe('pass');
  });

  it('is unknown without a baseline, and says when the baseline was made otherwise', () => {
    expect(judge(inputOf([], { targets })).verdict).toBe('inconclusive');
    const runs = [{ scanner: 'trivy' as const, version: '0.60.0', arguments: [], seconds: 1, exitCode: 0 }];
    const { notes } = judge(inputOf([], { baseline: baselineOf(many(10), { runs }), targets }));
    expect(notes).toMatchObject([
      { code: 'baseline-differs', message: expect.stringContaining('trivy was 0.60.0 and is 0.69.3') },
    ]);
  });

  it('is exact at the boundary, for any numbers', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (then, now) => {
        expect(reduced(then, now).verdict).toBe(now * 10 <= then ? 'pass' : 'fail');
      }),
      { numRuns: 40 },
    );
  });
});

describe('age of a critical finding', () => {
  const targets = [target('critical-age', '7', { unit: 'days' })];
  const head = listOf([CRITICAL]);
  const seen = (time: string) => ({ firstSeen: { [head[0]?.id ?? '']: time }, remembers: true });

  it.each([
    ['2026-11-14T12:00:00.000Z', 'pass'],
    ['2026-11-14T11:59:59.000Z', 'fail'],
  ])('first seen at %s: %s', (time, verdict) =>
    expect(judge(inputOf(head, { targets, ...seen(time) })).verdict).toBe(verdict),
  );

  it('is nothing for one that earlier reports do not have, and unknown when there are none', () => {
    expect(judge(inputOf(head, { targets, remembers: true })).verdict).toBe('pass');
    expect(judge(inputOf(head, { targets })).verdict).toBe('inconclusive');
    expect(judge(inputOf([], { targets })).verdict).toBe('pass');
  });

  it('comes from the earliest report, and nothing comes from the future', () => {
    const id = head[0]?.id ?? '';
    const audit = (now: string) => makeAudit('x', { ...inputOf(head), now }, judge(inputOf(head)), []);
    const earlier = ['2026-11-03T00:00:00.000Z', '2026-11-02T00:00:00.000Z', '2027-01-01T00:00:00.000Z'].map(audit);
    expect(firstSeenOf(undefined, earlier, NOW)).toEqual({ [id]: '2026-11-02T00:00:00.000Z' });
    expect(firstSeenOf(baselineOf(head), earlier, NOW)).toEqual({ [id]: '2026-10-01T00:00:00.000Z' });
  });
});

describe('waivers', () => {
  it('take their findings out of the count until they end, and then are named', () => {
    const head = listOf([HIGH]);
    expect(judge(inputOf(head, { waivers: waiversFor('AWS-0107') })).verdict).toBe('pass');
    const ended = judge(inputOf(head, { waivers: waiversFor('AWS-0107', TODAY) }));
    expect(ended.verdict).toBe('fail');
    expect(ended.notes.map(({ code }) => code)).toEqual(['waiver-expired']);
  });

  it('that cover nothing are named', () => {
    const { notes } = judge(inputOf([], { waivers: waiversFor('AWS-0001') }));
    expect(notes).toMatchObject([
      { code: 'waiver-unused', message: expect.stringContaining('AWS-0001 (.trivyignore.yaml:2, a)') },
    ]);
  });

  it('are needed for every comment that hides a finding', () => {
    const head = listOf([], { 'main.tf': '# trivy:ignore:AWS-0017\nresource "a" "b" {}\n' });
    const targets = [target('inline-suppressions')];
    expect(judge(inputOf(head, { targets })).verdict).toBe('fail');
    expect(judge(inputOf(head, { targets, waivers: waiversFor('AWS-0017') })).verdict).toBe('pass');
  });
});

describe('proof', () => {
  const clean = scanOf([]);
  const file = { file: 'main.tf', scanner: 'checkov', type: 'terraform', detail: undefined } as const;
  const { coverage } = clean;

  it.each([
    [
      'a file that failed',
      { coverage: { ...coverage, files: [{ ...file, state: 'failed' as const }] } },
      'files-not-parsed',
    ],
    [
      'a file that nothing shows',
      { coverage: { ...coverage, files: [{ ...file, state: 'unproven' as const }] } },
      'files-not-proven',
    ],
    [
      'a check that crashed',
      {
        coverage: {
          ...coverage,
          crashes: [{ scanner: 'checkov' as const, rule: 'CKV_AWS_147', file: 'main.tf', message: 'KeyError' }],
        },
      },
      'check-crashed',
    ],
    [
      'a killed scanner',
      {
        coverage: {
          ...coverage,
          problems: [{ code: 'scanner-killed', scanner: 'trivy' as const, message: 'SIGKILL' }],
        },
      },
      'scanner-killed',
    ],
    ['a stale database', { database: { version: 2, updatedAt: '2026-11-18T11:00:00.000Z' } }, 'database-stale'],
    ['a database without a date', { database: { version: 2, updatedAt: '' } }, 'database-stale'],
    [
      'no database for a lock file',
      {
        database: undefined,
        coverage: { ...coverage, files: [{ ...file, type: 'lock-file', state: 'parsed' as const }] },
      },
      'no-database',
    ],
    ['a system without fixes', { endOfLifeImages: ['acme/api'] }, 'image-end-of-life'],
    ['no run at all', { runs: [] }, 'nothing-scanned'],
    ['a folder with nothing to read', { coverage: { ...coverage, files: [] } }, 'nothing-to-read'],
  ])('%s makes it inconclusive, never pass', (_, scan, code) => {
    const input = inputOf([], { head: treeOf([], scan) });
    expect(judge(input)).toMatchObject({ verdict: 'inconclusive', reasons: [{ code }] });
    expect(judge({ ...input, head: treeOf(listOf([HIGH]), scan) })).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'high-findings-missed' }, { code }],
    });
  });

  it('is a target too, which a file that failed misses', () => {
    const files = [
      { ...file, state: 'failed' as const },
      ...Array.from({ length: 999 }, () => ({ ...file, state: 'parsed' as const })),
    ];
    const head = treeOf([], { coverage: { ...coverage, files } });
    const targets = [target('files-parsed', '100', { comparison: 'gte', unit: 'percent' })];
    expect(judge(inputOf([], { head, targets })).reasons[0]).toMatchObject({
      code: 'files-parsed-missed',
      message: expect.stringContaining('99.9 %'),
    });
  });

  it('is refused by a waiver file with mistakes, whatever else is good', () => {
    expect(judge(inputOf([], { refusals: [{ code: 'bad-waivers', message: 'no owner' }] })).verdict).toBe('fail');
  });
});

describe('targets', () => {
  const stated = (indicator: string, more: Partial<Target> = {}): Target => ({
    name: indicator,
    description: undefined,
    service: undefined,
    environment: undefined,
    indicator,
    comparison: 'lte',
    value: '3',
    exactly: { numerator: 3n, denominator: 1n },
    unit: 'count',
    windowDays: undefined,
    ...more,
  });
  const names = (list: readonly Target[], reference = false, environment?: string) =>
    gateTargets(list, { environment, service: undefined, reference }).map(
      ({ indicator, value }) => `${indicator} ${value}`,
    );

  it('have defaults: nothing new, or nothing serious; no secret and no hidden finding', () => {
    expect(names([], true)).toEqual(['new-findings 0', 'secret-findings 0', 'inline-suppressions 0']);
    expect(names([])).toEqual(['critical-findings 0', 'high-findings 0', 'secret-findings 0', 'inline-suppressions 0']);
  });

  it('of the file come first, those of other operations and environments not at all', () => {
    const list = [
      stated('high-findings'),
      stated('secret-findings'),
      stated('mttr'),
      stated('critical-findings', { environment: 'prod' }),
    ];
    expect(names(list, true)).toEqual(['high-findings 3', 'secret-findings 3', 'inline-suppressions 0']);
    expect(names(list, true, 'prod')).toContain('critical-findings 3');
  });

  it('on secrets and exploited vulnerabilities count what they say', () => {
    const head = listOf([secret('generic', at('a.env', 1)), LOW]);
    expect(judge(inputOf(head, { targets: [target('secret-findings')] })).verdict).toBe('fail');
    const exploited = [target('known-exploited-findings')];
    expect(judge(inputOf(listOf([vulnerability('CVE-1')]), { targets: exploited })).verdict).toBe('inconclusive');
    const overlays = { knownExploited: new Set(['CVE-1']), epss: undefined };
    expect(judge(inputOf(listOf([vulnerability('CVE-1')], {}, { overlays }), { targets: exploited })).verdict).toBe(
      'fail',
    );
    expect(judge(inputOf(listOf([vulnerability('CVE-2')], {}, { overlays }), { targets: exploited })).verdict).toBe(
      'pass',
    );
  });
});

describe('the record', () => {
  it('gives the same verdict when it is judged again from its own text', () => {
    const base = treeOf(listOf([HIGH]), { name: 'base' });
    const input = inputOf(listOf([HIGH, LOW, UNRATED]), {
      base,
      targets: [target('new-findings'), target('high-findings')],
      waivers: waiversFor('AWS-0017'),
    });
    const audit = makeAudit('x', input, judge(input), []);
    const read = readAudit(JSON.stringify(audit));
    expect(read && verifyAudit(read)).toBe(true);
    const forged = readAudit(JSON.stringify({ ...audit, judgement: { ...audit.judgement, verdict: 'pass' } }));
    expect(forged && verifyAudit(forged)).toBe(false);
  });

  it('carries the trend on, each run once, in order', () => {
    const input = inputOf(listOf([HIGH]));
    const first = makeAudit('x', { ...input, now: '2026-11-14T12:00:00.000Z' }, judge(input), []);
    const second = makeAudit('x', input, judge(input), [first, first]);
    expect(second.trend.map(({ at: time, counts }) => [time, counts.high])).toEqual([
      ['2026-11-14T12:00:00.000Z', 1],
      [NOW, 1],
    ]);
  });

  it('of a baseline reads back as it was, keeps first dates, and holds no hash of a secret', () => {
    const findings = listOf([HIGH, secret('generic', at('a.env', 1))], { 'a.env': 'KEY=very-secret-value' });
    const firstSeen = { [findings.find(({ kind }) => kind !== 'secret')?.id ?? '']: '2026-01-01T00:00:00.000Z' };
    const baseline = baselineOf(findings, { firstSeen });
    expect(readBaseline(JSON.stringify(baseline), 'b.json')).toEqual(baseline);
    expect(baseline.findings.map((one) => one.firstSeen)).toEqual([
      '2026-10-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
    ]);
    const secretEntry = findings.find(({ kind }) => kind === 'secret');
    expect(JSON.stringify(baseline)).not.toContain(secretEntry?.content);
    expect(JSON.stringify(baseline)).not.toContain(secretEntry?.matchKey);
    expect(() => readBaseline('{}', 'b.json')).toThrow(/b\.json is not a recorded baseline/);
  });
});
