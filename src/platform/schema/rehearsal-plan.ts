/** What of a platform is rehearsed as a whole: the `rehearsal` section of a Platform. */
import type { z } from 'zod';
import { duration, listOf, mapOf, name, section } from './fields.ts';
import { SCENARIO_NAME } from './rehearsal.ts';

export const rehearsalPlanSchema = section(
  'Rehearsal plan',
  'What `surefoot rehearse --all` and `--platform` play of this platform, and whose targets the outcome is held against.',
  {
    scenarios: mapOf(
      'Scenarios',
      'Each scenario, in the order in which they are played, with the longest time that it may take; longer is a failure.',
      duration('From the start of its platform to its end, in real time.', {
        minimum: '1s',
        maximum: '15m',
        example: '75s',
      }),
      { ...SCENARIO_NAME, example: 'deploy-good: 75s', atLeastOne: true },
    ),
    scorecards: listOf(
      'Environments whose targets are held against the evidence; those that are protected when left out, or all where none is.',
      name('An environment of this file.', 'prod'),
      { example: '[prod]' },
    ).optional(),
  },
  '{ scenarios: { deploy-good: 75s } }',
);
export type RehearsalPlanDocument = z.output<typeof rehearsalPlanSchema>;
