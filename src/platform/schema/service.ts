/** What a surefoot.yml says of a service. What is optional has its default in `DEFAULTS`. */
import * as z from 'zod';
import { DEFAULTS, ECS_NAME, PLACEHOLDER, URL_PATH } from './common.ts';
import { deployShape, watchShape } from './deploy.ts';
import { duration, listOf, mapOf, NAMED_KEYS, name, positiveNumber, section, text, wholeNumber } from './fields.ts';
import { jobsSchema } from './job.ts';
import { serviceLoadSchema, serviceUrl } from './load.ts';
import { loadShape, rehearsalShape } from './rehearsal.ts';

export const tasksSchema = section(
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
    tasks: tasksSchema.optional(),
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
    jobs: jobsSchema.optional(),
    url: serviceUrl.optional(),
    load: serviceLoadSchema.optional(),
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
