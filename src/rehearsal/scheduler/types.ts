/** What EventBridge Scheduler takes and gives, as far as the platform has it. Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/ */

export interface Target {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string;
}

export interface ScheduleContent {
  readonly Name: string;
  readonly GroupName?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly Description?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly Target: Target;
  readonly FlexibleTimeWindow: { readonly Mode: 'OFF' | 'FLEXIBLE' };
  readonly ActionAfterCompletion?: 'NONE' | 'DELETE';
}

export interface CreateScheduleInput extends ScheduleContent {
  readonly ClientToken?: string;
}

export interface ScheduleName {
  readonly Name: string;
  readonly GroupName?: string;
}

export interface ScheduleView extends Required<Omit<ScheduleContent, 'Description'>> {
  readonly Arn: string;
  readonly CreationDate: Date;
  readonly LastModificationDate: Date;
  readonly Description?: string;
}

export interface ListSchedulesInput {
  readonly GroupName?: string;
  readonly NamePrefix?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
}

export interface ListSchedulesOutput {
  readonly Schedules: readonly (Pick<ScheduleView, 'Arn' | 'Name' | 'GroupName' | 'State' | 'CreationDate'> & {
    readonly LastModificationDate: Date;
    readonly Target: Pick<Target, 'Arn'>;
  })[];
}
