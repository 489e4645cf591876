/** What a scorecard reads for itself, first: SLOs from AWS, deliveries from GitHub or a clone, each left as evidence beside the page. */
import { InputError } from '../../errors.ts';
import type { DoraOptions } from '../dora.ts';
import { DORA_DEFAULTS } from '../dora-defaults.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import type { ScorecardOptions } from './options.ts';

export interface Fresh {
  /** Files of evidence. */
  readonly evidence: readonly string[];
  /** What the page has to say of it. */
  readonly notes: readonly string[];
}

/**
 * Runs what was asked for, one after the other. What AWS, git or GitHub do not answer makes its numbers unknown in the record, with the reason.
 * @throws InputError for what was asked wrongly
 */
export async function readFresh(options: ScorecardOptions, environment: string, session: Session): Promise<Fresh> {
  const wanted = doraOf(options, environment);
  const slo = options.slo === true ? await freshSlo(options, environment, session) : undefined;
  const dora = wanted === undefined ? undefined : await freshDora(wanted, session);
  const outcomes = [slo, dora].filter((one) => one !== undefined);
  return {
    evidence: outcomes.flatMap((one) => ('evidence' in one && one.evidence !== undefined ? [one.evidence] : [])),
    notes: outcomes.flatMap((one) => ('note' in one ? [one.note] : [])),
  };
}

/** A platform file without SLOs is no mistake here: there is nothing to read. */
async function freshSlo(
  { config, reportDir }: ScorecardOptions,
  environment: string,
  session: Session,
): Promise<Outcome | { readonly note: string }> {
  const { sloAction } = await import('../slo/slo.ts');
  try {
    return tell(await sloAction({ config, environment, reportDir, tolerant: true }, session), session);
  } catch (error) {
    if (error instanceof InputError && error.code === 'no-slos') {
      return { note: `No SLO was read: ${error.message}.` };
    }
    throw error;
  }
}

async function freshDora(options: DoraOptions, session: Session): Promise<Outcome> {
  const { doraAction } = await import('../dora.ts');
  try {
    return tell(await doraAction(options, session), session);
  } catch (error) {
    throw error instanceof InputError ? inWordsOfScorecard(error) : error;
  }
}

function tell(outcome: Outcome, session: Session): Outcome {
  const { operation, reasons, verdict } = outcome;
  const text = `${operation}: ${reasons[0]?.message ?? verdict}`;
  (verdict === 'inconclusive' ? session.reporter.warn : session.reporter.info)(text);
  return outcome;
}

/** @throws InputError for options of `dora` without it */
function doraOf(options: ScorecardOptions, about: string): DoraOptions | undefined {
  const { dora, doraEnvironment, doraIncidentLabel, doraWorkflow, githubToken, reportDir } = options;
  if (dora === undefined) {
    const [lonely] = Object.entries({
      '--dora-environment': doraEnvironment,
      '--dora-workflow': doraWorkflow,
      '--dora-incident-label': doraIncidentLabel,
    }).find(([, value]) => value !== undefined) ?? [undefined];
    if (lonely !== undefined) {
      throw new InputError('dora-of-what', `${lonely} says how deliveries are read: add --dora, or leave it out`);
    }
    return undefined;
  }
  return {
    ...DORA_DEFAULTS,
    repository: dora === true ? process.env['GITHUB_REPOSITORY'] || DORA_DEFAULTS.repository : dora,
    reportDir,
    about,
    tolerant: true,
    ...(doraEnvironment === undefined ? {} : { environment: doraEnvironment }),
    ...(doraIncidentLabel === undefined ? {} : { incidentLabel: doraIncidentLabel }),
    ...(doraWorkflow === undefined ? {} : { workflow: doraWorkflow }),
    ...(githubToken === undefined ? {} : { token: githubToken }),
  };
}

/** The options of `surefoot dora` have other names here. */
function inWordsOfScorecard(error: InputError): InputError {
  const message = error.message
    .replace(/--repository\b/g, '--dora')
    .replace(/--(environment|workflow|incident-label)\b/g, '--dora-$1');
  return new InputError(error.code, message, error.problems);
}
