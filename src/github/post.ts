/** The post step: ends what the main step has begun and did not see to its end. It fails only where production is left to chance. */
import { setSecret } from '@actions/core';
import { failureOf } from '../entry/outcome.ts';
import type { Session } from '../entry/session.ts';
import type { BegunTask, Reporter } from '../operations/ports.ts';
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
/** For an experiment to end after its stop; less than the whole, so that it is said when it does not. */
const STOP_PATIENCE_MS = 100_000;

/** Runs the post step and exits. */
export async function runPost(): Promise<void> {
  const secrets = secretsOf(ROOT_INPUTS, process.env);
  for (const secret of secrets) {
    setSecret(secret);
  }
  const redact = createRedactor(secrets);
  const reporter = createReporter(logStream(redact));
  const state = loadState();
  const begun = state?.finished ? undefined : state?.begun;
  if (state === undefined || (begun === undefined && state.task === undefined && state.preview === undefined)) {
    reporter.info('nothing is left to be undone');
    return leave(0);
  }
  const session = sessionOf(state, reporter);
  const { task, preview } = state;
  const stopped = task === undefined ? undefined : await attempt(() => stopTask(task, session), adviceOnTask(task));
  const removed =
    preview === undefined ? undefined : await attempt(() => removePreview(preview, session), adviceOnPreview(preview));
  const undone = begun === undefined ? undefined : await attempt(() => undo(begun, session), adviceOnService(begun));
  const ends = [stopped, removed, undone].filter((end) => end !== undefined);
  for (const { safe, message, advice } of ends) {
    const text = advice === undefined ? message : `${message}\n${advice}`;
    (safe ? reporter.info : reporter.warn)(text);
    annotate(
      [{ level: safe ? 'warning' : 'error', title: `${state.operation}, cut off`, message: text, rank: 0 }],
      redact,
    );
  }
  if (begun !== undefined) {
    await tellGitHub(begun, redact(undone?.message ?? ''), reporter);
  }
  return leave(ends.every(({ safe }) => safe) ? 0 : 1);
}

interface End {
  /** False: something goes on that nobody looks after. */
  readonly safe: boolean;
  readonly message: string;
  /** What a person has to do, where it could not be done here. */
  readonly advice?: string;
}

async function attempt(work: () => Promise<End>, advice: string): Promise<End> {
  try {
    return await work();
  } catch (error) {
    return { safe: false, message: failureOf(error).message, advice };
  }
}

function adviceOnService({ target }: Begun): string {
  return `${target.ecsService} may still be deployed to, with nobody to judge it: \`surefoot rollback\` ends that. A pause that gets no answer makes ECS roll back after ${target.deploy.hookTimeoutMinutes} min`;
}

function adviceOnTask({ name, cluster, startedBy, arn }: BegunTask): string {
  const which = arn ?? `what \`aws ecs list-tasks --cluster ${cluster} --started-by ${startedBy}\` lists`;
  return `the ${name} may still run: end ${which} with \`aws ecs stop-task --cluster ${cluster} --task …\``;
}

function adviceOnPreview({ runId }: NonNullable<State['preview']>): string {
  return `an experiment and its template, tagged surefoot:run or surefoot:preview with ${runId}, may be left in FIS: \`surefoot chaos stop\` ends a run, and the next plan or run deletes what is left once its tag surefoot:expires says so`;
}

function sessionOf(state: State, reporter: Reporter): Session {
  const cancellation = listenForCancellation(reporter.info);
  const signal = AbortSignal.any([cancellation.signal, AbortSignal.timeout(PATIENCE_MS)]);
  return {
    reporter,
    signal,
    signalForUndo: signal,
    look: { columns: 120, colour: false },
    confirm: async () => true,
    guards: state.guards,
    userAgent: [[`surefoot-action-${state.operation}-post`, VERSION]],
  };
}

async function stopTask(task: NonNullable<State['task']>, session: Session): Promise<End> {
  const [{ withAws }, { stopInterruptedTask }] = await Promise.all([
    import('../entry/connect.ts'),
    import('../operations/common/interrupted-task.ts'),
  ]);
  const message = await withAws(task.region, session, ({ ports }) => stopInterruptedTask(task, ports));
  return { safe: true, message };
}

async function removePreview(
  { runId, region, schedule }: NonNullable<State['preview']>,
  session: Session,
): Promise<End> {
  const [{ withAws }, { removePreviewOf }, { seeRunEnded }] = await Promise.all([
    import('../entry/connect.ts'),
    import('../operations/chaos/leftovers/templates.ts'),
    import('../operations/chaos/leftovers/run-end.ts'),
  ]);
  const ids = await withAws(region, session, async ({ ports }) => {
    const { awsForUndo } = ports;
    const removed = await removePreviewOf(runId, awsForUndo.fis);
    // As long as something may still run, the schedule that would stop it is of use.
    await seeRunEnded(runId, STOP_PATIENCE_MS, ports);
    await (schedule === undefined ? undefined : awsForUndo.scheduler.delete(schedule));
    return removed;
  });
  const what =
    ids.length === 0
      ? 'the experiment had left nothing'
      : `the experiment was stopped, if it still ran, and its template ${ids.join(', ')} deleted`;
  return { safe: true, message: what };
}

async function undo(begun: Begun, session: Session): Promise<End> {
  const { endInterrupted, withAws } = await import('./calls/deploy-commands.ts');
  const { safe, reasons } = await withAws(begun.region, session, ({ ports, rehearsal }) =>
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
  return { safe, message: reasons.map((reason) => reason.message).join('; ') };
}

async function tellGitHub({ githubDeployment, onlyService = false }: Begun, message: string, reporter: Reporter) {
  if (githubDeployment !== undefined) {
    const deployments = await connect(rawInput('github-token', process.env), reporter);
    await deployments?.end(githubDeployment, 'error', message, onlyService);
  }
}
