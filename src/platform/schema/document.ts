/** The documents of surefoot.yml that are surefoot's own: `Platform` and `Target`. */
import type { z } from 'zod';
import { ECS_NAME, PLACEHOLDER } from './common.ts';
import { environmentRehearsalSchema } from './databases.ts';
import { choice, decimal, flag, listOf, mapOf, NAMED_KEYS, name, section, text, wholeNumber } from './fields.ts';
import { STATISTICS } from './indicators.ts';
import { environmentLoadSchema } from './load.ts';
import { rehearsalPlanSchema } from './rehearsal-plan.ts';
import { resilienceSchema } from './resilience.ts';
import { scheduleSchema } from './schedule.ts';
import { serviceSchema, tasksSchema } from './service.ts';
import { standbySchema } from './standby.ts';

export const API_VERSION = 'surefoot/v1';

const environment = section(
  'Environment',
  'A place where the services run: an ECS cluster in one region.',
  {
    region: text('AWS region.', {
      example: 'ca-central-1',
      pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
      rule: 'an AWS region',
      advice: (input) => /^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]$/.exec(String(input))?.[1],
    }),
    cluster: text(`Name of the ECS cluster. ${PLACEHOLDER}`, {
      ...ECS_NAME,
      example: 'artguard-cluster-{environment}',
    }),
    zones: listOf(
      'Availability zones that tasks run in; the first two of the region (a and b) when left out.',
      text('Availability zone.', { example: 'ca-central-1a', pattern: /^[a-z0-9-]+$/, rule: 'an availability zone' }),
      { example: '[ca-central-1a, ca-central-1b]', atMost: 6 },
    ).optional(),
    account: text('The AWS account of this environment, 12 digits in quotes; changes are refused in any other.', {
      pattern: /^\d{12}$/,
      rule: 'an account number of 12 digits, in quotes',
      example: "'123456789012'",
    }).optional(),
    protected: flag('Changes ask for a confirmation, and faults are never injected here.', false).optional(),
    pausable: flag('May be scaled to nothing by `pause` and by a schedule.', false).optional(),
    schedule: scheduleSchema.optional(),
    resilience: resilienceSchema.optional(),
    standby: standbySchema.optional(),
    tasks: tasksSchema.optional(),
    load: environmentLoadSchema.optional(),
    rehearsal: environmentRehearsalSchema.optional(),
  },
  '{ region: ca-central-1, cluster: artguard-cluster-{environment} }',
);

export const platformSchema = section('Platform', 'A platform: environments, and the services that run in them.', {
  apiVersion: choice('Version of this format.', [API_VERSION], { example: API_VERSION }),
  kind: choice('Kind of document.', ['Platform'], { example: 'Platform' }),
  name: name('Name of the platform.', 'artguard'),
  description: text('A sentence for people.', { example: 'Art-forgery detection API' }).optional(),
  environments: mapOf('Environments', 'The environments by name.', environment, {
    ...NAMED_KEYS,
    example: '{ dev: { region: ca-central-1, cluster: artguard-cluster-{environment} } }',
    atLeastOne: true,
  }),
  services: mapOf('Services', 'The services by name.', serviceSchema, {
    ...NAMED_KEYS,
    example: '{ backend: { ecsService: artguard-backend-{environment}, port: 8000 } }',
    atLeastOne: true,
  }),
  rehearsal: rehearsalPlanSchema.optional(),
});
export type PlatformDocument = z.output<typeof platformSchema>;

export const targetSchema = section(
  'Target',
  'A number promised that is not a ratio of events, so that OpenSLO cannot express it.',
  {
    apiVersion: choice('Version of this format.', [API_VERSION], { example: API_VERSION }),
    kind: choice('Kind of document.', ['Target'], { example: 'Target' }),
    name: name('Name of the target.', 'recovery-time'),
    description: text('A sentence for people.', { example: 'Back within half an hour, on average' }).optional(),
    service: name('The service it is about; the whole platform when left out.', 'backend').optional(),
    environment: name('The environment it is about; every one when left out.', 'prod').optional(),
    indicator: name('What is measured; docs/guides/scorecard.md lists the indicators.', 'mttr'),
    comparison: choice(
      "How the measured value must compare with the target, in OpenSLO's words.",
      ['lte', 'lt', 'gte', 'gt'],
      {
        example: 'lte',
      },
    ),
    value: decimal('The number, read exactly as written.', 30),
    unit: choice(
      'Unit of the number.',
      ['ratio', 'percent', 'count', 'seconds', 'minutes', 'hours', 'days', 'per-day', 'per-week'],
      {
        example: 'minutes',
      },
    ),
    window: text('The time it is measured over (m, h, d, w, M, Q, Y as in OpenSLO).', {
      example: '30d',
      pattern: /^[1-9]\d{0,5}[mhdwMQY]$/,
      rule: 'a whole number and a unit',
    }).optional(),
    statistic: choice("Of durations: what of them is promised; the indicator's own when left out.", STATISTICS, {
      example: 'median',
    }).optional(),
    minimumSamples: wholeNumber('With fewer observations it is unknown.', {
      example: 5,
      minimum: 1,
      maximum: 1_000_000,
    }).optional(),
  },
);
export type TargetDocument = z.output<typeof targetSchema>;
