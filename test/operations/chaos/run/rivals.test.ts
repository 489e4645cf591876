/** Which of several claims counts: both sides of every pair must come to the same answer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, earlierClaim } from '../../../../src/operations/chaos/run/fault/rivals.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const claim = (id: string, second: number): Claim => ({
  runId: `run-of-${id}`,
  id,
  createdAt: new Date(NOON + second * 1000),
});
/** The template of a claim, as FIS lists it. */
const listed = ({ runId, id, createdAt = new Date(0) }: Claim, tag = 'surefoot:run') => ({
  id,
  creationTime: createdAt,
  tags: { [tag]: runId },
});

describe('earlierClaim', () => {
  it('is that of another run, made before; of the same moment the lesser id', () => {
    const own = claim('EXTb', 10);
    expect(earlierClaim(own, [listed(own)])).toBeUndefined();
    expect(earlierClaim(own, [listed(own), listed(claim('EXTz', 9))])?.id).toBe('EXTz');
    expect(earlierClaim(own, [listed(claim('EXTa', 11))])).toBeUndefined();
    expect(earlierClaim(own, [listed(claim('EXTa', 10))])?.id).toBe('EXTa');
    expect(earlierClaim(own, [listed(claim('EXTc', 10))])).toBeUndefined();
  });

  it('is no dry run, no template that stands, and none of a run that has started or died', () => {
    const own = claim('EXTb', 200);
    const before = claim('EXTa', 190);
    expect(
      earlierClaim(own, [listed(before, 'surefoot:preview'), listed(before, 'surefoot:experiment')]),
    ).toBeUndefined();
    expect(earlierClaim(own, [listed(claim('EXTa', 79))])).toBeUndefined();
    expect(earlierClaim(own, [listed(claim('EXTa', 80))])?.id).toBe('EXTa');
  });

  it('lets exactly one of all that see each other begin', () => {
    const moments = fc.uniqueArray(
      fc.record({ id: fc.string({ minLength: 1 }), second: fc.integer({ min: 0, max: 60 }) }),
      {
        minLength: 1,
        maxLength: 6,
        selector: ({ id }) => id,
      },
    );
    fc.assert(
      fc.property(moments, (all) => {
        const claims = all.map(({ id, second }) => claim(id, second));
        const templates = claims.map((one) => listed(one));
        return claims.filter((one) => earlierClaim(one, templates) === undefined).length === 1;
      }),
    );
  });
});
