import {
  PutScheduledAction$,
  type PutScheduledActionRequest,
  type PutScheduledActionResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { errors } from '../errors.ts';
import { checkRange, registeredTarget } from '../scalable-targets.ts';
import { ScheduleError } from '../schedules/cron.ts';
import { parseSchedule, type Schedule } from '../schedules/expression.ts';
import { type ScheduledActionRecord, scheduledActionArn } from '../schedules/scheduled-actions.ts';

/** Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-limits.html */
const MOST_PER_TARGET = 200;

/**
 * Creates a scheduled action, or changes what is given of it: "If you don't specify start and end times, the old values are deleted."
 */
export function putScheduledAction(context: AutoScalingContext) {
  return operation<PutScheduledActionRequest, PutScheduledActionResponse>({
    schema: PutScheduledAction$,
    supports: [
      'ServiceNamespace',
      'ScheduledActionName',
      'ResourceId',
      'ScalableDimension',
      'Schedule',
      'Timezone',
      'StartTime',
      'EndTime',
      'ScalableTargetAction.*',
    ],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html',
    handle: (input) => {
      const { resourceId } = registeredTarget(context.targets, input);
      const before = context.schedules.find(resourceId, input.ScheduledActionName ?? '');
      if (before === undefined && numberOf(context, resourceId) >= MOST_PER_TARGET) {
        throw errors.limitExceeded(`A scalable target can have at most ${MOST_PER_TARGET} scheduled actions.`);
      }
      context.schedules.put(changed(context, resourceId, input, before));
      return {};
    },
  });
}

function numberOf({ schedules }: AutoScalingContext, resourceId: string): number {
  return schedules.list().filter((record) => record.resourceId === resourceId).length;
}

function changed(
  context: AutoScalingContext,
  resourceId: string,
  input: PutScheduledActionRequest,
  before: ScheduledActionRecord | undefined,
): ScheduledActionRecord {
  const expression = input.Schedule ?? before?.expression;
  const action = input.ScalableTargetAction ?? before?.action;
  if (expression === undefined) {
    throw errors.invalid('Schedule must be specified when creating a new scheduled action.');
  }
  if (action?.MinCapacity === undefined && action?.MaxCapacity === undefined) {
    throw errors.invalid('ScalableTargetAction must hold MinCapacity, MaxCapacity or both.');
  }
  checkRange({ minimum: action.MinCapacity, maximum: action.MaxCapacity });
  const { StartTime: start, EndTime: end } = input;
  if (start !== undefined && end !== undefined && start >= end) {
    throw errors.invalid(
      `StartTime must be before EndTime: ${start.toISOString()} is not before ${end.toISOString()}.`,
    );
  }
  const timezone = input.Timezone ?? before?.timezone;
  const name = input.ScheduledActionName ?? '';
  return {
    arn: before?.arn ?? scheduledActionArn(context, resourceId, name),
    name,
    resourceId,
    expression,
    schedule: scheduleOf(expression, timezone),
    timezone,
    start,
    end,
    action,
    createdAt: before?.createdAt ?? context.clock.now(),
  };
}

function scheduleOf(expression: string, timezone: string | undefined): Schedule {
  try {
    return parseSchedule(expression, timezone);
  } catch (error) {
    throw error instanceof ScheduleError ? errors.invalid(`Invalid schedule: ${error.message}.`) : error;
  }
}
