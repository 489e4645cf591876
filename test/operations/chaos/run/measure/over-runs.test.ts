import { describe, expect, it } from 'vitest';
import { overRuns } from '../../../../../src/operations/chaos/run/measure/over-runs.ts';
import { type Evidence, evidenceSchema } from '../../../../../src/report/evidence.ts';
import { renderHtml } from '../../../../../src/report/html/page.ts';
import { renderMarkdown } from '../../../../../src/report/markdown.ts';
import { EXPERIMENT, run } from './runs.ts';

const found = (record: Evidence, name: string) => record.measurements.find(({ indicator }) => indicator === name);
const mean = (record: Evidence) => found(record, 'mean time to recovery');
const median = (record: Evidence) => found(record, 'median time to recovery');

describe('the time to recovery over runs', () => {
  it('is bounded by the bounds of each', () => {
    const record = overRuns(run(3, [29, 30]), [run(1, [9, 10]), run(2, [49, 53])]);
    expect(mean(record)).toMatchObject({ value: 31, lower: 29, upper: 31, n: 3 });
    expect(median(record)).toMatchObject({ value: 30, lower: 29, upper: 30, n: 3 });
    expect(record.experiment?.runs?.map(({ at }) => at.slice(0, 10))).toEqual([
      '2026-11-01',
      '2026-11-02',
      '2026-11-03',
    ]);
  });

  it('has no mean but a lower bound as soon as one was not seen to recover; the median may still be known', () => {
    const record = overRuns(run(3, [29, 30]), [run(1, [9, 10]), run(2, [12, null])]);
    expect(mean(record)).toMatchObject({ value: null, lower: 50 / 3, n: 3 });
    expect(mean(record)).not.toHaveProperty('upper');
    expect(mean(record)?.method).toContain('1 of 3 not seen to recover');
    // It may have taken 12 s or for ever: the one in the middle is known within that.
    expect(median(record)).toMatchObject({ value: 30, lower: 12, upper: 30 });
    const most = overRuns(run(3, [29, null]), [run(1, [9, 10]), run(2, [12, null])]);
    expect(median(most)).toMatchObject({ value: null, lower: 12 });
  });

  it('takes no recovery from a run that was ended early, and says so', () => {
    const aborted = run(2, [12, 13], { verdict: 'fail', reasons: [{ code: 'aborted', message: 'spent' }] });
    const record = evidenceSchema.parse(overRuns(run(3, [29, 30]), [run(1, [9, null]), aborted]));
    expect(mean(record)).toMatchObject({ value: null, lower: 50 / 3, n: 3 });
    expect(mean(record)?.method).toContain('1 of 3 not seen to recover');
    expect(mean(record)?.method).toContain('1 of 3 ended early');
    const text = renderMarkdown(record, { maxBytes: 60_000 });
    expect(text).toContain('ended early, more than 12 s');
    expect(text).toContain('not seen, more than 9 s');
  });

  it('counts the run itself once, wherever it is found, and runs within other records', () => {
    const own = run(3, [29, 30]);
    const rehearsed = run(9, [1, 2], { operation: 'rehearse', experiment: undefined, parts: [run(1, [9, 10])] });
    expect(mean(overRuns(own, [own, rehearsed]))?.n).toBe(2);
    expect(mean(overRuns(own, []))).toMatchObject({ value: 30, n: 1 });
  });

  it('leaves out what is of something else, or proved nothing', () => {
    const subject = { platform: 'shop', environment: 'dev', service: 'web' };
    const others = [
      run(1, [1, 2], { operation: 'chaos-plan' }),
      run(1, [1, 2], { experiment: { ...EXPERIMENT, name: 'zone-loss' } }),
      run(1, [1, 2], { rehearsal: true }),
      run(1, [1, 2], { subject: { ...subject, environment: 'prod' } }),
      run(1, [1, 2], { subject: { ...subject, service: 'api' } }),
      run(1, [1, 2], { verdict: 'inconclusive' }),
      run(1, [1, 2], { measurements: [] }),
    ];
    expect(mean(overRuns(run(3, [29, 30]), others))).toMatchObject({ value: 30, n: 1 });
  });

  it('says nothing where the run itself has proved nothing and there is no other', () => {
    const record = run(3, [29, 30], { verdict: 'inconclusive' });
    expect(overRuns(record, [])).toBe(record);
  });

  it('is in the report, with each run and how it was bounded', () => {
    const record = evidenceSchema.parse(overRuns(run(3, [29, 30]), [run(2, [12, null])]));
    const page = renderHtml(record, { name: 'run.json', sha256: 'a'.repeat(64), json: '{}' });
    const text = renderMarkdown(record, { maxBytes: 60_000 });
    for (const one of [page, text]) {
      expect(one).toContain('not seen, more than 12 s');
      expect(one).toContain('29 s to 30 s');
      expect(one).toContain('at least 20.5 s');
    }
  });
});
