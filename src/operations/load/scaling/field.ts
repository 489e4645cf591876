/** What a profile may say of scaling. */
import type { z } from 'zod';
import { parseDuration } from '../../../platform/duration.ts';
import { duration, positiveNumber, section } from '../../../platform/schema/fields.ts';

export interface ScalingField {
  /** Left out of each level, so that scaling can follow. */
  readonly settleSeconds: number;
  /** The elasticity of cost that is put up with; 1 is linear. */
  readonly limit: number;
  /** What share of the reserved CPU or memory is to be used at the highest level, give or take the margin; ratios. */
  readonly utilisation: { readonly of: 'cpu' | 'memory'; readonly target: number; readonly margin: number } | undefined;
}

const LINEAR = 1;
const MARGIN = 10;

/** The field `scaling` of a profile. */
export const scalingField = section(
  'Scaling',
  'Watch what the service uses and costs at each level of the load.',
  {
    settle: duration('What is left out of each level, so that scaling can follow.', {
      minimum: '0s',
      maximum: '1h',
      example: '3m',
    }),
    elasticity: positiveNumber('The cost may grow with this power of the rate at most; 1 is linear.', {
      maximum: 3,
      example: 1,
    }).optional(),
    cpu: positiveNumber('Per cent of the reserved CPU that is to be used at the highest level.', {
      maximum: 100,
      example: 80,
    }).optional(),
    memory: positiveNumber('Per cent of the reserved memory that is to be used at the highest level.', {
      maximum: 100,
      example: 80,
    }).optional(),
    margin: positiveNumber('Percentage points that the use may be off; 10 when left out.', {
      maximum: 50,
      example: 10,
    }).optional(),
  },
  '{ settle: 3m, cpu: 80 }',
);

export function resolveScaling(field: z.output<typeof scalingField>): ScalingField {
  const { settle, elasticity = LINEAR, cpu, memory, margin = MARGIN } = field;
  const target = cpu ?? memory;
  return {
    settleSeconds: parseDuration(settle) ?? 0,
    limit: elasticity,
    utilisation:
      target === undefined
        ? undefined
        : { of: cpu === undefined ? 'memory' : 'cpu', target: target / 100, margin: margin / 100 },
  };
}
