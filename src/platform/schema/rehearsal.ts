/** How a service runs with no AWS: the rehearsal section of a service. */
import { DEFAULTS, URL_PATH } from './common.ts';
import { duration, listOf, mapOf, section, text, variables, wholeNumber } from './fields.ts';
import { loadTimeout } from './load.ts';

/** Keys that name a scenario of `surefoot rehearse`. */
export const SCENARIO_NAME = {
  key: /^[a-z]+(-[a-z]+)*$/,
  keyRule: 'the name of a scenario',
  keyAdvice: () => 'deploy-good',
} as const;

export const loadShape = {
  path: text('Path to request; the health path when left out.', { ...URL_PATH, example: '/health' }).optional(),
  requestsPerSecond: wholeNumber('Arrivals per second.', { minimum: 1, maximum: 5000, example: 50 }),
  timeout: loadTimeout,
};

/** Bounds are those of ELBv2 CreateTargetGroup: interval 5 to 300 s, timeout 2 to 120 s, counts 2 to 10, delay 0 to 3600 s. */
const healthCheck = section(
  'Health check',
  'How the load balancer checks tasks in rehearsal.',
  {
    interval: duration('Time between checks.', {
      minimum: '5s',
      maximum: '5m',
      example: '5s',
      default: DEFAULTS.healthCheckInterval,
    }).optional(),
    timeout: duration('Longest time for one answer; less than the interval.', {
      minimum: '2s',
      maximum: '2m',
      example: '2s',
      default: DEFAULTS.healthCheckTimeout,
    }).optional(),
    healthyThreshold: wholeNumber('Good checks in a row before a task gets traffic.', {
      minimum: 2,
      maximum: 10,
      example: 2,
      default: DEFAULTS.healthyThreshold,
    }).optional(),
    unhealthyThreshold: wholeNumber('Bad checks in a row before a task loses its traffic.', {
      minimum: 2,
      maximum: 10,
      example: 2,
      default: DEFAULTS.unhealthyThreshold,
    }).optional(),
  },
  '{ interval: 5s, timeout: 2s }',
);

const percent = (what: string, example: number) => wholeNumber(what, { minimum: 1, maximum: 100, example }).optional();

const scaling = section(
  'Scaling',
  'Target tracking policies in rehearsal, within the tasks of the environment; none when left out, so that a rehearsed load meets a known number of tasks.',
  {
    cpu: percent('Average CPU utilization to hold, in percent.', 60),
    memory: percent('Average memory utilization to hold, in percent.', 75),
  },
  '{ cpu: 60 }',
);

export const rehearsalShape = {
  command: listOf(
    'Program and arguments that start one task. It reads HOST and PORT from its environment.',
    text('Program or argument.', { example: 'node' }),
    { example: '[node, server.mjs]' },
  ),
  directory: text('Folder the command starts in, from the folder of surefoot.yml.', {
    example: 'service',
    default: DEFAULTS.rehearsalDirectory,
  }).optional(),
  environment: variables('Environment variables of every image.').optional(),
  startDelay: duration('What AWS takes before the process starts (image pull, network interface).', {
    minimum: '0s',
    maximum: '10m',
    example: '20s',
    default: DEFAULTS.startDelay,
  }).optional(),
  images: mapOf(
    'Images',
    'Images that can be "pulled" in rehearsal, each with the environment variables that make it this version.',
    variables('What this version changes in the environment; {} for nothing.'),
    {
      key: /^[a-z0-9][a-z0-9._/-]*(:\d+\/[a-z0-9._/-]+)?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
      keyRule: 'an image with its tag',
      keyAdvice: (key) => (/^[a-z0-9][a-z0-9._/-]*$/.test(key) ? `${key}:1.0.0` : 'backend:1.0.0'),
      example: 'backend:1.0.0: {}',
      atLeastOne: true,
    },
  ),
  initialImage: text('The image that runs when the platform comes up; the first of `images` when left out.', {
    example: 'backend:1.0.0',
  }).optional(),
  tasks: wholeNumber("How many tasks run; the environment's minimum when left out.", {
    minimum: 1,
    maximum: 20,
    example: 2,
  }).optional(),
  scenarios: mapOf(
    'Scenario images',
    'The image that each scenario of `surefoot rehearse` deploys.',
    text('One of `images`.', { example: 'backend:1.1.0' }),
    { ...SCENARIO_NAME, example: 'deploy-good: backend:1.1.0' },
  ).optional(),
  scaling: scaling.optional(),
  healthCheck: healthCheck.optional(),
  deregistrationDelay: duration('How long a task leaving the load balancer may finish its requests.', {
    minimum: '0s',
    maximum: '1h',
    example: '15s',
    default: DEFAULTS.deregistrationDelay,
  }).optional(),
};
