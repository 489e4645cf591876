/** The form of an experiment file: its fields, with what editors and messages say of them. */
import type { z } from 'zod';
import {
  choice,
  decimal,
  duration,
  flag,
  listOf,
  mapOf,
  name,
  positiveNumber,
  section,
  text,
  wholeNumber,
} from '../../../platform/schema/fields.ts';
import { timeOfDay, timeZone, weekdays } from '../../../platform/schema/schedule.ts';
import { COMPARISONS, EXPERIMENT_DEFAULTS, EXPERIMENT_KIND, EXPERIMENT_VERSION } from './experiment.ts';
import { templateSchema } from './template.ts';

const SHORT = { minimum: '1s', maximum: '12h' } as const;

const steadyState = section(
  'Steady state',
  'An SLO by its name, or an indicator with comparison, value and unit.',
  {
    objective: text('Name of an SLO of surefoot.yml.', { example: 'backend-availability', longest: 128 }).optional(),
    indicator: name('What is measured.', 'availability').optional(),
    service: name(
      'Service of surefoot.yml that it is measured of; that of the load when left out.',
      'backend',
    ).optional(),
    comparison: choice('How the value measured must compare.', COMPARISONS, { example: 'gte' }).optional(),
    value: decimal('The bound, read exactly as written.', 99.9).optional(),
    unit: choice('Unit of the bound.', ['ratio', 'percent', 'count', 'milliseconds', 'seconds', 'minutes'], {
      example: 'percent',
    }).optional(),
  },
  '{ objective: backend-availability }',
);

const PATH = /^\/[^\s#]*$/;

const writes = section(
  'Writes',
  'That every request of the load writes something, and where the service shows what it has. By it the RPO is measured.',
  {
    ledger: text('Where the service lists its writes: a path at the address of the load, or an address.', {
      example: '/ledgers/orders',
      pattern: /^(?:\/|https?:\/\/)[^\s#]*$/,
      rule: 'a path that begins with /, or an address that begins with https://',
      longest: 1024,
    }),
    path: text("Where the writes go, at the address of the load; the load's own path when left out.", {
      example: '/orders',
      pattern: PATH,
      rule: 'a path that begins with /',
    }).optional(),
    method: choice('How they are sent.', ['POST', 'GET'], {
      example: 'POST',
      default: EXPERIMENT_DEFAULTS.writeMethod,
    }).optional(),
    body: text('What is sent, the same each time.', { example: '{"theme":"dusk"}', longest: 10_000 }).optional(),
    id: text('The request header in which each write has an id of its own.', {
      example: EXPERIMENT_DEFAULTS.idHeader,
      default: EXPERIMENT_DEFAULTS.idHeader,
      pattern: /^[A-Za-z0-9-]{1,64}$/,
      rule: 'the name of a header, in letters, digits and hyphens',
    }).optional(),
  },
  '{ path: /orders, ledger: /ledgers/orders }',
);

const load = section(
  'Load',
  'The load that runs before, during and after the fault. Without it nothing can be measured but alarms.',
  {
    profile: text('Name of a load profile, or the path of one from this file.', {
      example: 'average-load',
      longest: 255,
    }),
    service: name('The service of surefoot.yml that it goes to.', 'backend').optional(),
    rate: text("One rate instead of the profile's own: a share of its level, or requests per second.", {
      example: '50%',
      pattern: /^(?:\d{1,5}|\d{1,4}(?:\.\d{1,2})?%)$/,
      rule: 'a share of the level (50%), or a whole number of requests per second',
    }).optional(),
    before: duration('Under load before the experiment starts: what the fault is compared with.', {
      ...SHORT,
      example: '2m',
      default: EXPERIMENT_DEFAULTS.before,
    }).optional(),
    after: duration('Under load after the last action has ended.', {
      minimum: '0s',
      maximum: '12h',
      example: '5m',
      default: EXPERIMENT_DEFAULTS.after,
    }).optional(),
    duration: duration('Of the whole load, instead of before, the experiment and after.', {
      ...SHORT,
      example: '15m',
    }).optional(),
    writes: writes.optional(),
  },
  '{ profile: average-load, service: backend }',
);

const expectations = section(
  'Expectations',
  'What must hold.',
  {
    rto: duration('Recovery time objective: from the beginning of the fault until the service is back for good.', {
      minimum: '0s',
      maximum: '12h',
      example: '60s',
    }).optional(),
    rpo: duration('Recovery point objective: how far back the data may be afterwards. Needs load.writes.', {
      minimum: '0s',
      maximum: '7d',
      example: '0s',
    }).optional(),
    availability: decimal(
      'Percent of the planned requests that are answered well from the fault to the end of the load.',
      99.5,
    ).optional(),
    maximumLostRequests: wholeNumber('Most requests that may go without a good answer.', {
      minimum: 0,
      maximum: 1_000_000_000,
      example: 20,
    }).optional(),
    alarms: listOf(
      'Alarms that must fire.',
      section(
        'Expected alarm',
        'A CloudWatch alarm.',
        {
          name: text('Its name.', { example: 'backend-tasks-low', longest: 255 }),
          within: duration('How soon after the beginning of the fault.', { ...SHORT, example: '3m' }),
        },
        '{ name: backend-tasks-low, within: 3m }',
      ),
      { example: '[{ name: backend-tasks-low, within: 3m }]' },
    ).optional(),
    felt: choice('Whether the load must feel the fault, as proof that there was one.', ['required', 'not-expected'], {
      example: 'required',
      default: EXPERIMENT_DEFAULTS.felt,
    }).optional(),
    evidence: section(
      'Minimum evidence',
      'With less, the verdict is inconclusive.',
      {
        targets: wholeNumber('Resources that FIS must have found.', {
          minimum: 1,
          maximum: 1000,
          example: 2,
          default: EXPERIMENT_DEFAULTS.evidenceTargets,
        }).optional(),
        requests: wholeNumber('Requests planned from the beginning of the fault to the end of the load.', {
          minimum: 1,
          maximum: 1_000_000_000,
          example: 1000,
          default: EXPERIMENT_DEFAULTS.evidenceRequests,
        }).optional(),
      },
      '{ targets: 1, requests: 1000 }',
    ).optional(),
  },
  '{ rto: 60s, availability: 99.5 }',
);

const guards = section(
  'Guards',
  'When and where it may run. A protected environment is never hit, whatever stands here.',
  {
    windows: listOf(
      'Stretches of the week in which it may start; any time when left out.',
      section(
        'Window',
        'Hours of some days.',
        {
          days: weekdays('Days on which it begins; every day when left out.').optional(),
          from: timeOfDay('From this time.', '"09:00"'),
          to: timeOfDay('To this time; on the next day when it is earlier than from.', '"16:00"'),
          timezone: timeZone('Time zone of both, by its IANA name.'),
        },
        '{ days: [tue, wed, thu], from: "09:00", to: "16:00", timezone: America/Toronto }',
      ),
      { example: '[{ days: [tue, wed, thu], from: "09:00", to: "16:00", timezone: America/Toronto }]' },
    ).optional(),
    environments: listOf('Environments of surefoot.yml in which it may run.', name('An environment.', 'dev'), {
      example: '[dev]',
    }).optional(),
    maximumDuration: duration('Longest time from the first action to the end of the last; FIS allows 12h.', {
      ...SHORT,
      example: '30m',
      default: EXPERIMENT_DEFAULTS.maximumDuration,
    }).optional(),
    maximumCost: positiveNumber('Most US dollars that FIS may charge for one run.', {
      maximum: 10_000,
      example: 5,
    }).optional(),
    stopRole: text(
      'Role by which EventBridge Scheduler stops the experiment once it should long be over; no such stop when left out.',
      {
        example: 'arn:$' + '{partition}:iam::$' + '{account}:role/fis-stop',
        pattern: /^arn:\S{16,2044}$/,
        rule: 'the ARN of a role',
        longest: 2048,
      },
    ).optional(),
  },
  '{ environments: [dev], maximumDuration: 30m, maximumCost: 5 }',
);

export const experimentSchema = section('Experiment', 'An experiment: an FIS template and what makes a test of it.', {
  apiVersion: choice('Version of this format.', [EXPERIMENT_VERSION], { example: EXPERIMENT_VERSION }),
  kind: choice('Kind of document.', [EXPERIMENT_KIND], { example: EXPERIMENT_KIND }),
  metadata: section(
    'Metadata',
    'What it is called.',
    {
      name: name('Name of the experiment.', 'ecs-task-kill'),
      description: text('The hypothesis, in a sentence or two.', {
        example: 'One task is killed and nobody notices',
        longest: 4096,
      }).optional(),
    },
    '{ name: ecs-task-kill }',
  ),
  variables: mapOf(
    'Variables',
    'What other placeholders of this file stand for, unless another value is chosen for a run.',
    text('The value.', { example: 'us-east-2' }),
    {
      key: /^[a-zA-Z][a-zA-Z0-9]{0,62}$/,
      keyRule: 'letters and digits that begin with a letter',
      keyAdvice: (key) => key.replace(/[^a-zA-Z0-9]/g, '').replace(/^(?=\d|$)/, 'v'),
      example: '{ standbyRegion: us-east-2 }',
    },
  ).optional(),
  template: templateSchema,
  steadyState: listOf('What must hold under load before the fault, or nothing is injected.', steadyState, {
    example: '[{ objective: backend-availability }]',
  }).optional(),
  load: load.optional(),
  expect: expectations.optional(),
  guards: guards.optional(),
  irreversible: flag('Whether it may hold actions that neither its end nor a stop puts back.', false).optional(),
});
export type ExperimentDocument = z.output<typeof experimentSchema>;
export type SteadyStateDocument = z.output<typeof steadyState>;
