/** One step: inputs, session, the use case, and what is left of it for people and later steps. */
import { setSecret } from '@actions/core';
import { config as configureZod } from 'zod';
import { failureOf } from '../entry/outcome.ts';
import type { Session } from '../entry/session.ts';
import { VERSION } from '../runtime/package.ts';
import { createReporter } from '../runtime/reporter.ts';
import type { Call } from './calls/call.ts';
import { listenForCancellation } from './cancellation.ts';
import { inputsOf, readCall } from './dispatch.ts';
import { finishStep, type StepEnd } from './finish.ts';
import { type GitHubSide, openGitHub } from './github-side.ts';
import type { OperationName } from './inputs/tables.ts';
import { inWordsOfInputs } from './inputs/words.ts';
import { inert, leave, logStream } from './log.ts';
import { createRedactor, secretsOf } from './redact.ts';
import { journalInto, keepState } from './state.ts';

/** Runs the main step of an action to its end and exits. */
export async function runStep(action: OperationName | 'root'): Promise<void> {
  // A step checks each thing once: compiling checks takes longer than they do.
  configureZod({ jitless: true });
  const secrets = secretsOf(inputsOf(action), process.env);
  for (const secret of secrets) {
    setSecret(secret);
  }
  const redact = createRedactor(secrets);
  const log = createReporter(logStream(redact));
  const warnings: string[] = [];
  const reporter = {
    ...log,
    warn: (text: string) => {
      warnings.push(text);
      log.warn(text);
    },
  };
  const cancellation = listenForCancellation(log.info);
  let call: Call | undefined;
  let github: GitHubSide | undefined;
  let result: StepEnd['result'];
  try {
    call = readCall(action, process.env);
    const keeper = keepState(call.operation, call.guards);
    const side = openGitHub(call.githubToken, keeper, reporter);
    github = side;
    const outcome = await call.run({
      reporter,
      ...cancellation,
      look: { columns: 120, colour: false },
      // The workflow is the consent; the log keeps what was agreed to.
      confirm: async (_, shown) => {
        process.stdout.write(inert(redact(`${shown}\n`)));
        return true;
      },
      guards: call.guards,
      userAgent: userAgentOf(call),
      redact,
      openJournal: (platform, environment) =>
        journalInto(keeper, platform, environment, (begun) => side.begin(begun, platform)),
    } satisfies Session);
    if (!outcome.cancelled) {
      keeper.finish();
    }
    result = outcome;
  } catch (error) {
    const failure = failureOf(cancellation.signal.aborted ? cancellation.signal.reason : error);
    result = inWordsOfInputs(failure, inputsOf(action));
  }
  // After a cancellation there are seconds; the post step says it to GitHub.
  await (cancellation.signal.aborted ? undefined : github?.end(result));
  const issueToken = cancellation.signal.aborted ? undefined : call?.issueToken;
  if (issueToken !== undefined) {
    const { tellOfNight } = await import('./issue/tell.ts');
    await tellOfNight(result, issueToken, process.env, reporter, redact);
  }
  const title = call === undefined ? nameOf(action) : titleOf(call);
  const exitCode = await finishStep({ operation: call?.operation, title, result, warnings, redact });
  await leave(exitCode);
}

function nameOf(action: OperationName | 'root'): string {
  return action === 'root' ? 'surefoot' : action;
}

function titleOf({ operation, command }: Call): string {
  return operation === command ? operation : `${operation} ${command}`;
}

/** Who asks, in CloudTrail: the action, and the run that it belongs to. */
function userAgentOf({ operation, command }: Call): (readonly [string, string])[] {
  const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = process.env;
  const run =
    GITHUB_RUN_ID === undefined ? [] : ([['github-run', `${GITHUB_RUN_ID}.${GITHUB_RUN_ATTEMPT ?? 1}`]] as const);
  return [[`surefoot-action-${operation}-${command}`, VERSION], ...run];
}
