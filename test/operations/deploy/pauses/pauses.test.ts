import { describe, expect, it } from 'vitest';
import { decidePause } from '../../../../src/operations/deploy/pauses/pauses.ts';
import { SHIFT_STAGE, SMOKE_STAGE, WATCH_STAGE } from '../../../../src/operations/deploy/pauses/stages.ts';
import type { DeployContext } from '../../../../src/operations/deploy/request.ts';
import type { Ports } from '../../../../src/operations/ports.ts';

/** Nothing but the cause: whoever judged it again would ask for more, and fail. */
const GIVEN_UP = { cause: { verdict: 'fail', reason: { code: 'worse-than-baseline', message: 'it is' } } };

describe('a pause of a candidate that was given up while ECS worked', () => {
  it.each([SMOKE_STAGE, SHIFT_STAGE, WATCH_STAGE])('is not judged again at %s', async (stage) => {
    const decide = (waits: boolean) =>
      decidePause(GIVEN_UP as unknown as DeployContext, stage, async () => waits, {} as Ports);
    expect(await decide(true)).toBe('ROLLBACK');
    expect(await decide(false)).toBeUndefined();
  });
});
