import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VERDICTS } from '../../src/report/facts.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { displayWidth, wrap } from '../../src/report/terminal-text.ts';
import { evidenceArbitrary } from './arbitrary.ts';
import { sampleRehearsal } from './sample.ts';

describe('the terminal report', () => {
  it('fits its width, names the verdict, and lets no value act on the terminal', () => {
    fc.assert(
      fc.property(evidenceArbitrary, fc.integer({ min: 40, max: 160 }), (evidence, columns) => {
        const text = renderTerminal(evidence, { columns, colour: false });
        expect(text).toContain(VERDICTS[evidence.verdict].word);
        expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
        for (const line of text.split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says the same with and without colour', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const plain = renderTerminal(evidence, { columns: 100, colour: false });
        expect(stripVTControlCharacters(renderTerminal(evidence, { columns: 100, colour: true }))).toBe(plain);
      }),
      { numRuns: 40 },
    );
  });

  it('colours the verdict when asked to', () => {
    expect(renderTerminal(sampleRehearsal(), { columns: 100, colour: true })).toContain('\u001b[32m');
  });

  it('shows the table of scenarios and counts that add up', () => {
    expect(renderTerminal(sampleRehearsal(), { columns: 80, colour: false })).toBe(
      `
Scenario     Verdict  Expected                  Observed                    Took
────────────────────────────────────────────────────────────────────────────────
deploy-good  ✓ Pass   candidate live, no        SUCCESSFUL, candidate     88.4 s
                      request lost              live, 0 of 3,750 lost
deploy-bad   ✓ Pass   rolled back, cause        ROLLBACK_SUCCESSFUL,      88.4 s
                      named, exposure counted   baseline live, 76
                                                requests exposed

deploy-good: 3,250 requests judged = 3,250 ok (100 %) + 0 failed + 0 dropped + 0
  interrupted
deploy-bad: 3,250 requests judged = 3,174 ok (97.7 %) + 69 http-500 + 7 timeout
  + 0 dropped + 0 interrupted

✓ Pass: Rehearsal of artguard (3 min 7 s)
  Both scenarios showed what they expect: the good revision is live, the bad one
  was rolled back.

Rehearsal · speed ×20 · not evidence for production`.trim(),
    );
  });

  it('lists the checks of a record without parts, with times only where there are some', () => {
    const [part] = sampleRehearsal().parts;
    if (part === undefined) {
      throw new Error('the sample has parts');
    }
    const checks = [
      { name: 'no request lost', verdict: 'pass', expected: 'all answered', observed: '9 of 9' },
    ] as const;
    const headOf = (evidence: typeof part) => renderTerminal(evidence, { columns: 100, colour: false }).split('\n')[0];
    const bare = { ...part, load: undefined, checks: [...checks] };
    expect(headOf(bare)).toMatch(/^Check +Verdict +Expected +Observed$/);
    expect(headOf({ ...bare, checks: [{ ...checks[0], seconds: 3 }] })).toMatch(/^Check .*Observed +Took$/);
  });

  it('stacks the table where there is no room for it', () => {
    const text = renderTerminal(sampleRehearsal(), { columns: 50, colour: false });
    expect(text).toContain('deploy-good\n  ✓ Pass\n  Expected  candidate live, no request lost');
  });
});

describe('wrapping', () => {
  it('keeps every word and never exceeds the width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z漢é]{1,30}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 60 }), fc.integer({ min: 0, max: 4 }), (list, width, indent) => {
        const lines = wrap(list.join(' '), width, indent);
        expect(lines.every((line) => displayWidth(line) <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(list.join(''));
      }),
    );
  });

  it('counts wide characters twice and joining marks not at all', () => {
    expect(['abc', '漢字', 'e\u0301', '✓'].map(displayWidth)).toEqual([3, 4, 1, 1]);
  });
});
