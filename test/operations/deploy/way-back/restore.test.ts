import { describe, expect, it } from 'vitest';
import { decodeRemembered, encodeRemembered, restored } from '../../../../src/operations/deploy/way-back/restore.ts';

describe('what a deployment remembers of the service', () => {
  const pause = { stages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'], timeoutMinutes: 30 };

  it.each([
    { strategy: undefined, bakeMinutes: undefined, pause: undefined },
    { strategy: 'BLUE_GREEN', bakeMinutes: 5, pause },
    { strategy: 'CANARY', bakeMinutes: 5, shift: { percent: 2.5, bakeMinutes: 10 }, pause },
    { strategy: 'LINEAR', bakeMinutes: 0, shift: { percent: 33.3, bakeMinutes: 6 }, pause: undefined },
  ])('is the same after its tag: %o', (remembered) => {
    expect(decodeRemembered(encodeRemembered(remembered))).toEqual(remembered);
    expect(encodeRemembered(remembered)).toMatch(/^[\w .:/=+@-]{1,256}$/);
  });

  it('puts the shares of the service back in place of its own, and nothing where there were none', () => {
    const ours = { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 1, canaryBakeTimeInMinutes: 1 } } as const;
    const shift = { percent: 20, bakeMinutes: 6 };
    expect(restored(ours, { strategy: 'LINEAR', bakeMinutes: 5, shift, pause: undefined })).toEqual({
      strategy: 'LINEAR',
      bakeTimeInMinutes: 5,
      linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 6 },
      lifecycleHooks: [],
    });
    expect(restored(ours, { strategy: 'BLUE_GREEN', bakeMinutes: 5, pause: undefined })).toEqual({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 5,
      lifecycleHooks: [],
    });
  });
});
