/**
 * Runs that begin at the same time. FIS has no lock: two of them may each look, see nothing, and start. So a run makes its template first, as
 * its claim, and looks then: of two, one at least sees the other's claim, and the later one injects nothing. Lists of AWS's may lag behind:
 * after the start it is looked again, and the later one stops itself.
 */
import type { ExperimentSummary, ExperimentTemplateSummary, FisGateway } from '../../../../aws/fis/fis.ts';
import type { Reason } from '../../../../report/evidence.ts';
import { ENVIRONMENT_TAG, EXPERIMENT_TAG, RUN_TAG } from '../../leftovers/tags.ts';
import { ALREADY_RUNNING, actingBeside, isActing, whoseText } from '../preconditions.ts';

/** Between its claim and its start a run makes three calls. One whose claim is older has started or died. */
const CLAIM_SECONDS = 120;

/** The template that a run has made for itself, by FIS's clock. */
export interface Claim {
  readonly runId: string;
  readonly id: string;
  readonly createdAt: Date | undefined;
}

/** Why the owner of this claim is not to start: something runs, or another run has claimed before it. @throws OutsideError of AWS */
export async function rivalBefore(own: Claim, fis: FisGateway): Promise<Reason | undefined> {
  const [templates, experiments] = await Promise.all([fis.listTemplates(), fis.listExperiments()]);
  const earlier = earlierClaim(own, templates);
  return actingBeside(experiments)[0] ?? (earlier === undefined ? undefined : claimed(earlier));
}

/** Why an experiment of surefoot's that has just started is to be stopped: it is not the only one, nor the first. @throws OutsideError of AWS */
export async function rivalAfter(
  own: Pick<ExperimentSummary, 'id' | 'creationTime'>,
  fis: FisGateway,
): Promise<string | undefined> {
  const others = (await fis.listExperiments()).filter((one) => one.id !== own.id && isActing(one));
  const first = others.find((one) => one.tags?.[RUN_TAG] === undefined || isBefore(one, own));
  return first && `another experiment was started at the same time: ${whoseText(first)}`;
}

/** Of the claims of other runs the first that was made shortly before this one. Pure. */
export function earlierClaim(
  own: Claim,
  templates: readonly ExperimentTemplateSummary[],
): ExperimentTemplateSummary | undefined {
  return templates.find(({ id, creationTime, tags = {} }) => {
    const isOther = tags[RUN_TAG] !== undefined && tags[RUN_TAG] !== own.runId;
    const age = ((own.createdAt?.getTime() ?? 0) - (creationTime?.getTime() ?? 0)) / 1000;
    return (
      isOther && age <= CLAIM_SECONDS && isBefore({ id, creationTime }, { id: own.id, creationTime: own.createdAt })
    );
  });
}

interface Made {
  readonly id?: string | undefined;
  readonly creationTime?: Date | undefined;
}

/** By FIS's clock; of the same millisecond, by their ids, so that both come to the same order. */
function isBefore(one: Made, another: Made): boolean {
  const [first, second] = [one.creationTime?.getTime() ?? 0, another.creationTime?.getTime() ?? 0];
  return first < second || (first === second && (one.id ?? '') < (another.id ?? ''));
}

function claimed({ id = '?', tags = {}, creationTime }: ExperimentTemplateSummary): Reason {
  const environment = tags[ENVIRONMENT_TAG] ?? '…';
  const message = `another run of surefoot is about to start ${tags[EXPERIMENT_TAG] ?? 'an experiment'} in ${environment} (template ${id}, made at ${creationTime?.toISOString() ?? 'an unknown time'}): wait for its end, or, should it have died, \`surefoot chaos stop --environment ${environment}\``;
  return { code: ALREADY_RUNNING, message };
}
