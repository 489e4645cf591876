/** EventBridge Scheduler, as far as one-time schedules need it. All of them are in the group `default`. */
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  paginateListSchedules,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { awsCall, isAwsError } from './errors.ts';

export { SchedulerClient } from '@aws-sdk/client-scheduler';

/** A call of AWS's API that Scheduler makes once. Schedules cannot be tagged: what one belongs to stands in its description. */
export interface OneTimeCall {
  /** 1 to 64 letters, digits and -_. */
  readonly name: string;
  readonly description: string;
  /** To the second; Scheduler keeps it to a minute (AWS: "Schedule types", one-time schedules). */
  readonly at: Date;
  /** `fis:stopExperiment`: the SDK's name of the service, and the operation with a small first letter (AWS: "Using universal targets"). */
  readonly call: `${string}:${string}`;
  /** The request, its members with capitals, as in AWS's examples. */
  readonly input: Readonly<Record<string, unknown>>;
  /** ARN of the role that Scheduler takes for it. */
  readonly roleArn: string;
}

export interface Scheduled {
  readonly name: string;
  readonly description: string;
  /** As it was given; empty for what is no JSON object. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface SchedulerGateway {
  /** The schedule deletes itself once it has made its call. A second time with the same name is a ConflictException. */
  create(call: OneTimeCall): Promise<void>;
  /** Replaces all of the schedule of that name. */
  update(call: OneTimeCall): Promise<void>;
  /** Undefined: there is none of that name. */
  get(name: string): Promise<Scheduled | undefined>;
  /** True when there was one. */
  delete(name: string): Promise<boolean>;
  /** The names that begin so. */
  names(prefix: string): Promise<string[]>;
}

/** A call that AWS refuses is made again a few times, and not for a day (AWS's default is 185 times in 24 hours). */
const RETRY = { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 900 };

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createSchedulerGateway(client: SchedulerClient, signal?: AbortSignal): SchedulerGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async create(call) {
      const command = new CreateScheduleCommand(requestFor(call));
      await awsCall('scheduler:CreateSchedule', () => client.send(command, options));
    },
    async update(call) {
      const command = new UpdateScheduleCommand(requestFor(call));
      await awsCall('scheduler:UpdateSchedule', () => client.send(command, options));
    },
    get: (name) =>
      ifThere(async () => {
        const command = new GetScheduleCommand({ Name: name });
        const { Description: description = '', Target } = await awsCall('scheduler:GetSchedule', () =>
          client.send(command, options),
        );
        return { name, description, input: objectIn(Target?.Input) };
      }),
    async delete(name) {
      const command = new DeleteScheduleCommand({ Name: name });
      const done = await ifThere(() => awsCall('scheduler:DeleteSchedule', () => client.send(command, options)));
      return done !== undefined;
    },
    names: (prefix) =>
      awsCall('scheduler:ListSchedules', async () => {
        const names: string[] = [];
        const pages = paginateListSchedules({ client }, { NamePrefix: prefix, GroupName: 'default' }, options);
        for await (const { Schedules = [] } of pages) {
          names.push(...Schedules.flatMap(({ Name }) => Name ?? []));
        }
        return names;
      }),
  };
}

function requestFor({ name, description, at, call, input, roleArn }: OneTimeCall): CreateScheduleCommandInput {
  const partition = roleArn.split(':')[1] ?? 'aws';
  return {
    Name: name,
    Description: description,
    ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: `arn:${partition}:scheduler:::aws-sdk:${call}`,
      RoleArn: roleArn,
      Input: JSON.stringify(input),
      RetryPolicy: RETRY,
    },
  };
}

function objectIn(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

async function ifThere<Found>(read: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) {
      return undefined;
    }
    throw error;
  }
}
