/**
 * EventBridge Scheduler's API as the SDK's own schemas, by hand for the five operations that the platform has, from AWS's service model
 * 2021-06-30. Parameters of templated targets (EcsParameters, SqsParameters and so on) are left out, so that they are refused.
 */

/** A schema in the SDK's static form: `[9, namespace, name, traits, input, output]` for an operation. */
type StaticSchema = readonly unknown[];

const NAMESPACE = 'com.amazonaws.scheduler';
// The SDK's codes for kinds of schemas, for simple types, and for traits as bits (@smithy/core/schema).
const KIND = { error: -3, list: 1, structure: 3, operation: 9 };
const STRING = 0;
const NUMBER = 1;
const TIMESTAMP = 4;
const LABEL = [STRING, 1];

/** Required members come first; `required` says how many they are. */
function structure(name: string, members: Readonly<Record<string, unknown>>, required = 0): StaticSchema {
  return [KIND.structure, NAMESPACE, name, 0, Object.keys(members), Object.values(members), required];
}

function error(name: string, status: number): StaticSchema {
  return [KIND.error, NAMESPACE, name, { error: 'client', httpError: status }, ['Message'], [STRING], 1];
}

function rest(name: string, method: string, path: string, input: StaticSchema, output: StaticSchema): StaticSchema {
  return [KIND.operation, NAMESPACE, name, { http: [method, path, 200] }, () => input, () => output];
}

const inQuery = (schema: unknown, name: string) => [schema, { httpQuery: name }];

const retryPolicy = structure('RetryPolicy', { MaximumEventAgeInSeconds: NUMBER, MaximumRetryAttempts: NUMBER });
const deadLetters = structure('DeadLetterConfig', { Arn: STRING });
const target = structure(
  'Target',
  { Arn: STRING, RoleArn: STRING, DeadLetterConfig: () => deadLetters, RetryPolicy: () => retryPolicy, Input: STRING },
  2,
);
const window = structure('FlexibleTimeWindow', { Mode: STRING, MaximumWindowInMinutes: NUMBER }, 1);
const ownMembers = {
  GroupName: STRING,
  StartDate: TIMESTAMP,
  EndDate: TIMESTAMP,
  Description: STRING,
  ScheduleExpressionTimezone: STRING,
  State: STRING,
  KmsKeyArn: STRING,
  ActionAfterCompletion: STRING,
};
const asked = { ScheduleExpression: STRING, Target: () => target, FlexibleTimeWindow: () => window };
const stamps = { Arn: STRING, CreationDate: TIMESTAMP, LastModificationDate: TIMESTAMP };
const summary = structure('ScheduleSummary', {
  ...stamps,
  ...{ Name: STRING, GroupName: STRING, State: STRING },
  Target: () => structure('TargetSummary', { Arn: STRING }, 1),
});
const summaries: StaticSchema = [KIND.list, NAMESPACE, 'ScheduleList', 0, () => summary];
const named = { Name: LABEL, GroupName: inQuery(STRING, 'groupName') };

const OPERATIONS = {
  CreateSchedule: rest(
    'CreateSchedule',
    'POST',
    '/schedules/{Name}',
    structure('CreateScheduleInput', { Name: LABEL, ...asked, ...ownMembers, ClientToken: [STRING, 4] }, 4),
    structure('CreateScheduleOutput', { ScheduleArn: STRING }, 1),
  ),
  UpdateSchedule: rest(
    'UpdateSchedule',
    'PUT',
    '/schedules/{Name}',
    structure('UpdateScheduleInput', { Name: LABEL, ...asked, ...ownMembers, ClientToken: [STRING, 4] }, 4),
    structure('UpdateScheduleOutput', { ScheduleArn: STRING }, 1),
  ),
  GetSchedule: rest(
    'GetSchedule',
    'GET',
    '/schedules/{Name}',
    structure('GetScheduleInput', named, 1),
    structure('GetScheduleOutput', { Name: STRING, ...stamps, ...asked, ...ownMembers }),
  ),
  DeleteSchedule: rest(
    'DeleteSchedule',
    'DELETE',
    '/schedules/{Name}',
    structure('DeleteScheduleInput', { ...named, ClientToken: inQuery(STRING, 'clientToken') }, 1),
    structure('DeleteScheduleOutput', {}),
  ),
  ListSchedules: rest(
    'ListSchedules',
    'GET',
    '/schedules',
    structure('ListSchedulesInput', {
      GroupName: inQuery(STRING, 'ScheduleGroup'),
      NamePrefix: inQuery(STRING, 'NamePrefix'),
      State: inQuery(STRING, 'State'),
      NextToken: inQuery(STRING, 'NextToken'),
      MaxResults: inQuery(NUMBER, 'MaxResults'),
    }),
    structure('ListSchedulesOutput', { Schedules: () => summaries, NextToken: STRING }, 1),
  ),
} as const;

export type SchedulerOperationName = keyof typeof OPERATIONS;

const ERRORS = [
  error('ConflictException', 409),
  error('ResourceNotFoundException', 404),
  error('ServiceQuotaExceededException', 402),
  error('ValidationException', 400),
];

/** AWS has these too; the platform refuses them by name. */
const OTHERS: readonly (readonly [name: string, method: string, path: string])[] = [
  ['CreateScheduleGroup', 'POST', '/schedule-groups/{Name}'],
  ['GetScheduleGroup', 'GET', '/schedule-groups/{Name}'],
  ['DeleteScheduleGroup', 'DELETE', '/schedule-groups/{Name}'],
  ['ListScheduleGroups', 'GET', '/schedule-groups'],
  ['ListTagsForResource', 'GET', '/tags/{ResourceArn}'],
  ['TagResource', 'POST', '/tags/{ResourceArn}'],
  ['UntagResource', 'DELETE', '/tags/{ResourceArn}'],
];

/** The schema of one operation. */
export function operationSchema(name: SchedulerOperationName): StaticSchema {
  return OPERATIONS[name];
}

/** All operations and errors by name with a `$` behind, as the SDK's clients export theirs. */
export function schedulerSchemas(): Readonly<Record<string, StaticSchema>> {
  const others = OTHERS.map(([name, ...http]) => [
    KIND.operation,
    NAMESPACE,
    name,
    { http: [...http, 200] },
    'unit',
    'unit',
  ]);
  const all: readonly StaticSchema[] = [...Object.values(OPERATIONS), ...others, ...ERRORS];
  return Object.fromEntries(all.map((schema) => [`${schema[2]}$`, schema]));
}
