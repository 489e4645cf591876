/** What recoveries and their drills leave is read by the scorecard: times, and shares of those that succeed. */
import { describe, expect, it } from 'vitest';
import { createRecorder } from '../../../src/operations/recorder.ts';
import { observationsOf } from '../../../src/operations/scorecard/from-evidence.ts';
import type { Platform } from '../../../src/platform/model.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const PLATFORM = { name: 'moved', services: {} } as unknown as Platform;

function evidenceOf(measured: Readonly<Record<string, number>>) {
  const recorder = createRecorder({
    operation: 'recover',
    title: 'Fail over',
    subject: { platform: 'moved', environment: 'prod' },
    rehearsalSpeed: undefined,
    tools: [],
    clock: systemClock,
  });
  for (const [indicator, value] of Object.entries(measured)) {
    const share = indicator === 'failover-success' || indicator === 'backups-verified';
    recorder.measure({ indicator, value, unit: share ? 'ratio' : 's', method: 'one run', ...(share ? { n: 1 } : {}) });
  }
  return recorder.finish('pass', [{ code: 'recovered', message: 'verified' }]);
}

const read = (measured: Readonly<Record<string, number>>) => {
  const evidence = evidenceOf(measured);
  const source = { file: 'recover.json', sha256: '0'.repeat(64) };
  return observationsOf({ evidence, source } as unknown as Parameters<typeof observationsOf>[0], PLATFORM);
};

describe('recoveries on the scorecard', () => {
  it('are one of so many, and events with a time', () => {
    expect(
      read({ rto: 61.5, rpo: 12, 'failover-success': 1 }).map(({ indicator, reading }) => [indicator, reading.kind]),
    ).toEqual([
      ['rto', 'amount'],
      ['rpo', 'amount'],
      ['failover-success', 'share'],
    ]);
  });

  it.each(['failover-success', 'backups-verified'])(
    'a %s that failed counts among all, not among the good',
    (indicator) => {
      expect(read({ [indicator]: 0 })).toMatchObject([
        { environment: 'prod', snapshot: false, reading: { kind: 'share', count: 0, total: 1 } },
      ]);
    },
  );
});
