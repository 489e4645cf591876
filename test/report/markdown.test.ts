import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/report/evidence.ts';
import { rehearsalNote, VERDICTS } from '../../src/report/facts.ts';
import { COMMENT_BYTES, LEAST_BYTES, renderMarkdown } from '../../src/report/markdown.ts';
import { codeMarkdown, escapeMarkdown, tableMarkdown } from '../../src/report/markdown-escape.ts';
import { evidenceArbitrary, HOSTILE } from './arbitrary.ts';
import { sampleRehearsal } from './sample.ts';

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Text outside code and entities that GitHub, Markdown, a browser or a runner would act on. */
const ACTIVE = [
  /(?<!\\)[`*_|~[\]{}$]/,
  /<(?!\/?(?:code|details|summary)>)/,
  /@(?!&#8203;)/,
  /#(?!&#8203;|8203;|58;|64;|119;|87;)/,
  /::/,
  /:\/\//,
  // biome's rule against control characters in literals is kept by naming the class.
  /(?!\n)\p{Cc}/u,
];

function activeIn(text: string): RegExp[] {
  return ACTIVE.filter((pattern) => pattern.test(text.replaceAll('\\\\', '')));
}

describe('escaping', () => {
  it('leaves nothing that acts, in text and in code', () => {
    const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(activeIn(escapeMarkdown(text))).toEqual([]);
        const code = codeMarkdown(text).slice('<code>'.length, -'</code>'.length);
        expect(activeIn(code).filter((pattern) => pattern.source !== ACTIVE[3]?.source)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a value in its table cell', () => {
    const table = tableMarkdown(['A', 'B'], [[escapeMarkdown('a | b\n| c |\r\n::x::'), 'y']]);
    expect(table.split('\n')).toHaveLength(3);
    expect(table.split('\n')[2]?.split(/(?<!\\)\|/)).toHaveLength(4);
  });

  it('starts no list, heading or quote', () => {
    expect(['- x', '+ x', '1. x', '2) x', '# x', '> x', '=== x'].map((text) => escapeMarkdown(text))).toEqual([
      '\\- x',
      '\\+ x',
      '1\\. x',
      '2\\) x',
      '\\#&#8203; x',
      '&gt; x',
      '\\=== x',
    ]);
  });

  it('leaves plain names and numbers as they are', () => {
    expect(escapeMarkdown('deploy-good: 99.95 % of 3,750')).toBe('deploy-good: 99.95 % of 3,750');
  });

  it('adds nothing to a digest that would break a copy of it', () => {
    expect(codeMarkdown('app:1@sha256:0a')).toBe('<code>app:1&#64;sha256:0a</code>');
  });
});

describe('the Markdown report', () => {
  it('starts with the verdict and gives every reason, for any evidence', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const text = renderMarkdown(evidence, { maxBytes: COMMENT_BYTES });
        expect(text.startsWith(`## ${VERDICTS[evidence.verdict].sign} ${VERDICTS[evidence.verdict].word}: `)).toBe(
          true,
        );
        for (const reason of evidence.reasons) {
          expect(text).toContain(`- ${escapeMarkdown(reason.message)} `);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has only tables, lists, folds and headings of its own, whatever the values', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const lines = renderMarkdown(evidence, { maxBytes: COMMENT_BYTES }).split('\n');
        for (const line of lines) {
          expect(line).not.toMatch(/^\s*(::|##\[)/);
        }
        const opened = lines.filter((line) => line.startsWith('<details>')).length;
        expect(lines.filter((line) => line === '</details>')).toHaveLength(opened);
        // Every row of a table has as many cells as its heading.
        for (const [index, line] of lines.entries()) {
          const next = lines[index + 1];
          if (line.startsWith('| ') && next?.startsWith('| ')) {
            expect(cellsOf(next)).toBe(cellsOf(line));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never exceeds its budget, and keeps verdict and rehearsal note at any', () => {
    fc.assert(
      fc.property(evidenceArbitrary, fc.integer({ min: LEAST_BYTES, max: 12_000 }), (evidence, maxBytes) => {
        const text = renderMarkdown(evidence, { maxBytes, evidenceFile: 'report.json' });
        expect(bytes(text)).toBeLessThanOrEqual(maxBytes);
        expect(text).toContain(VERDICTS[evidence.verdict].word);
        expect(text).toContain(rehearsalNote(evidence) ?? '');
        expect(text.match(/^- /gm)?.length).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('folds a record of 5 MB into a comment and says what it left out', () => {
    const large = largeRecord();
    expect(JSON.stringify(large).length).toBeGreaterThan(5_000_000);
    for (const maxBytes of [LEAST_BYTES, 4000, COMMENT_BYTES]) {
      const text = renderMarkdown(large, { maxBytes, evidenceFile: 'rehearse.json' });
      expect(bytes(text)).toBeLessThanOrEqual(maxBytes);
      expect(text).toMatch(/Left out to stay within [\d,]+ bytes: .*events.*rehearse\.json/);
    }
    // Scenarios and counts are worth more than thousands of events.
    const comment = renderMarkdown(large, { maxBytes: COMMENT_BYTES });
    expect(comment).toContain('### Scenarios');
    expect(comment).toContain('3,750 planned = 3,671 + 69 + 7 + 0 + 3.');
    expect(comment).not.toContain('20,000 events');
  });

  it('leaves nothing out when there is room', () => {
    const text = renderMarkdown(sampleRehearsal(), { maxBytes: COMMENT_BYTES });
    expect(text).not.toContain('Left out');
    for (const part of ['### Scenarios', '12 events', 'BAKE\\_TIME', 'FEATURE\\_BATCH', 'Made with surefoot 0.1.0']) {
      expect(text).toContain(part);
    }
  });

  it('refuses a budget that holds no verdict', () => {
    expect(() => renderMarkdown(sampleRehearsal(), { maxBytes: 100 })).toThrow(/at least 1024 bytes/);
  });
});

function cellsOf(row: string): number {
  return row.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/).length;
}

/** The sample with so many events that the record has more than 5 MB. */
function largeRecord(): Evidence {
  const sample = sampleRehearsal();
  return {
    ...sample,
    events: Array.from({ length: 20_000 }, (_, index) => ({
      at: sample.startedAt,
      kind: 'note' as const,
      label: `note ${index}`,
      detail: 'y'.repeat(240),
    })),
  };
}
