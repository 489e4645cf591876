import { describe, expect, it } from 'vitest';
import { describeExit, exitProblem, wasCutOff } from '../../../src/measure/generator/exit-codes.ts';

const exit = (code: number | null, stopped = false, signal: string | null = null) => ({ code, signal, stopped });

describe("k6's exit", () => {
  it('is no problem when it came to its own end, or was stopped by surefoot', () => {
    expect(exitProblem(exit(0), '')).toBeUndefined();
    expect(exitProblem(exit(105, true), 'test run was aborted')).toBeUndefined();
    expect(describeExit(exit(0))).toBe('0 (own end)');
    expect(describeExit(exit(105, true))).toBe('105 (stopped by surefoot)');
  });

  it.each([
    [99, 'k6-thresholds'],
    [103, 'k6-stopped'],
    [104, 'k6-config'],
    [105, 'k6-stopped'],
    [107, 'k6-script'],
    [108, 'k6-script'],
    [109, 'k6-crashed'],
    [110, 'k6-script'],
    [97, 'k6-cloud'],
    [100, 'k6-timeout'],
    [255, 'k6-failed'],
  ])('with code %i is the problem %s', (code, problem) => {
    expect(exitProblem(exit(code), 'what it said')).toMatchObject({
      code: problem,
      message: expect.stringContaining('what it said'),
    });
    expect(describeExit(exit(code))).toContain(String(code));
  });

  it('by a signal lost the last lines', () => {
    expect(exitProblem(exit(null, false, 'SIGKILL'), '')).toMatchObject({ code: 'k6-killed' });
    // Also when surefoot itself had to kill it.
    expect(exitProblem(exit(null, true, 'SIGKILL'), '')).toMatchObject({ code: 'k6-killed' });
    expect(describeExit(exit(null, false, 'SIGKILL'))).toBe('SIGKILL');
    expect(wasCutOff(exit(null, false, 'SIGKILL'))).toBe(true);
    expect(wasCutOff(exit(109))).toBe(true);
    expect(wasCutOff(exit(105, true))).toBe(false);
  });
});
