/** How a deployment goes: the deploy section of a service. */
import { DEFAULTS, PLACEHOLDER, URL_PATH } from './common.ts';
import { choice, duration, listOf, percentage, section, text, wholeNumber } from './fields.ts';
import { judgeSection } from './judge.ts';

const smoke = section(
  'Smoke check',
  'Requests through the test listener, before production traffic moves.',
  {
    path: text('Path to request; the health path when left out.', { ...URL_PATH, example: '/health' }).optional(),
    status: wholeNumber('Status that every answer must have.', {
      minimum: 100,
      maximum: 599,
      example: 200,
      default: DEFAULTS.smokeStatus,
    }).optional(),
    requests: wholeNumber('How many requests, side by side.', {
      minimum: 1,
      maximum: 100,
      example: 5,
      default: DEFAULTS.smokeRequests,
    }).optional(),
    timeout: duration('Longest time for one answer.', {
      minimum: '100ms',
      maximum: '5m',
      example: '10s',
      default: DEFAULTS.smokeTimeout,
    }).optional(),
    url: text(`Base URL of the test listener; taken from the load balancer when left out. ${PLACEHOLDER}`, {
      example: 'http://test.example.com:8080',
      pattern: /^https?:\/\/[^\s/]+/,
      rule: 'an http:// or https:// URL',
    }).optional(),
  },
  '{ path: /health }',
);

const before = section(
  'Task before the deployment',
  'A one-off task of the new revision, such as a database migration; the deployment starts only when it ended well.',
  {
    command: listOf(
      'What the container runs instead of its own command.',
      text('Program or argument.', { example: 'node' }),
      {
        example: '[node, migrate.mjs]',
      },
    ),
    container: text("The container whose exit code decides; the service's own when left out.", {
      example: 'migrate',
    }).optional(),
    timeout: duration('Longest time; then the task is stopped and counts as failed.', {
      minimum: '1s',
      maximum: '1d',
      example: '10m',
      default: DEFAULTS.beforeTimeout,
    }).optional(),
  },
  '{ command: [node, migrate.mjs] }',
);

const canary = section(
  'Canary',
  'Strategy CANARY: a small share of production traffic first, all of it after.',
  {
    percent: percentage('Share of production traffic that the new revision has first.', {
      minimum: 0.1,
      maximum: 100,
      example: 10,
      default: DEFAULTS.canaryPercent,
    }).optional(),
    bake: duration('How long ECS leaves it at that share, in whole minutes.', {
      minimum: '0s',
      maximum: '24h',
      wholeMinutes: true,
      example: '5m',
      default: DEFAULTS.canaryBake,
    }).optional(),
  },
  '{ percent: 10, bake: 5m }',
);

const linear = section(
  'Linear',
  'Strategy LINEAR: production traffic moves in equal steps.',
  {
    step: percentage('Share of production traffic that moves with each step.', {
      minimum: 3,
      maximum: 100,
      example: 20,
      default: DEFAULTS.linearStep,
    }).optional(),
    bake: duration('How long ECS waits between two steps, in whole minutes; not after the last.', {
      minimum: '0s',
      maximum: '24h',
      wholeMinutes: true,
      example: '5m',
      default: DEFAULTS.linearBake,
    }).optional(),
  },
  '{ step: 20, bake: 5m }',
);

export const watchShape = {
  duration: duration('How long to watch.', { minimum: '10s', maximum: '1d', example: '2m' }),
  objective: text('Name of the SLO whose error budget must hold.', { example: 'availability' }),
};

export const deployShape = {
  strategy: choice('ECS deployment strategy.', ['BLUE_GREEN', 'ROLLING', 'CANARY', 'LINEAR'], {
    example: 'BLUE_GREEN',
    default: DEFAULTS.strategy,
  }).optional(),
  canary: canary.optional(),
  linear: linear.optional(),
  judge: judgeSection.optional(),
  bake: duration('How long both revisions run after all traffic moved, in whole minutes (ECS: 0 to 24 h).', {
    minimum: '0s',
    maximum: '24h',
    wholeMinutes: true,
    example: '5m',
    default: DEFAULTS.bake,
  }).optional(),
  errorBudget: choice(
    'What a spent error budget, a fast burn, or one that is not known does to a deployment: require refuses it, warn shows it, off does not look.',
    ['require', 'warn', 'off'],
    { example: 'require', default: DEFAULTS.errorBudget },
  ).optional(),
  hookTimeout: duration('How long a pause waits for its answer before ECS rolls back by itself, in whole minutes.', {
    minimum: '1m',
    maximum: '14d',
    wholeMinutes: true,
    example: '30m',
    default: DEFAULTS.hookTimeout,
  }).optional(),
  healthyWithin: duration('How long the new tasks may take to become healthy before the deployment is rolled back.', {
    minimum: '10s',
    maximum: '12h',
    example: '10m',
    default: DEFAULTS.healthyWithin,
  }).optional(),
  before: before.optional(),
  smoke: smoke.optional(),
};
