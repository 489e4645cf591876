import { describe, expect, it } from 'vitest';
import { isFargateSize } from '../../../src/rehearsal/ecs/fargate-sizes.ts';

const GB = 1024;

describe('the sizes of Fargate', () => {
  it.each([
    [256, GB / 2],
    [256, 2 * GB],
    [512, 4 * GB],
    [1024, 2 * GB],
    [2048, 16 * GB],
    [4096, 30 * GB],
    [8192, 16 * GB],
    [8192, 60 * GB],
    [16_384, 120 * GB],
  ])('have %d CPU units with %d MiB', (cpu, memory) => {
    expect(isFargateSize(cpu, memory)).toBe(true);
  });

  it.each([
    [256, 3 * GB],
    [333, GB],
    [512, GB / 2],
    [1024, 1024],
    [2048, 2500],
    [4096, 31 * GB],
    [8192, 17 * GB],
    [16_384, 36 * GB],
    [Number.NaN, GB],
  ])('do not have %d CPU units with %d MiB', (cpu, memory) => {
    expect(isFargateSize(cpu, memory)).toBe(false);
  });
});
