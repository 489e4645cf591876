import { describe, expect, it } from 'vitest';
import { createRecorder } from '../../src/operations/recorder.ts';
import { heldTo } from '../../src/rehearsal/within-budget.ts';
import type { Evidence } from '../../src/report/evidence.ts';

const FILE = 'examples/artguard/surefoot.yml';

function evidenceThatTook(seconds: number, verdict: Evidence['verdict']): Evidence {
  const start = Date.parse('2026-11-21T12:00:00Z');
  const times = [new Date(start), new Date(start + seconds * 1000)];
  const recorder = createRecorder({
    operation: 'rehearse deploy-good',
    title: 'deploy-good',
    subject: {},
    rehearsalSpeed: 20,
    tools: [],
    clock: { now: () => times.shift() ?? new Date(start), sleep: async () => undefined },
  });
  return recorder.finish(verdict, [{ code: 'as-expected', message: 'it went live' }]);
}

describe('a budget', () => {
  it('leaves what kept it as it was, with the time that it took', () => {
    const held = heldTo({ evidence: evidenceThatTook(75, 'pass') }, 75, FILE);
    expect(held).toMatchObject({ verdict: 'pass', reasons: [{ code: 'as-expected' }] });
    expect(held.measurements).toEqual([
      {
        indicator: 'time taken',
        value: 75,
        n: 1,
        unit: 's',
        method: `wall clock; its budget is 75 s (rehearsal.scenarios in ${FILE})`,
      },
    ]);
  });

  it('is told where it took longer, with both numbers and the file, and leaves the verdict', () => {
    const held = heldTo({ evidence: evidenceThatTook(75.1, 'pass') }, 75, FILE);
    expect(held.verdict).toBe('pass');
    expect(held.reasons).toEqual([
      { code: 'as-expected', message: 'it went live' },
      { code: 'over-budget', message: `it took 75.1 s; its budget is 75 s (rehearsal.scenarios in ${FILE})` },
    ]);
  });

  it('mends nothing: what failed in time has failed', () => {
    expect(heldTo({ evidence: evidenceThatTook(10, 'inconclusive') }, 75, FILE).verdict).toBe('inconclusive');
  });
});
