/** What changed since the last scorecard. */
import { expect, it } from 'vitest';
import { evidence, measured, platformWith, scorecard, target } from './samples.ts';

const count = (name: string, indicator: string, value = '0') =>
  target(name, `indicator: ${indicator}\ncomparison: lte\nvalue: ${value}\nunit: count`);

it('tells what changed its state, what came and what went', () => {
  const before = scorecard(
    platformWith(
      count('secrets', 'secret-findings'),
      count('critical', 'critical-findings'),
      count('gone', 'high-findings'),
    ),
    {
      evidence: [
        evidence('gate', { measurements: [measured('secret-findings', 0), measured('critical-findings', 1)] }),
      ],
    },
  );
  const previous = { file: 'old.json', sha256: 'b'.repeat(64), evidence: before };
  const after = scorecard(
    platformWith(
      count('secrets', 'secret-findings'),
      count('critical', 'critical-findings', '2'),
      count('new', 'low-findings'),
    ),
    {
      previous,
      evidence: [
        evidence('gate', { measurements: [measured('secret-findings', 0), measured('critical-findings', 1)] }),
      ],
    },
  );
  expect(after.scorecard?.previous).toEqual({
    file: 'old.json',
    sha256: 'b'.repeat(64),
    finishedAt: before.finishedAt,
    changes: [
      { id: 'new', before: null, after: 'unknown' },
      { id: 'critical', before: 'missed', after: 'met', promiseBefore: 'at most 0 over 30 d' },
      { id: 'gone', before: 'unknown', after: null },
    ],
  });
});
