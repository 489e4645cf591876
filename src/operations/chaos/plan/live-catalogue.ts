/** The template against what FIS itself says of its actions in this account and Region, which goes before the snapshot. */
import type { FisGateway } from '../../../aws/fis/fis.ts';
import { OutsideError } from '../../../errors.ts';
import { readSource } from '../../../platform/source.ts';
import { SNAPSHOT, withAnswers } from '../catalogue/catalogue.ts';
import type { Catalogue } from '../catalogue/facts.ts';
import { actionIsKnown, actionTargetsFit, parametersAreThere, parametersFit } from '../check/actions.ts';
import { type CheckedProblem, Remarks } from '../check/finding.ts';
import { viewOf } from '../check/view.ts';
import type { Template } from '../experiment/template.ts';
import { type Row, row } from './rows.ts';

/** Asks for the actions that the template has, and for all names that there are. Without an answer the snapshot has to do. */
export async function catalogueRow(
  template: Template,
  fis: Pick<FisGateway, 'listActions' | 'getAction'>,
  now: Date,
): Promise<Row> {
  const expected = 'each is offered here, with these parameters and targets';
  const ids = [...new Set(Object.values(template.actions).map(({ actionId }) => actionId))];
  const say = (verdict: 'pass' | 'fail' | 'inconclusive', observed: string) =>
    row('not-offered', 'actions, as FIS offers them', verdict, expected, observed);
  try {
    const offered = await fis.listActions();
    const asked = await Promise.all(
      ids.filter((id) => offered.some((one) => one.id === id)).map((id) => fis.getAction(id)),
    );
    const details = asked.filter((one) => one !== undefined);
    const actions = offered.map((one) => details.find(({ id }) => id === one.id) ?? one);
    const catalogue = withAnswers(SNAPSHOT, { date: now.toISOString().slice(0, 10), actions });
    const found = problemsOf(template, catalogue).map(({ message }) => message);
    return found.length === 0 ? say('pass', `${ids.join(', ')}`) : say('fail', found.join('; '));
  } catch (error) {
    if (!(error instanceof OutsideError)) {
      throw error;
    }
    return say('inconclusive', `not told (${error.message}): checked by AWS's list of ${SNAPSHOT.date}`);
  }
}

function problemsOf(template: Template, catalogue: Catalogue): readonly CheckedProblem[] {
  const file = 'template.json';
  const [document] = readSource(JSON.stringify(template), file).documents;
  if (document === undefined) {
    return [];
  }
  const remarks = new Remarks({ file, document, at: (path) => path, phrase: (text) => text });
  const view = viewOf(template, catalogue);
  for (const rule of [actionIsKnown, parametersFit, parametersAreThere, actionTargetsFit]) {
    rule(view, remarks);
  }
  return remarks.problems.filter(({ severity }) => severity === 'error');
}
