/** Experiments. */
import type { Operation } from '../../wire/operation.ts';
import type { FisContext } from '../context.ts';
import { experimentSummary, experimentView, resolvedTargets } from '../experiments/record.ts';
import { page } from '../paging.ts';
import { newTags } from '../tags.ts';
import { fisOperation } from './define.ts';
import { templateOf } from './templates.ts';

/** The operations on experiments. */
export function experimentOperations(context: FisContext): Operation[] {
  return [
    startExperiment(context),
    stopExperiment(context),
    getExperiment(context),
    listExperiments(context),
    listResolvedTargets(context),
  ];
}

/** Returns at once, with the experiment pending; the same client token gives the same experiment. */
function startExperiment({ templates, experiments, made }: FisContext) {
  return fisOperation('StartExperiment', {
    supports: ['clientToken', 'experimentTemplateId', 'experimentOptions.actionsMode', 'tags'],
    handle: (input) => {
      const id = made.idOf('StartExperiment', input, () => {
        const template = templateOf(templates, input.experimentTemplateId);
        const actionsMode = input.experimentOptions?.actionsMode ?? 'run-all';
        return experiments.start({ template, actionsMode, tags: newTags(input.tags) }).id;
      });
      return { experiment: experimentView(experiments.get(id)) };
    },
  });
}

/** Returns at once, with the experiment stopping. */
function stopExperiment({ experiments }: FisContext) {
  return fisOperation('StopExperiment', {
    supports: ['id'],
    handle: ({ id }) => ({ experiment: experimentView(experiments.stop(id, 'Experiment was stopped.')) }),
  });
}

function getExperiment({ experiments }: FisContext) {
  return fisOperation('GetExperiment', {
    supports: ['id'],
    handle: ({ id }) => ({ experiment: experimentView(experiments.get(id)) }),
  });
}

function listExperiments({ experiments }: FisContext) {
  return fisOperation('ListExperiments', {
    supports: ['maxResults', 'nextToken', 'experimentTemplateId'],
    handle: (input) => {
      const wanted = input.experimentTemplateId;
      const found = experiments.all().filter(({ templateId }) => (wanted ?? templateId) === templateId);
      const { items, next } = page(found, input);
      return { experiments: items.map(experimentSummary), ...next };
    },
  });
}

/** Nothing before the targets are resolved. */
function listResolvedTargets({ experiments }: FisContext) {
  return fisOperation('ListExperimentResolvedTargets', {
    supports: ['experimentId', 'maxResults', 'nextToken', 'targetName'],
    handle: (input) => {
      const { items, next } = page(resolvedTargets(experiments.get(input.experimentId), input.targetName), input);
      return { resolvedTargets: items, ...next };
    },
  });
}
