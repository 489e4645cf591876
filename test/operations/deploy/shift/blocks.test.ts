import { describe, expect, it } from 'vitest';
import { type ArmPoints, blockAt, type Counter } from '../../../../src/operations/deploy/shift/blocks.ts';

const points = (values: Partial<Record<Counter, Readonly<Record<number, number>>>>): ArmPoints => {
  const of = (name: Counter) => new Map(Object.entries(values[name] ?? {}).map(([at, value]) => [Number(at), value]));
  return {
    requests: of('requests'),
    answered: of('answered'),
    serverErrors: of('serverErrors'),
    connectionErrors: of('connectionErrors'),
    slow: of('slow'),
  };
};
const AWS = { countsAtEnd: false, slow: false };
const quiet = points({ requests: { 0: 900 } });

describe('blocks from the counters of two target groups', () => {
  it('takes a missing error counter for zero, where there is a request count', () => {
    expect(blockAt(0, quiet, points({ requests: { 0: 100 }, serverErrors: { 60: 5 } }), AWS)).toEqual({
      baseline: { requests: 900, errors: 0 },
      candidate: { requests: 100, errors: 0 },
    });
  });

  it('has no block where no request was counted, whatever else was', () => {
    const errors = points({ serverErrors: { 0: 5 }, connectionErrors: { 0: 5 } });
    expect(blockAt(0, errors, errors, AWS)).toBeUndefined();
    expect(blockAt(0, quiet, errors, AWS)?.candidate).toEqual({ requests: 0, errors: 0 });
  });

  it('counts connections that could not be made, and never more errors than requests', () => {
    const errorsOf = (candidate: ArmPoints) => blockAt(0, quiet, candidate, AWS)?.candidate.errors;
    expect(errorsOf(points({ requests: { 0: 10 }, serverErrors: { 0: 2 }, connectionErrors: { 0: 3 } }))).toBe(5);
    expect(errorsOf(points({ requests: { 0: 4 }, serverErrors: { 0: 2 }, connectionErrors: { 0: 3 } }))).toBe(4);
  });

  it('counts what ended without an answer only where a request counts at its end', () => {
    const candidate = points({ requests: { 0: 10 }, answered: { 0: 7 }, connectionErrors: { 0: 2 } });
    expect(blockAt(0, quiet, candidate, AWS)?.candidate.errors).toBe(2);
    expect(blockAt(0, quiet, candidate, { countsAtEnd: true, slow: false })?.candidate.errors).toBe(3);
  });

  it('has slow requests of both arms or of none', () => {
    const candidate = points({ requests: { 0: 10 }, slow: { 0: 12 } });
    expect(blockAt(0, quiet, candidate, { countsAtEnd: false, slow: true })).toEqual({
      baseline: { requests: 900, errors: 0, slow: 0 },
      candidate: { requests: 10, errors: 0, slow: 10 },
    });
  });
});
