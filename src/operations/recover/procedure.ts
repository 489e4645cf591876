/**
 * Carries a planned procedure out: each step is looked at first and noted before and after, so that a run which was cut off anywhere is
 * finished by the next one; then it is verified, and what it took is held beside RTO and RPO.
 */
import { InputError, OutsideError } from '../../errors.ts';
import type { Check, Evidence, LoadRecord, Reason } from '../../report/evidence.ts';
import { CANCELLED } from '../../report/words.ts';
import { judgePromise, promiseCheck, promisesOf } from '../common/promise.ts';
import type { Ports } from '../ports.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import type { JournalEntry, Note } from './journal.ts';
import { type Planned, type RecoverRequest, type Step, StepFailed } from './request.ts';

interface Context {
  readonly request: RecoverRequest;
  readonly planned: Planned;
  readonly recorder: Recorder;
  readonly note: Note;
  readonly ports: Ports;
}

/**
 * Carries the steps out, verifies, and in a drill removes what it made. A cancellation leaves a record of what was done until then.
 * @throws InputError when the guard refuses; OutsideError when AWS fails. The next run goes on from there.
 */
export async function carryOut(request: RecoverRequest, planned: Planned, note: Note, ports: Ports): Promise<Evidence> {
  const recorder = recorderOf(request, planned, ports);
  const context: Context = { request, planned, recorder, note, ports };
  try {
    return await goThrough(context);
  } catch (error) {
    const closed = await close(context);
    if (error instanceof StepFailed) {
      prove(context, false);
      return recorder.finish('fail', [{ code: error.code, message: error.message }], closed);
    }
    const { aborted, reason } = ports.signal;
    if (aborted) {
      const by = reason instanceof Error ? reason.message : CANCELLED;
      const message = `${request.procedure}: ${by} before it was done; the same command goes on where it ended`;
      return recorder.finish('inconclusive', [{ code: CANCELLED, message }], closed);
    }
    if (error instanceof OutsideError) {
      const message = `${error.message}; what was done until then is in the journal: the same command goes on from there`;
      throw new OutsideError(error.code, message, error.where, { cause: error });
    }
    throw error;
  }
}

/** What ran beside must not hide why the run ended. */
async function close({ planned, ports }: Context): Promise<{ readonly load?: LoadRecord }> {
  try {
    return (await planned.close?.()) ?? {};
  } catch (error) {
    ports.reporter.warn(error instanceof Error ? error.message : String(error));
    return {};
  }
}

/** One more failover, or restored backup, for the share of those that succeed. */
function prove({ planned, recorder }: Context, succeeded: boolean): void {
  if (planned.proves !== undefined) {
    const method = 'one run of a procedure, verified';
    recorder.measure({ indicator: planned.proves, value: succeeded ? 1 : 0, n: 1, unit: 'ratio', method });
  }
}

function recorderOf({ platform, environment, rehearsalSpeed, reason }: RecoverRequest, planned: Planned, ports: Ports) {
  const { title, service } = planned;
  const subject = {
    platform: platform.name,
    environment: environment.name,
    ...(service === undefined ? {} : { service }),
  };
  return createRecorder({
    operation: 'recover',
    title,
    subject,
    rehearsalSpeed,
    tools: [],
    clock: ports.clock,
    reason,
  });
}

async function goThrough(context: Context): Promise<Evidence> {
  const { request, planned, recorder } = context;
  const { run } = request;
  await requireGuard(context);
  noteBegin(context);
  for (const check of planned.preconditions ?? []) {
    recorder.check(check);
  }
  const verified = run.verified ?? (await stepsAndVerify(context));
  for (const check of verified.checks) {
    recorder.check(check);
  }
  if (request.drill && !request.keep) {
    await carryOutSteps(planned.removals, context);
  }
  const bad = verified.checks.filter(({ verdict }) => verdict !== 'pass');
  const closed = await close(context);
  const reasons = bad.length > 0 ? [failed(bad, request)] : judged(context, verified);
  if (reasons.every(({ code }) => code !== 'nothing-to-do')) {
    prove(context, bad.length === 0);
  }
  const verdict = bad.length > 0 || reasons.some(({ code }) => MISSED.has(code)) ? 'fail' : 'pass';
  // What is not as it should be is put right by hand and verified again: by the same run, which knows what it did. A drill has removed it.
  if (bad.length === 0 || request.drill) {
    write(context, { what: 'end', verdict });
  }
  for (const next of planned.afterwards) {
    recorder.event('note', 'left to do', next);
  }
  return recorder.finish(verdict, reasons, closed);
}

/** @throws InputError when something changed since the plan that now forbids it */
async function requireGuard({ planned, request }: Context): Promise<void> {
  const refusals = request.run.verified === undefined ? await planned.guard() : [];
  const [first] = refusals;
  if (first !== undefined) {
    throw new InputError(first.code, `${refusals.map(({ message }) => message).join('; ')}; this run changed nothing`);
  }
}

function noteBegin(context: Context): void {
  const { request, planned, recorder } = context;
  const { run, procedure, inputs } = request;
  if (run.resumed) {
    write(context, { what: 'resume' });
    recorder.event('note', 'goes on', `with the run ${run.id} that began at ${run.begunAt.toISOString()}`);
  } else {
    const settled = { ...planned.settled };
    write(context, { what: 'begin', run: run.id, procedure, inputs: { ...inputs }, settled }, run.begunAt);
  }
}

interface Verified {
  readonly at: Date;
  readonly checks: readonly Check[];
  /** False when there was nothing left to do. */
  readonly changed?: boolean;
}

async function stepsAndVerify(context: Context): Promise<Verified> {
  const changed = await carryOutSteps(context.planned.steps, context);
  context.ports.reporter.stage('verify');
  const checks = await context.planned.verify();
  const at = context.planned.restoredAt?.() ?? context.ports.clock.now();
  write(context, { what: 'verified', checks: [...checks] }, at);
  return { at, checks, changed };
}

/** Resolves with whether anything had to be done. */
async function carryOutSteps(steps: readonly Step[], context: Context): Promise<boolean> {
  const { recorder, ports } = context;
  let changed = false;
  for (const step of steps) {
    ports.signal.throwIfAborted();
    const seen = await step.done();
    if (seen === undefined) {
      ports.reporter.stage(step.title);
      write(context, { what: 'before', step: step.id });
      recorder.event('stage', step.title);
      const detail = await step.carryOut(recorder);
      write(context, { what: 'after', step: step.id, detail });
      recorder.event('change', step.title, detail);
      changed = true;
    } else {
      write(context, { what: 'found-done', step: step.id, detail: seen });
      recorder.event('note', step.title, `was done already: ${seen}`);
    }
  }
  return changed;
}

type Told<Entry> = Entry extends JournalEntry ? Omit<Entry, 'at'> : never;

function write({ note, ports }: Context, entry: Told<JournalEntry>, at = ports.clock.now()): void {
  note({ at: at.toISOString(), ...entry } as JournalEntry);
}

function failed(bad: readonly Check[], { drill }: RecoverRequest): Reason {
  const list = bad.map(({ name, expected, observed }) => `${name}: expected ${expected}, observed ${observed}`);
  const next = drill ? '' : '. The same command goes on from here: it looks at every step, and verifies again';
  return { code: 'not-verified', message: `what was restored is not as it should be: ${list.join('; ')}${next}` };
}

const MISSED = new Set(['rto-missed', 'rpo-missed']);

/** Measures RTO and RPO and holds them beside the platform's targets; first what was done. */
function judged(context: Context, verified: Verified): Reason[] {
  const { request, planned, recorder } = context;
  const { run, failedAt, drill } = request;
  for (const measurement of planned.measurements) {
    recorder.measure(measurement);
  }
  if (verified.changed === false && !run.resumed) {
    return [{ code: 'nothing-to-do', message: `${planned.title}: it is so already, nothing was changed` }];
  }
  const since = failedAt ?? run.begunAt;
  const from = failedAt === undefined ? 'the beginning of the run' : 'the disaster, as it was given,';
  const rto = secondsBetween(since, verified.at);
  const missed = measure('rto', rto, `from ${from} until what was restored was verified`, context);
  const { recoveryPoint } = planned;
  if (recoveryPoint !== undefined) {
    const method = `from ${recoveryPoint.method} until ${from.replace(/,$/, '')}`;
    missed.push(...measure('rpo', secondsBetween(recoveryPoint.at, since), method, context));
  }
  const ending = drill ? (request.keep ? ' beside the original, and kept' : ' beside the original, and removed') : '';
  const done = { code: drill ? 'drilled' : 'recovered', message: `${planned.title}: verified after ${rto} s${ending}` };
  return missed.length > 0 ? [...missed, done] : [done];
}

function measure(indicator: 'rto' | 'rpo', seconds: number, method: string, context: Context): Reason[] {
  const { request, planned, recorder } = context;
  const { platform, environment, rehearsalSpeed } = request;
  recorder.measure({ indicator, value: seconds, unit: 's', method });
  const subject = { service: planned.service ?? '', environment: environment.name };
  return promisesOf(platform, indicator, subject).flatMap((promised) => {
    const state = judgePromise(promised, seconds, rehearsalSpeed);
    recorder.check(promiseCheck(indicator.toUpperCase(), promised, seconds, state));
    const message = `${indicator.toUpperCase()} ${seconds} s: ${promised.name} promises ${promised.text}`;
    return state.state === 'missed' ? [{ code: `${indicator}-missed`, message }] : [];
  });
}

/** To the tenth; never below 0. */
function secondsBetween(from: Date, to: Date): number {
  return Math.round(Math.max(0, to.getTime() - from.getTime()) / 100) / 10;
}
