import { describe, expect, it } from 'vitest';
import { renderSection, withSection } from '../../scripts/prove/document.ts';
import { type Run, readRun } from '../../scripts/prove/run.ts';
import { predict, TRUTHS } from '../../scripts/prove/theory.ts';
import type { Evidence, JudgementRecord } from '../../src/report/evidence.ts';

const arm = (requests: number, errors: number) => ({ requests, errors, slow: 0 });
const block = { baseline: arm(45, 0), candidate: arm(5, 1) };

const judgement = {
  margin: 0.25,
  tolerance: 0.0144,
  alpha: 0.01,
  beta: 0.05,
  periodSeconds: 1,
  latency: { thresholdSeconds: 8 },
  steps: [{ percent: 10, from: '2026-01-01T00:00:00Z', until: '2026-01-01T00:01:00Z' }],
  blocks: [block, block, block],
  decisions: [
    { decision: 'roll-back', percent: 10, blocks: 2, logERollback: 4.7, logEPromote: { errors: -6, slow: 1 } },
  ],
  arms: { baseline: arm(135, 0), candidate: arm(15, 3) },
} as unknown as JudgementRecord;

const evidence = (rest: object) =>
  ({
    verdict: 'pass',
    reasons: [{ code: 'as-expected', message: 'it went as expected' }],
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: '2026-01-01T00:01:30Z',
    checks: [],
    measurements: [{ indicator: 'recovery', value: 12.5, unit: 's', method: 'test' }],
    ...rest,
  }) as unknown as Evidence;

const numbersOf = ({ numbers }: Run) => Object.fromEntries(numbers.map(({ name, value }) => [name, value]));

describe('what a run of a scenario is read for', () => {
  it('is the decision with the traffic up to it, where a shift was judged', () => {
    expect(numbersOf(readRun(3, evidence({ judgement })))).toEqual({
      decision: 'roll-back',
      'requests to it': 100,
      'of them exposed': 10,
      failed: 2,
      slow: 0,
      'ln E rollback': 4.7,
      'ln E promotion': -6,
      seconds: 90,
    });
  });

  it('is everything that was measured, where none was, and what users felt of the load', () => {
    const bins = [0, 1, 2].map((second) => ({ second, planned: 50, ok: second === 1 ? 47 : 50 }));
    expect(numbersOf(readRun(3, evidence({ load: { bins, judgedUntilSecond: 2 } })))).toEqual({
      'recovery, s': 12.5,
      'all requests': 100,
      lost: 3,
      seconds: 90,
    });
  });
});

describe('what the run of an experiment is read for', () => {
  const checks = [
    {
      name: 'verdict of the run',
      verdict: 'pass',
      expected: 'fail (aborted), exit code 1',
      observed: 'fail (aborted), exit code 1: the budget is 8 s',
    },
  ];
  const measurement = (indicator: string, value: number | null, ends = {}) => ({ indicator, value, ...ends });

  it('is its verdict, and its numbers beside those of the balancer', () => {
    const measurements = [
      measurement('rto', 7.475, { lower: 7.447, upper: 7.475 }),
      measurement('availability', 0.9),
      measurement('lost-requests', 72),
      measurement('deviation of the recovery time', 0.012),
      measurement("requests lost by the balancer's log", 72),
    ];
    expect(numbersOf(readRun(3, evidence({ checks, measurements })))).toEqual({
      'verdict expected': 'fail (aborted)',
      'verdict of the run': 'fail (aborted)',
      'RTO, s': '7.447 to 7.475',
      "off the balancer's log, s": 0.012,
      'lost requests': 72,
      "by the balancer's log": 72,
      seconds: 90,
    });
  });

  it('is no end where there was no recovery, and writes where they were counted', () => {
    const measurements = [measurement('rto', null, { lower: 12.1 }), measurement('lost-writes', 50)];
    expect(numbersOf(readRun(3, evidence({ checks, measurements })))).toMatchObject({
      'RTO, s': 'more than 12.100',
      'lost writes': 50,
    });
  });
});

describe('the page of proofs', () => {
  const run = (seed: number, verdict: Run['verdict'] = 'pass'): Run => ({
    seed,
    verdict,
    outcome: 'words',
    numbers: [{ name: 'lost', value: seed }],
    evidence: undefined,
  });
  const at = new Date('2026-01-01T00:00:00Z');

  it('has a line for each seed, and says what was not shown', () => {
    const section = renderSection('deploy-good', [run(1), run(2, 'fail')], { at, commit: 'abc1234' });
    expect(section).toContain('1 of 2 runs showed what the scenario expects, on 2026-01-01 at commit abc1234');
    expect(section).toContain('| 2 | fail | 2 |');
    expect(section).toContain('- Seed 2: words');
  });

  it('numbers the runs of an application that draws nothing from the seed', () => {
    const section = renderSection('task-kill', [run(1), run(2, 'inconclusive')], { at: new Date(), commit: 'abc1234' });
    expect(section).toContain('| run | verdict | lost |');
    expect(section).toContain('- Run 2: words');
    expect(section).not.toMatch(/seed/i);
  });

  it('keeps every other section when one is proven again', () => {
    const sections = ['a', 'b'].map((name) => renderSection(name, [run(1)], { at, commit: 'abc1234' }));
    const page = sections.reduce(
      (text, section, index) => withSection(text, ['a', 'b'][index] ?? '', section),
      '# Page\n',
    );
    const again = withSection(page, 'a', renderSection('a', [run(7)], { at, commit: 'abc1234' }));
    expect(again.match(/^## .*/gm)).toEqual(['## a', '## b']);
    expect(again).toContain('| 7 | pass | 7 |');
    expect(again.startsWith('# Page\n')).toBe(true);
  });
});

describe('what theory says of a judged shift', () => {
  it('lies above the information limit, in a range around its mean', () => {
    const truth = TRUTHS['canary-errors'];
    if (truth === undefined) {
      throw new Error('the scenario has no truth');
    }
    const found = predict(judgement, truth, 50);
    expect(found.decision).toBe('roll-back');
    expect(found.mean).toBeGreaterThan(found.limit);
    expect(found.lowest).toBeLessThan(found.mean);
    expect(found.highest).toBeGreaterThan(found.mean);
    expect(found.wrong / found.runs).toBeLessThan(judgement.beta);
  });
});
