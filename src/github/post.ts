/** The post step: ends what the main step has begun and did not see to its end. It fails only where production is left to chance. */
import { setSecret } from '@actions/core';
import { failureOf } from '../entry/outcome.ts';
import type { InterruptedEnd } from '../operations/deploy/interrupted.ts';
import type { Reporter } from '../operations/ports.ts';
import { VERSION } from '../runtime/package.ts';
import { createReporter } from '../runtime/reporter.ts';
import { annotate } from './annotations.ts';
import { listenForCancellation } from './cancellation.ts';
import { connect } from './github-side.ts';
import { rawInput } from './inputs/read.ts';
import { ROOT_INPUTS } from './inputs/tables.ts';
import { leave, logStream } from './log.ts';
import { createRedactor, secretsOf } from './redact.ts';
import { type Begun, loadState, type State } from './state.ts';

/** A cancelled job ends after 5 min, with everything that still runs (GitHub: workflow cancellation); other post steps want some of it. */
const PATIENCE_MS = 150_000;

/** Runs the post step and exits. */
export async function runPost(): Promise<void> {
  const secrets = secretsOf(ROOT_INPUTS, process.env);
  for (const secret of secrets) {
    setSecret(secret);
  }
  const redact = createRedactor(secrets);
  const reporter = createReporter(logStream(redact));
  const state = loadState();
  if (state?.begun === undefined || state.finished) {
    reporter.info('nothing is left to be undone');
    return leave(0);
  }
  const { begun } = state;
  const title = `${state.operation}, cut off`;
  try {
    const end = await undo(state, begun, reporter);
    const message = end.reasons.map((reason) => reason.message).join('; ');
    reporter.info(message);
    annotate([{ level: end.safe ? 'warning' : 'error', title, message, rank: 0 }], redact);
    await tellGitHub(begun, redact(message), reporter);
    return leave(end.safe ? 0 : 1);
  } catch (error) {
    const { message } = failureOf(error);
    const advice = `${begun.target.ecsService} may still be deployed to, with nobody to judge it: \`surefoot rollback\` ends that. A pause that gets no answer makes ECS roll back after ${begun.target.deploy.hookTimeoutMinutes} min`;
    reporter.warn(`${message}; ${advice}`);
    annotate([{ level: 'error', title, message: `${message}\n${advice}`, rank: 0 }], redact);
    await tellGitHub(begun, redact(message), reporter);
    return leave(1);
  }
}

async function undo(state: State, begun: Begun, reporter: Reporter): Promise<InterruptedEnd> {
  const cancellation = listenForCancellation(reporter.info);
  const signal = AbortSignal.any([cancellation.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const session = {
    reporter,
    signal,
    signalForUndo: signal,
    look: { columns: 120, colour: false },
    confirm: async () => true,
    guards: state.guards,
    userAgent: [[`surefoot-action-${state.operation}-post`, VERSION]] as const,
  };
  const { endInterrupted, withAws } = await import('./deploy-calls.ts');
  return withAws(begun.region, session, ({ ports, rehearsal }) =>
    endInterrupted(
      {
        target: begun.target,
        arn: begun.arn,
        taskDefinition: begun.taskDefinition,
        rehearsalSpeed: rehearsal?.speed,
      },
      ports,
    ),
  );
}

async function tellGitHub({ githubDeployment, onlyService = false }: Begun, message: string, reporter: Reporter) {
  if (githubDeployment !== undefined) {
    const deployments = await connect(rawInput('github-token', process.env), reporter);
    await deployments?.end(githubDeployment, 'error', message, onlyService);
  }
}
