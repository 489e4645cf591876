/**
 * An FIS experiment template in AWS's own field names: the request of CreateExperimentTemplate without its client token
 * (https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html), lengths as in AWS's service model of 2020-12-01.
 */
import * as z from 'zod';
import { choice, explain, listOf, mapOf, section, shown, text } from '../../../platform/schema/fields.ts';

/** FIS reads only this version since 2023; version 1 still stands in old templates. */
export const LOG_SCHEMA_VERSIONS = [1, 2] as const;

/** `${region}`, or `${AWS::Region}` of CloudFormation: something that is known only later. */
const PLACEHOLDER = /\$\{[^{}]*\}/;

/** Whether a part of the text is known only later, so that neither its length nor its form can be judged. */
export function hasPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value);
}

const NO_SPACES = { pattern: /^\S+$/, rule: 'a text without spaces' } as const;

/** 64 characters without spaces: how FIS wants the names of targets and actions. */
const NAMES = {
  key: /^\S{1,64}$/,
  keyRule: 'a name without spaces of at most 64 characters',
  keyAdvice: (key: string) => key.trim().replace(/\s+/g, '-').slice(0, 64) || 'main',
} as const;

function arn(description: string, example: string) {
  const rule = 'an ARN of 20 to 2048 characters without spaces';
  return text(description, {
    example,
    longest: 2048,
    pattern: /^(?:arn:\S{16,}|\S*\$\{[^{}]*\}\S*)$/,
    rule,
  });
}

function tags(description: string) {
  const value = z
    .string({ error: ({ input }) => explain(`must be a text, not ${shown(input)}`, 'allowed') })
    .max(256, { error: () => explain('is longer than 256 characters', 'allowed') })
    .meta({ description: 'The value; may be empty.', examples: ['allowed'] });
  return mapOf('Tags', description, value, {
    key: /^[\s\S]{1,128}$/,
    keyRule: 'a key of 1 to 128 characters',
    keyAdvice: (key) => key.slice(0, 128) || 'surefoot:chaos',
    example: '{ surefoot:chaos: allowed }',
  }).refine((entries) => Object.keys(entries).length <= 50, {
    error: () => explain('has more than 50 tags', 'at most 50 tags'),
  });
}

function parameters(description: string, example: string) {
  const value = text('The value, always as text.', { example: 'PT5M', longest: 1024 });
  return mapOf('Parameters', description, value, { ...NAMES, example });
}

const target = section(
  'Target',
  'What is hit. FIS looks for it once, when the experiment starts.',
  {
    resourceType: text('Kind of resource.', { ...NO_SPACES, example: 'aws:ecs:task', longest: 128 }),
    resourceArns: listOf(
      'Up to 5 resources by ARN; not together with tags or filters.',
      arn('ARN of a resource.', 'arn:aws:ecs:ca-central-1:123456789012:task/prod/0123456789abcdef'),
      {
        example: '[arn:aws:rds:ca-central-1:123456789012:cluster:orders]',
        atLeast: 0,
        atMost: 5,
      },
    ).optional(),
    resourceTags: tags('Tags that a resource must have, all of them.').optional(),
    filters: listOf(
      'Attributes that a resource must have: every filter, any of its values.',
      section(
        'Filter',
        'An attribute of the resource as its Describe call returns it.',
        {
          path: text('Names joined by dots, each with a capital: as in the Describe call.', {
            ...NO_SPACES,
            example: 'State.Name',
            longest: 256,
          }),
          values: listOf('Any of these.', text('A value.', { ...NO_SPACES, example: 'running', longest: 128 }), {
            example: '[running]',
          }),
        },
        '{ path: State.Name, values: [running] }',
      ),
      { example: '[{ path: State.Name, values: [running] }]', atLeast: 0 },
    ).optional(),
    selectionMode: text('How many of those found: ALL, COUNT(n) or PERCENT(n).', {
      ...NO_SPACES,
      example: 'COUNT(1)',
      longest: 64,
    }),
    parameters: parameters(
      'What else narrows the search, by resource type.',
      '{ cluster: backend-prod, service: backend }',
    ).optional(),
  },
  '{ resourceType: aws:ecs:task, resourceTags: { surefoot:chaos: allowed }, selectionMode: COUNT(1) }',
);

const action = section(
  'Action',
  'One fault, or a wait.',
  {
    actionId: text('What is done.', { ...NO_SPACES, example: 'aws:ecs:stop-task', longest: 128 }),
    description: text('A sentence for people.', { example: 'Kill one task', longest: 512 }).optional(),
    parameters: parameters('Settings of the action, as texts; durations in ISO 8601.', '{ duration: PT5M }').optional(),
    targets: mapOf(
      'Targets of the action',
      'For the kind of target that the action takes (its key) the name of a target of this template.',
      text('Name of a target.', { ...NO_SPACES, example: 'tasks', longest: 64 }),
      { ...NAMES, example: '{ Tasks: tasks }' },
    ).optional(),
    startAfter: listOf(
      'Actions that must have ended, their duration included, before this one starts; at once when left out.',
      text('Name of an action.', { ...NO_SPACES, example: 'wait', longest: 64 }),
      { example: '[wait]', atLeast: 0 },
    ).optional(),
  },
  '{ actionId: aws:ecs:stop-task, targets: { Tasks: tasks } }',
);

const stopCondition = section(
  'Stop condition',
  'An alarm that ends the experiment.',
  {
    source: choice('aws:cloudwatch:alarm, or none for no alarm.', ['aws:cloudwatch:alarm', 'none'], {
      example: 'aws:cloudwatch:alarm',
    }),
    value: arn(
      'ARN of the alarm.',
      'arn:aws:cloudwatch:ca-central-1:123456789012:alarm:backend-availability',
    ).optional(),
  },
  `{ source: aws:cloudwatch:alarm, value: 'arn:aws:cloudwatch:\${region}:\${account}:alarm:backend-availability' }`,
);

const bucketName = text('Name of the bucket.', {
  example: 'fis-reports',
  pattern: /^(?:\S{3,63}|\S*\$\{[^{}]*\}\S*)$/,
  rule: 'the name of a bucket (3 to 63 characters)',
});

const logConfiguration = section(
  'Log configuration',
  'Where FIS writes what it did and which targets it found.',
  {
    cloudWatchLogsConfiguration: section('CloudWatch Logs', 'A log group.', {
      logGroupArn: arn(
        'ARN of the log group, with :* at its end.',
        'arn:aws:logs:ca-central-1:123456789012:log-group:/fis:*',
      ),
    }).optional(),
    s3Configuration: section('S3', 'A bucket.', {
      bucketName,
      prefix: text('Folder in it.', { example: 'fis/', longest: 700 }).optional(),
    }).optional(),
    logSchemaVersion: z
      .union(
        LOG_SCHEMA_VERSIONS.map((version) => z.literal(version)),
        {
          error: ({ input }) =>
            input === undefined ? explain('is missing', '2') : explain(`must be 2, not ${shown(input)}`, '2'),
        },
      )
      .meta({ description: 'Version of the format of the log; 2.', examples: [2] }),
  },
  `{ cloudWatchLogsConfiguration: { logGroupArn: 'arn:aws:logs:\${region}:\${account}:log-group:/fis:*' }, logSchemaVersion: 2 }`,
);

const reportDuration = (description: string, example: string) =>
  text(description, { ...NO_SPACES, example, longest: 32 }).optional();

const reportConfiguration = section(
  'Report configuration',
  "FIS's own report of the experiment, as PDF; each costs money.",
  {
    outputs: section('Outputs', 'Where the report goes.', {
      s3Configuration: section('S3', 'A bucket.', {
        bucketName: bucketName.optional(),
        prefix: text('Folder in it.', { ...NO_SPACES, example: 'fis/', longest: 256 }).optional(),
      }).optional(),
    }).optional(),
    dataSources: section('Data sources', 'What the report shows besides.', {
      cloudWatchDashboards: listOf(
        'At most one dashboard.',
        section('Dashboard', 'A CloudWatch dashboard.', {
          dashboardIdentifier: text('ARN of the dashboard.', {
            ...NO_SPACES,
            example: 'arn:aws:cloudwatch::123456789012:dashboard/backend',
            longest: 512,
          }),
        }),
        {
          example: `[{ dashboardIdentifier: 'arn:aws:cloudwatch::\${account}:dashboard/backend' }]`,
          atLeast: 0,
          atMost: 1,
        },
      ).optional(),
    }).optional(),
    preExperimentDuration: reportDuration('How long before the experiment the report begins.', 'PT10M'),
    postExperimentDuration: reportDuration('How long after it the report ends.', 'PT10M'),
  },
);

export const templateSchema = section(
  'FIS experiment template',
  'The request of CreateExperimentTemplate in its own field names.',
  {
    description: text('What the experiment does.', { example: 'One task of the service is killed', longest: 512 }),
    targets: mapOf('Targets', 'What is hit, by name.', target, { ...NAMES, example: '{ tasks: { … } }' }).optional(),
    actions: mapOf('Actions', 'What is done, by name.', action, {
      ...NAMES,
      example: '{ kill: { actionId: aws:ecs:stop-task, targets: { Tasks: tasks } } }',
      atLeastOne: true,
    }),
    stopConditions: listOf('Alarms that end the experiment, any of them.', stopCondition, {
      example: `[{ source: aws:cloudwatch:alarm, value: 'arn:aws:cloudwatch:\${region}:\${account}:alarm:backend-availability' }]`,
    }),
    roleArn: arn('Role that FIS takes to do all this.', 'arn:aws:iam::123456789012:role/fis-experiments'),
    tags: tags('Tags of the template.').optional(),
    logConfiguration: logConfiguration.optional(),
    experimentOptions: section('Experiment options', 'How targets are looked for.', {
      accountTargeting: choice('One account, or several.', ['single-account', 'multi-account'], {
        example: 'single-account',
        default: 'single-account',
      }).optional(),
      emptyTargetResolutionMode: choice(
        'What happens when a target is not found: the experiment fails, or the action is skipped.',
        ['fail', 'skip'],
        {
          example: 'fail',
          default: 'fail',
        },
      ).optional(),
    }).optional(),
    experimentReportConfiguration: reportConfiguration.optional(),
  },
);

export type Template = z.output<typeof templateSchema>;
export type TemplateTarget = z.output<typeof target>;
export type TemplateAction = z.output<typeof action>;
