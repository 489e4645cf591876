/** How a shift in steps is judged: the judge section of deploy. */
import { DEFAULTS } from './common.ts';
import { choice, duration, nonNegativeNumber, positiveNumber, section, text } from './fields.ts';

export const judgeSection = section(
  'Judge',
  'With CANARY and LINEAR: how the new revision is compared with the old one while both have traffic.',
  {
    objective: text('Name of the availability SLO whose error budget is the tolerance.', {
      example: 'availability',
    }).optional(),
    latency: text(
      'Name of the latency SLO whose threshold makes a request slow; errors alone when it and slowerThan are left out.',
      {
        example: 'latency',
      },
    ).optional(),
    slowerThan: duration(
      'Instead of a latency SLO: a request that takes longer is slow, and slow ones are judged too.',
      {
        minimum: '1ms',
        maximum: '10m',
        example: '3s',
      },
    ).optional(),
    alpha: positiveNumber('The highest probability of rolling back a sound revision.', {
      maximum: 0.5,
      example: 0.01,
      default: DEFAULTS.judgeAlpha,
    }).optional(),
    beta: positiveNumber('The highest probability of promoting one that is beyond the boundary.', {
      maximum: 0.5,
      example: 0.05,
      default: DEFAULTS.judgeBeta,
    }).optional(),
    margin: nonNegativeNumber('How much worse than the old revision is tolerable, relative: 0.25 is a quarter.', {
      maximum: 10,
      example: 0.25,
      default: DEFAULTS.judgeMargin,
    }).optional(),
    burnRate: positiveNumber('The tolerance beyond that, absolute: how many times the error budget.', {
      maximum: 1000,
      example: 2,
      default: DEFAULTS.judgeBurnRate,
    }).optional(),
    warmUp: duration('How long after each shift nothing is judged.', {
      minimum: '0s',
      maximum: '1h',
      example: '2m',
      default: DEFAULTS.judgeWarmUp,
    }).optional(),
    horizon: duration('How long the pause before 100 % may wait for evidence.', {
      minimum: '1m',
      maximum: '13d',
      example: '1h',
      default: DEFAULTS.judgeHorizon,
    }).optional(),
    onInconclusive: choice('What to do when there is no evidence by then.', ['roll-back', 'hold', 'promote'], {
      example: 'hold',
      default: DEFAULTS.judgeOnInconclusive,
    }).optional(),
  },
  '{ objective: availability }',
);
