/** Tells GitHub of a night. Nothing here ends a step: where the issue cannot be written, that is warned of. */
import type { Failure, Outcome } from '../../entry/outcome.ts';
import type { Reporter } from '../../operations/ports.ts';
import { clip, oneLine } from '../../report/text.ts';
import { runFrom } from '../deployments.ts';
import { createIssues } from './issues.ts';
import { tellNight } from './nightly-issue.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export async function tellOfNight(
  result: Outcome | Failure,
  token: string,
  environment: Environment,
  reporter: Reporter,
  redact: (text: string) => string,
): Promise<void> {
  if ('exitCode' in result) {
    return;
  }
  const run = runFrom(environment);
  if (run === undefined || token === '') {
    reporter.info(`no issue is written: ${token === '' ? 'there is no github-token' : 'this is no run of GitHub'}`);
    return;
  }
  const id = `${run.runId}.${environment['GITHUB_RUN_ATTEMPT'] ?? '1'}`;
  try {
    const { what, number } = await tellNight(result, { id, url: run.url }, createIssues(token, run), redact);
    if (number !== undefined) {
      reporter.info(`issue #${number}: ${what}`);
    }
  } catch (error) {
    reporter.warn(explain(error));
  }
}

/** Refusals that only another permission, or no wish for an issue, ends. */
function explain(error: unknown): string {
  const said = error instanceof Error ? clip(oneLine(error.message), 300) : String(error);
  const { status } = error as { readonly status?: unknown };
  const advice =
    status === 401 || status === 403 || status === 404 || status === 410
      ? '. Give the job `permissions: { issues: write }` in a repository with issues, or set issue to false'
      : '';
  return `the issue was not written: ${said}${advice}`;
}
