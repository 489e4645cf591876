/** An experiment template: checked, kept, shown. */
import type {
  CreateExperimentTemplateRequest,
  ExperimentTemplate,
  ExperimentTemplateReportConfiguration,
  UpdateExperimentTemplateRequest,
} from '../../../aws/fis/types.ts';
import { errors } from '../errors.ts';
import { QUOTAS } from '../quotas.ts';
import { checkActions } from './check-actions.ts';
import { checkTargets } from './check-targets.ts';

/** What a template says, without what belongs to the request. */
export type TemplateContent = Omit<CreateExperimentTemplateRequest, 'clientToken' | 'tags'>;

export interface TemplateRecord {
  readonly id: string;
  readonly arn: string;
  readonly content: TemplateContent;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly tags: Map<string, string>;
}

/** @throws AwsError for a template that AWS refuses, or that the platform cannot honour */
export function checkTemplate(content: TemplateContent): void {
  const { stopConditions, targets = {}, actions, experimentOptions, logConfiguration } = content;
  if (experimentOptions?.accountTargeting === 'multi-account') {
    throw errors.unsupported(
      "surefoot's rehearsal platform has one account: experimentOptions.accountTargeting multi-account is not supported.",
    );
  }
  if (stopConditions.length > QUOTAS.stopConditions) {
    throw errors.quota(
      `The experiment template has ${stopConditions.length} stop conditions; at most ${QUOTAS.stopConditions} are allowed.`,
    );
  }
  for (const { source, value } of stopConditions) {
    checkStopCondition(source, value);
  }
  if (logConfiguration !== undefined) {
    const { cloudWatchLogsConfiguration: cloudWatch, s3Configuration: s3 } = logConfiguration;
    if (cloudWatch === undefined && s3 === undefined) {
      throw errors.invalid('logConfiguration must name a log group or an S3 bucket.');
    }
  }
  checkTargets(targets);
  checkActions(actions, targets);
}

function checkStopCondition(source: string, value: string | undefined): void {
  if (source !== 'none' && source !== 'aws:cloudwatch:alarm') {
    throw errors.invalid(`Stop condition source "${source}" is unknown; it must be none or aws:cloudwatch:alarm.`);
  }
  if (source === 'none' && value !== undefined) {
    throw errors.invalid('A stop condition with the source none must not have a value.');
  }
  if (source === 'aws:cloudwatch:alarm' && !/^arn:[^:]+:cloudwatch:[^:]+:\d{12}:alarm:./.test(value ?? '')) {
    throw errors.invalid(`Stop condition value "${value ?? ''}" is not the ARN of a CloudWatch alarm.`);
  }
}

/** The content after an update: each member given replaces the one there was, and `accountTargeting` stays. */
export function updatedContent(before: TemplateContent, update: UpdateExperimentTemplateRequest): TemplateContent {
  const { id: _, actions, logConfiguration, experimentOptions, ...plain } = update;
  return {
    ...before,
    ...plain,
    ...(actions === undefined ? {} : { actions: completeActions(actions) }),
    ...(logConfiguration === undefined
      ? {}
      : { logConfiguration: { ...logConfiguration, logSchemaVersion: logConfiguration.logSchemaVersion ?? 2 } }),
    ...(experimentOptions === undefined
      ? {}
      : { experimentOptions: { ...before.experimentOptions, ...experimentOptions } }),
  };
}

function completeActions(actions: NonNullable<UpdateExperimentTemplateRequest['actions']>): TemplateContent['actions'] {
  return Object.fromEntries(
    Object.entries(actions).map(([name, action]) => {
      if (action.actionId === undefined) {
        throw errors.invalid(`Action "${name}" must have an actionId.`);
      }
      return [name, { ...action, actionId: action.actionId }];
    }),
  );
}

/** As GetExperimentTemplate gives it, with AWS's defaults. */
export function templateView({ id, arn, content, createdAt, updatedAt, tags }: TemplateRecord): ExperimentTemplate {
  const { experimentOptions, experimentReportConfiguration: report, ...rest } = content;
  return {
    id,
    arn,
    ...rest,
    targets: content.targets ?? {},
    creationTime: createdAt,
    lastUpdateTime: updatedAt,
    tags: Object.fromEntries(tags),
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail', ...experimentOptions },
    targetAccountConfigurationsCount: 0,
    ...(report === undefined ? {} : { experimentReportConfiguration: withReportDefaults(report) }),
  };
}

/** "The default is 20 minutes" for both. Source: https://docs.aws.amazon.com/fis/latest/userguide/experiment-report-configuration.html */
export function withReportDefaults(
  report: NonNullable<TemplateContent['experimentReportConfiguration']>,
): ExperimentTemplateReportConfiguration {
  return { preExperimentDuration: 'PT20M', postExperimentDuration: 'PT20M', ...report };
}
