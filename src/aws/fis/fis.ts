/**
 * FIS: experiment templates, experiments, what they resolved to, the catalogue of actions, the safety lever. The gateway gives what the
 * server said and judges nothing: whether a dry run really is one is for the caller to read back from `experimentOptions.actionsMode`.
 */
import { awsCall, isAwsError } from '../errors.ts';
import type { FisClient } from './client.ts';
import type {
  Action,
  ActionSummary,
  CreateExperimentTemplateRequest,
  Experiment,
  ExperimentSummary,
  ExperimentTargetAccountConfigurationSummary,
  ExperimentTemplate,
  ExperimentTemplateSummary,
  FisInputs,
  FisOutputs,
  ResolvedTarget,
  SafetyLever,
  StartExperimentRequest,
  TargetAccountConfigurationSummary,
  UpdateExperimentTemplateRequest,
} from './types.ts';

export { FisClient } from './client.ts';
export type * from './types.ts';

/** What names one thing gives undefined when there is none of that name; what lists reads all pages. */
export interface FisGateway {
  /** Without a `clientToken` one is made up, the same for every attempt of this call. */
  createTemplate(input: CreateExperimentTemplateRequest): Promise<ExperimentTemplate>;
  /** What the input has replaces what the template has, member by member; `targets` and `actions` as wholes. */
  updateTemplate(input: UpdateExperimentTemplateRequest): Promise<ExperimentTemplate>;
  getTemplate(id: string): Promise<ExperimentTemplate | undefined>;
  listTemplates(): Promise<ExperimentTemplateSummary[]>;
  deleteTemplate(id: string): Promise<void>;
  /**
   * `experimentOptions.actionsMode` `skip-all` resolves the targets and skips every action; without it AWS runs them. Read it back from
   * the answer: a server that does not know the member injects the faults.
   */
  startExperiment(input: StartExperimentRequest): Promise<Experiment>;
  getExperiment(id: string): Promise<Experiment | undefined>;
  /** AWS keeps experiments for 120 days. */
  listExperiments(templateId?: string): Promise<ExperimentSummary[]>;
  stopExperiment(id: string): Promise<Experiment>;
  /** The resources that the experiment's targets mean, of one target or of all. */
  listExperimentResolvedTargets(experimentId: string, targetName?: string): Promise<ResolvedTarget[]>;
  /** The catalogue of this region, without the parameters of its actions. */
  listActions(): Promise<ActionSummary[]>;
  getAction(id: string): Promise<Action | undefined>;
  /** The one lever of the account and region: while it is engaged no experiment runs. */
  getSafetyLever(): Promise<SafetyLever>;
  /** Engaging it stops everybody's experiments. */
  updateSafetyLeverState(status: 'engaged' | 'disengaged', reason: string): Promise<SafetyLever>;
  tagResource(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  listTagsForResource(arn: string): Promise<Readonly<Record<string, string>>>;
  /** The accounts that a template for several accounts reaches into. */
  listTargetAccountConfigurations(templateId: string): Promise<TargetAccountConfigurationSummary[]>;
  /** The same as they were when the experiment began. */
  listExperimentTargetAccountConfigurations(
    experimentId: string,
  ): Promise<ExperimentTargetAccountConfigurationSummary[]>;
}

/** "default" (AWS: GetSafetyLever). */
const SAFETY_LEVER = 'default';

/** The most that one page holds of anything here. */
const PAGE = 100;

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createFisGateway(client: FisClient, signal?: AbortSignal): FisGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  const call = <Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]): Promise<FisOutputs[Name]> =>
    awsCall(`fis:${name}`, () => client.send(name, input, options));
  return {
    createTemplate: async (input) => present((await call('CreateExperimentTemplate', input)).experimentTemplate),
    updateTemplate: async (input) => present((await call('UpdateExperimentTemplate', input)).experimentTemplate),
    getTemplate: (id) => ifAny(async () => (await call('GetExperimentTemplate', { id })).experimentTemplate),
    listTemplates: () =>
      allPages(async (page) => {
        const answer = await call('ListExperimentTemplates', page);
        return [answer.experimentTemplates, answer.nextToken];
      }),
    async deleteTemplate(id) {
      await call('DeleteExperimentTemplate', { id });
    },
    startExperiment: async (input) => present((await call('StartExperiment', input)).experiment),
    getExperiment: (id) => ifAny(async () => (await call('GetExperiment', { id })).experiment),
    listExperiments: (experimentTemplateId) =>
      allPages(async (page) => {
        const filter = experimentTemplateId === undefined ? {} : { experimentTemplateId };
        const answer = await call('ListExperiments', { ...page, ...filter });
        return [answer.experiments, answer.nextToken];
      }),
    stopExperiment: async (id) => present((await call('StopExperiment', { id })).experiment),
    listExperimentResolvedTargets: (experimentId, targetName) =>
      allPages(async (page) => {
        const filter = targetName === undefined ? {} : { targetName };
        const answer = await call('ListExperimentResolvedTargets', { experimentId, ...page, ...filter });
        return [answer.resolvedTargets, answer.nextToken];
      }),
    listActions: () =>
      allPages(async (page) => {
        const answer = await call('ListActions', page);
        return [answer.actions, answer.nextToken];
      }),
    getAction: (id) => ifAny(async () => (await call('GetAction', { id })).action),
    getSafetyLever: async () => present((await call('GetSafetyLever', { id: SAFETY_LEVER })).safetyLever),
    updateSafetyLeverState: async (status, reason) =>
      present((await call('UpdateSafetyLeverState', { id: SAFETY_LEVER, state: { status, reason } })).safetyLever),
    async tagResource(resourceArn, tags) {
      await call('TagResource', { resourceArn, tags });
    },
    listTagsForResource: async (resourceArn) => (await call('ListTagsForResource', { resourceArn })).tags ?? {},
    listTargetAccountConfigurations: (experimentTemplateId) =>
      allPages(async (page) => {
        const answer = await call('ListTargetAccountConfigurations', { experimentTemplateId, ...page });
        return [answer.targetAccountConfigurations, answer.nextToken];
      }),
    listExperimentTargetAccountConfigurations: (experimentId) =>
      allPages(async ({ maxResults, ...page }) => {
        const answer = await call('ListExperimentTargetAccountConfigurations', { experimentId, ...page });
        return [answer.targetAccountConfigurations, answer.nextToken];
      }),
  };
}

type PageRequest = { readonly maxResults: number; readonly nextToken?: string };

async function allPages<Item>(
  read: (page: PageRequest) => Promise<[items: readonly Item[] | undefined, nextToken: string | undefined]>,
): Promise<Item[]> {
  const all: Item[] = [];
  let next: string | undefined;
  do {
    const [items = [], nextToken] = await read({
      maxResults: PAGE,
      ...(next === undefined ? {} : { nextToken: next }),
    });
    all.push(...items);
    next = nextToken;
  } while (next !== undefined);
  return all;
}

async function ifAny<Found>(read: () => Promise<Found | undefined>): Promise<Found | undefined> {
  try {
    return present(await read());
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) {
      return undefined;
    }
    throw error;
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('FIS answered without what was asked for');
  }
  return value;
}
