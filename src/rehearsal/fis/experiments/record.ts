/** An experiment as far as it has come, and as FIS shows it. */
import type {
  Experiment,
  ExperimentAction,
  ExperimentActionState,
  ExperimentOptions,
  ExperimentState,
  ExperimentSummary,
  ResolvedTarget,
} from '../../../aws/fis/types.ts';
import type { Resource } from '../targets/resource.ts';
import { type TemplateContent, withReportDefaults } from '../templates/template.ts';

export interface ActionRecord {
  readonly name: string;
  readonly input: TemplateContent['actions'][string];
  state: ExperimentActionState;
  startedAt?: Date;
  endedAt?: Date;
}

export interface ExperimentRecord {
  readonly id: string;
  readonly arn: string;
  readonly templateId: string;
  /** The template as it was at the start. */
  readonly content: TemplateContent;
  readonly options: Required<ExperimentOptions>;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  readonly actions: readonly ActionRecord[];
  state: ExperimentState;
  startedAt?: Date;
  endedAt?: Date;
  /** By target name; empty before the targets are resolved. */
  resolved: ReadonlyMap<string, readonly Resource[]>;
}

const ENDED: ReadonlySet<string | undefined> = new Set(['completed', 'stopped', 'failed', 'cancelled']);

/** Whether the experiment will not change any more. */
export function hasEnded({ state }: ExperimentRecord): boolean {
  return ENDED.has(state.status);
}

/** As GetExperiment gives it. */
export function experimentView(record: ExperimentRecord): Experiment {
  const { content } = record;
  const { targets = {}, stopConditions, roleArn, logConfiguration, experimentReportConfiguration: report } = content;
  return {
    ...experimentSummary(record),
    roleArn,
    targets,
    stopConditions,
    actions: Object.fromEntries(record.actions.map((action) => [action.name, actionView(action)])),
    targetAccountConfigurationsCount: 0,
    ...(record.startedAt === undefined ? {} : { startTime: record.startedAt }),
    ...(record.endedAt === undefined ? {} : { endTime: record.endedAt }),
    ...(logConfiguration === undefined ? {} : { logConfiguration }),
    ...(report === undefined ? {} : { experimentReportConfiguration: withReportDefaults(report) }),
  };
}

/** As ListExperiments gives it. */
export function experimentSummary(record: ExperimentRecord): ExperimentSummary {
  const { id, arn, templateId, state, createdAt, tags, options } = record;
  return {
    id,
    arn,
    experimentTemplateId: templateId,
    state,
    creationTime: createdAt,
    tags: Object.fromEntries(tags),
    experimentOptions: options,
  };
}

function actionView({ input, state, startedAt, endedAt }: ActionRecord): ExperimentAction {
  return {
    ...input,
    state,
    ...(startedAt === undefined ? {} : { startTime: startedAt }),
    ...(endedAt === undefined ? {} : { endTime: endedAt }),
  };
}

/** As ListExperimentResolvedTargets gives them, of one target or of all. */
export function resolvedTargets(record: ExperimentRecord, targetName: string | undefined): ResolvedTarget[] {
  return [...record.resolved]
    .filter(([name]) => (targetName ?? name) === name)
    .flatMap(([name, resources]) => {
      const resourceType = record.content.targets?.[name]?.resourceType ?? '';
      return resources.map(({ arn }) => ({ resourceType, targetName: name, targetInformation: { arn } }));
    });
}
