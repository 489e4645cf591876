import { describe, expect, it } from 'vitest';
import { ioStressOf } from '../../../src/rehearsal/fis/actions/task-processes.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

describe('how hard aws:ecs:task-io-stress is', () => {
  it('has AWS’s defaults, 80 per cent and one worker', () => {
    expect(ioStressOf({}, 10_000)).toEqual({
      workers: 1,
      fileBytes: 16 * MIB,
      bytesPerSecond: 32 * MIB,
      mostBytes: GIB,
    });
  });

  it('is bounded whatever is asked for', () => {
    const most = ioStressOf({ percent: '100', workers: '500' }, 12 * 3_600_000);
    expect(most).toMatchObject({ workers: 4, fileBytes: 20 * MIB, mostBytes: GIB });
    expect(most.bytesPerSecond * 12 * 3600).toBeCloseTo(GIB, 0);
    const least = ioStressOf({ percent: '0', workers: '0' }, 0);
    expect(least).toMatchObject({ workers: 1, fileBytes: 1, bytesPerSecond: 32 * MIB });
  });
});
