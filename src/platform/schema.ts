/** The documents of surefoot.yml that are surefoot's own: `Platform` and `Target`. What is optional has its default in `DEFAULTS`. */
import { z } from 'zod';
import {
  choice,
  decimal,
  duration,
  flag,
  listOf,
  mapOf,
  NAMED_KEYS,
  name,
  positiveNumber,
  section,
  text,
  variables,
  wholeNumber,
} from './fields.ts';

export const API_VERSION = 'surefoot/v1';

export const DEFAULTS = {
  healthPath: '/health',
  minimumTasks: 1,
  cpu: 256,
  memory: 512,
  strategy: 'BLUE_GREEN',
  bake: '5m',
  hookTimeout: '30m',
  smokeStatus: 200,
  smokeRequests: 5,
  smokeTimeout: '10s',
  rehearsalDirectory: '.',
  startDelay: '0s',
  loadTimeout: '15s',
  healthCheckInterval: '5s',
  healthCheckTimeout: '2s',
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  deregistrationDelay: '15s',
} as const;

const PLACEHOLDER = '`{environment}` stands for the name of the environment.';
/** Letters, digits, `-` and `_` (the ECS API's own rule), and the placeholder; what else is in braces is explained when resolved. */
const ECS_NAME = {
  pattern: /^[A-Za-z0-9_{$}-]+$/,
  rule: 'an ECS name (letters, digits, - and _)',
  longest: 255,
} as const;
const URL_PATH = {
  pattern: /^\/[^\s#]*$/,
  rule: 'a path that starts with /',
  advice: (input: unknown) => (typeof input === 'string' && /^[\w.~-][^\s#:]*$/.test(input) ? `/${input}` : undefined),
} as const;

const tasks = section(
  'Tasks',
  'How many tasks may run. The first number is also what pausing returns to.',
  {
    minimum: wholeNumber('Fewest tasks.', {
      minimum: 1,
      maximum: 5000,
      example: 1,
      default: DEFAULTS.minimumTasks,
    }).optional(),
    maximum: wholeNumber('Most tasks; the same as minimum when left out.', {
      minimum: 1,
      maximum: 5000,
      example: 5,
    }).optional(),
  },
  '{ minimum: 1, maximum: 5 }',
);

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
    protected: flag('Changes ask for a confirmation, and faults are never injected here.', false).optional(),
    pausable: flag('May be scaled to nothing by `pause` and by a schedule.', false).optional(),
    tasks: tasks.optional(),
  },
  '{ region: ca-central-1, cluster: artguard-cluster-{environment} }',
);

const capacity = section(
  'Capacity',
  'What one environment of the service is built for; loads are sized from it.',
  {
    requestsPerSecond: positiveNumber('Requests per second.', { maximum: 1_000_000, example: 50 }),
    responseTime: duration('Average time of a response at that load.', {
      minimum: '1ms',
      maximum: '1h',
      example: '5s',
    }),
  },
  '{ requestsPerSecond: 50, responseTime: 5s }',
);

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
    requests: wholeNumber('How many requests, one after another.', {
      minimum: 1,
      maximum: 1000,
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

const watchShape = {
  duration: duration('How long to watch.', { minimum: '10s', maximum: '1d', example: '2m' }),
  objective: text('Name of the SLO whose error budget must hold.', { example: 'availability' }),
};

const deployShape = {
  strategy: choice('ECS deployment strategy.', ['BLUE_GREEN', 'ROLLING'], {
    example: 'BLUE_GREEN',
    default: DEFAULTS.strategy,
  }).optional(),
  bake: duration('How long both revisions run after all traffic moved, in whole minutes (ECS: 0 to 24 h).', {
    minimum: '0s',
    maximum: '24h',
    wholeMinutes: true,
    example: '5m',
    default: DEFAULTS.bake,
  }).optional(),
  hookTimeout: duration('How long a pause waits for its answer before ECS rolls back by itself, in whole minutes.', {
    minimum: '1m',
    maximum: '14d',
    wholeMinutes: true,
    example: '30m',
    default: DEFAULTS.hookTimeout,
  }).optional(),
  smoke: smoke.optional(),
};

const loadShape = {
  path: text('Path to request; the health path when left out.', { ...URL_PATH, example: '/health' }).optional(),
  requestsPerSecond: wholeNumber('Arrivals per second.', { minimum: 1, maximum: 5000, example: 50 }),
  timeout: duration('Longest time for one request; longer counts as failed.', {
    minimum: '100ms',
    maximum: '2m',
    example: '15s',
    default: DEFAULTS.loadTimeout,
  }).optional(),
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

const rehearsalShape = {
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
      example: 'backend:1.0.0: {}',
      atLeastOne: true,
    },
  ),
  initialImage: text('The image that runs when the platform comes up; the first of `images` when left out.', {
    example: 'backend:1.0.0',
  }).optional(),
  healthCheck: healthCheck.optional(),
  deregistrationDelay: duration('How long a task leaving the load balancer may finish its requests.', {
    minimum: '0s',
    maximum: '1h',
    example: '15s',
    default: DEFAULTS.deregistrationDelay,
  }).optional(),
};

/** Every key optional: an override may change one of them. */
function partial<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.object(shape).partial().shape;
}

function loadSection<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return section('Load', 'The load a rehearsal puts on the service.', shape, '{ requestsPerSecond: 50 }');
}

/** What a service and an override of it have in common; an override passes forms of the sections in which nothing is required. */
function serviceSections<Watch extends z.core.$ZodLooseShape, Rehearsal extends z.core.$ZodLooseShape>(
  watch: Watch,
  rehearsal: Rehearsal,
) {
  return {
    container: text(
      `Container that gets the traffic and whose image a deployment changes; the service's key when left out. ${PLACEHOLDER}`,
      { ...ECS_NAME, example: 'backend' },
    ).optional(),
    healthPath: text('Path of the health check.', {
      ...URL_PATH,
      example: '/health',
      default: DEFAULTS.healthPath,
    }).optional(),
    tasks: tasks.optional(),
    cpu: wholeNumber('CPU units of a task; 1024 are one vCPU.', {
      minimum: 128,
      maximum: 196_608,
      example: 1024,
      default: DEFAULTS.cpu,
    }).optional(),
    memory: wholeNumber('Memory of a task in MiB.', {
      minimum: 32,
      maximum: 1_048_576,
      example: 2048,
      default: DEFAULTS.memory,
    }).optional(),
    coldStart: duration('From the start of a task to its first answer.', {
      minimum: '0s',
      maximum: '1h',
      example: '60s',
    }).optional(),
    deploy: section(
      'Deploy',
      'How a deployment goes.',
      {
        ...deployShape,
        watch: section(
          'Watch',
          'Watching production after its traffic moved, while the old revision is warm.',
          watch,
          '{ duration: 2m, objective: availability }',
        ).optional(),
      },
      '{ strategy: BLUE_GREEN }',
    ).optional(),
    rehearsal: section(
      'Rehearsal',
      'How the service runs with no AWS: images are commands.',
      rehearsal,
      '{ command: [node, server.mjs], images: { "backend:1.0.0": {} }, load: { requestsPerSecond: 50 } }',
    ).optional(),
  };
}

const ecsService = text(`Name of the ECS service. ${PLACEHOLDER}`, {
  ...ECS_NAME,
  example: 'artguard-backend-{environment}',
});
const port = wholeNumber('Port the container listens on.', { minimum: 1, maximum: 65_535, example: 8000 });

/** A service once its overrides are merged in. */
export const mergedServiceSchema = section('Service', 'An ECS service.', {
  ecsService,
  port,
  ...serviceSections(watchShape, { ...rehearsalShape, load: loadSection(loadShape) }),
  capacity: capacity.optional(),
});
export type MergedService = z.output<typeof mergedServiceSchema>;

const overrideSchema = section('Override', 'What differs in this environment; sections are merged key by key.', {
  ecsService: ecsService.optional(),
  port: port.optional(),
  ...serviceSections(partial(watchShape), {
    ...partial(rehearsalShape),
    load: loadSection(partial(loadShape)).optional(),
  }),
  capacity: section(
    'Capacity',
    'What this environment of the service is built for.',
    partial(capacity.shape),
    '{ requestsPerSecond: 50, responseTime: 5s }',
  ).optional(),
});

export const serviceSchema = section(
  'Service',
  'An ECS service: a container behind a load balancer.',
  {
    ...mergedServiceSchema.shape,
    runsIn: listOf('Environments that the service runs in; all of them when left out.', name('Environment.', 'dev'), {
      example: '[dev, prod]',
    }).optional(),
    environments: mapOf('Overrides', 'What differs in an environment.', overrideSchema, {
      ...NAMED_KEYS,
      example: '{ prod: { tasks: { minimum: 2 } } }',
    }).optional(),
  },
  '{ ecsService: artguard-backend-{environment}, port: 8000 }',
);
export type ServiceDocument = z.output<typeof serviceSchema>;

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
    indicator: name('What is measured.', 'mttr'),
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
  },
);
export type TargetDocument = z.output<typeof targetSchema>;
