/** Amazon EventBridge Scheduler: one-time schedules that call the platform's own APIs. */
import { type Operation, operation, type ServiceModule } from '../wire/operation.ts';
import { type SchedulerParts, Schedules } from './schedules.ts';
import { operationSchema, type SchedulerOperationName } from './schemas.ts';
import type {
  CreateScheduleInput,
  ListSchedulesInput,
  ListSchedulesOutput,
  ScheduleName,
  ScheduleView,
} from './types.ts';

export interface Scheduler {
  readonly module: ServiceModule;
  stop(): void;
}

/** The service, with no schedule yet. */
export function createScheduler(parts: SchedulerParts): Scheduler {
  const schedules = new Schedules(parts);
  return {
    module: {
      id: 'scheduler',
      operations: [
        createSchedule(schedules),
        updateSchedule(schedules),
        getSchedule(schedules),
        deleteSchedule(schedules),
        listSchedules(schedules),
      ],
    },
    stop: () => schedules.stop(),
  };
}

const described = (name: SchedulerOperationName) => ({
  schema: operationSchema(name),
  source: `https://docs.aws.amazon.com/scheduler/latest/APIReference/API_${name}.html`,
});

/** What a schedule is asked to be: the same when it is made and when it is changed. */
const CONTENT = {
  supports: [
    ...['Name', 'GroupName', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'State', 'ClientToken'],
    ...['ActionAfterCompletion', 'FlexibleTimeWindow.Mode', 'Target.Arn', 'Target.Input'],
  ],
  inert: {
    Description: 'given back',
    KmsKeyArn: 'given back; there is no KMS here',
    'Target.RoleArn': 'given back; there is no IAM here',
    'Target.RetryPolicy.*': 'given back; the call is made once',
    'Target.DeadLetterConfig.*': 'given back; there are no queues here',
  },
};

function createSchedule(schedules: Schedules): Operation {
  return operation<CreateScheduleInput, { readonly ScheduleArn: string }>({
    ...described('CreateSchedule'),
    ...CONTENT,
    handle: (input) => ({ ScheduleArn: schedules.create(input).Arn }),
  });
}

function updateSchedule(schedules: Schedules): Operation {
  return operation<CreateScheduleInput, { readonly ScheduleArn: string }>({
    ...described('UpdateSchedule'),
    ...CONTENT,
    handle: (input) => ({ ScheduleArn: schedules.update(input).Arn }),
  });
}

function getSchedule(schedules: Schedules): Operation {
  return operation<ScheduleName, ScheduleView>({
    ...described('GetSchedule'),
    supports: ['Name', 'GroupName'],
    handle: (input) => schedules.get(input),
  });
}

function deleteSchedule(schedules: Schedules): Operation {
  return operation<ScheduleName, object>({
    ...described('DeleteSchedule'),
    supports: ['Name', 'GroupName'],
    inert: { ClientToken: 'a schedule can be deleted once anyway' },
    handle: (input) => {
      schedules.delete(input);
      return {};
    },
  });
}

/** All of them on one page. */
function listSchedules(schedules: Schedules): Operation {
  return operation<ListSchedulesInput, ListSchedulesOutput>({
    ...described('ListSchedules'),
    supports: ['GroupName', 'NamePrefix', 'State'],
    inert: { MaxResults: 'all schedules are on one page' },
    handle: ({ GroupName: group, NamePrefix: prefix = '', State: state }) => ({
      Schedules: schedules
        .all()
        .filter((each) => (group ?? each.GroupName) === each.GroupName && (state ?? each.State) === each.State)
        .filter(({ Name }) => Name.startsWith(prefix))
        .map(({ Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target }) => ({
          ...{ Arn, Name, GroupName, State, CreationDate, LastModificationDate },
          Target: { Arn: Target.Arn },
        })),
    }),
  });
}
