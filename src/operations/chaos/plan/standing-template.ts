/** The template of an experiment that stands in the account, found by its tag. */
import type { ExperimentTemplateSummary, FisGateway } from '../../../aws/fis.ts';
import type { ExperimentRecord } from '../../../report/experiment-record.ts';
import type { Experiment } from '../experiment.ts';
import { type Row, row } from './rows.ts';
import { EXPERIMENT_TAG, PREVIEW_TAG } from './tags.ts';
import { diffTemplates } from './template-diff.ts';

/** Those of the experiment, previews left out; the one that was changed last comes first. */
export function templatesOf(name: string, all: readonly ExperimentTemplateSummary[]): ExperimentTemplateSummary[] {
  const age = ({ lastUpdateTime }: ExperimentTemplateSummary) => lastUpdateTime?.getTime() ?? 0;
  return all
    .filter(({ tags = {} }) => tags[EXPERIMENT_TAG] === name && tags[PREVIEW_TAG] === undefined)
    .sort((a, b) => age(b) - age(a));
}

/** Compares the file with the newest template of its name; with several of them nobody knows which one is meant. */
export async function compareWithAccount(
  experiment: Experiment,
  fis: FisGateway,
): Promise<{ readonly template: ExperimentRecord['template']; readonly rows: readonly Row[] }> {
  const found = templatesOf(experiment.name, await fis.listTemplates());
  const [first, ...others] = found;
  const rows =
    others.length === 0
      ? []
      : [
          row(
            'several-templates',
            'templates in the account',
            'inconclusive',
            `one tagged ${EXPERIMENT_TAG}=${experiment.name}`,
            `${found.map(({ id }) => id).join(', ')}; the first was compared`,
          ),
        ];
  const template = first?.id === undefined ? undefined : await fis.getTemplate(first.id);
  return first?.id === undefined || template === undefined
    ? { template: undefined, rows }
    : { template: { id: first.id, changes: diffTemplates(template, experiment.template) }, rows };
}
