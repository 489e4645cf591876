/** One-off tasks in a service's image and network: the jobs section of a service. */
import { DEFAULTS } from './common.ts';
import { duration, listOf, mapOf, NAMED_KEYS, section, text, wholeNumber } from './fields.ts';

const job = section(
  'Job',
  "A one-off task of the service's task definition, in its network; `surefoot run-task` starts it.",
  {
    command: listOf(
      'What the container runs instead of its own command.',
      text('Program or argument.', { example: 'node' }),
      { example: '[node, pipeline.mjs]' },
    ),
    container: text("The container that runs it and whose exit code decides; the service's own when left out.", {
      example: 'backend',
    }).optional(),
    timeout: duration('Longest time; then the task is stopped and counts as failed.', {
      minimum: '1s',
      maximum: '7d',
      example: '30m',
      default: DEFAULTS.jobTimeout,
    }).optional(),
    cpu: wholeNumber("CPU units of the task; as the service's when left out.", {
      minimum: 128,
      maximum: 196_608,
      example: 2048,
    }).optional(),
    memory: wholeNumber("Memory of the task in MiB; as the service's when left out.", {
      minimum: 32,
      maximum: 1_048_576,
      example: 4096,
    }).optional(),
  },
  '{ command: [node, pipeline.mjs] }',
);

export const jobsSchema = mapOf('Jobs', 'One-off tasks by name.', job, {
  ...NAMED_KEYS,
  example: 'data-pipeline: { command: [node, pipeline.mjs] }',
});
