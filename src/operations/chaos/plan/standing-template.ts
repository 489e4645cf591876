/** The template of an experiment that stands in the account, found by its tag. */
import type { ExperimentTemplateSummary, FisGateway } from '../../../aws/fis/fis.ts';
import type { ExperimentRecord } from '../../../report/experiment/record.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { EXPERIMENT_TAG, ownerOf } from '../leftovers/tags.ts';
import { type Row, row } from './rows.ts';
import { diffTemplates } from './template-diff.ts';

/** Those of the experiment, those of previews and runs left out; the one that was changed last comes first. */
export function templatesOf(name: string, all: readonly ExperimentTemplateSummary[]): ExperimentTemplateSummary[] {
  const age = ({ lastUpdateTime }: ExperimentTemplateSummary) => lastUpdateTime?.getTime() ?? 0;
  return all
    .filter(({ tags = {} }) => tags[EXPERIMENT_TAG] === name && ownerOf(tags) === undefined)
    .sort((a, b) => age(b) - age(a));
}

export interface Standing {
  /** Undefined: there is none. */
  readonly template: ExperimentRecord['template'];
  /** That the experiment reaches into, as far as this is known: the file does not say which. */
  readonly accounts: number;
  readonly rows: readonly Row[];
}

/** Compares the file with the newest template of its name; with several of them nobody knows which one is meant. */
export async function compareWithAccount(experiment: Experiment, fis: FisGateway): Promise<Standing> {
  const found = templatesOf(experiment.name, await fis.listTemplates());
  const id = found[0]?.id;
  const template = id === undefined ? undefined : await fis.getTemplate(id);
  const several = experiment.template.experimentOptions?.accountTargeting === 'multi-account';
  const reached = several && id !== undefined ? await fis.listTargetAccountConfigurations(id) : [];
  const rows = [
    ...(found.length > 1 ? [severalTemplates(experiment.name, found)] : []),
    ...(several ? [severalAccounts(reached.flatMap(({ accountId }) => accountId ?? []))] : []),
  ];
  return {
    template:
      id === undefined || template === undefined
        ? undefined
        : { id, changes: diffTemplates(template, experiment.template) },
    accounts: Math.max(1, reached.length),
    rows,
  };
}

function severalTemplates(name: string, found: readonly ExperimentTemplateSummary[]): Row {
  const observed = `${found.map(({ id }) => id).join(', ')}; the first was compared`;
  return row(
    'several-templates',
    'templates in the account',
    'inconclusive',
    `one tagged ${EXPERIMENT_TAG}=${name}`,
    observed,
  );
}

/** A dry run is made in this account alone: the other accounts belong to a template that stands, and not to the file. */
function severalAccounts(accounts: readonly string[]): Row {
  const known = accounts.length === 0 ? 'which ones is not known before the template stands' : accounts.join(', ');
  return row(
    'several-accounts',
    'accounts',
    'inconclusive',
    'targets of all accounts',
    `looked for in this one alone; ${known}`,
  );
}
