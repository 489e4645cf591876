/** A night: what surefoot.yml asks for is tried out, one after the other, within its windows, and judged together. */
import type { Window } from '../../platform/model/schedule.ts';
import type { Evidence, Measurement, Reason, Verdict } from '../../report/evidence.ts';
import type { Night, NightStep } from '../../report/nights/record.ts';
import { CANCELLED } from '../../report/words.ts';
import { isOpen, windowText } from '../common/open-windows.ts';
import type { Clock, Reporter } from '../ports.ts';
import { createRecorder } from '../recorder.ts';
import { withEarlier } from './trend.ts';

export interface StepToTry {
  readonly kind: NightStep['kind'];
  /** Told apart from the others of its kind by it, and from night to night. */
  readonly name: string;
}

export interface NightRequest {
  readonly platform: string;
  readonly environment: string;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
  readonly version: string;
  readonly windows: readonly Window[];
  /** In their order; at least one. */
  readonly steps: readonly StepToTry[];
  readonly earlier: readonly Night[];
  /** Address of the run on GitHub. */
  readonly run: string | undefined;
}

/** What came of a step; `verdict` null: it ended in an error. */
export interface Tried {
  readonly verdict: Verdict | null;
  readonly reason: Reason;
  readonly measurements: readonly Measurement[];
}

export interface NightPorts {
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Carries a step out to its end, however it ends; never rejects. */
  readonly tryOut: (step: StepToTry) => Promise<Tried>;
}

/** Why nothing may begin now; undefined: it may. */
export function closedBecause(windows: readonly Window[], now: Date): string | undefined {
  return isOpen(windows, now)
    ? undefined
    : `nothing may begin now (${now.toISOString()}): resilience.windows allows ${windows.map(windowText).join(', or ')}`;
}

/** Tries everything out and judges the night: `fail` when anything failed, `pass` when all passed, `inconclusive` otherwise. */
export async function runNight(request: NightRequest, ports: NightPorts): Promise<Evidence> {
  const { clock } = ports;
  const recorder = createRecorder({
    operation: 'nightly',
    title: `Nightly resilience of ${request.environment}`,
    subject: { platform: request.platform, environment: request.environment },
    rehearsalSpeed: request.rehearsalSpeed,
    tools: [{ name: 'surefoot', version: request.version }],
    clock,
  });
  const at = clock.now().toISOString();
  const steps: NightStep[] = [];
  for (const [index, step] of request.steps.entries()) {
    ports.reporter.stage(`${step.kind} ${step.name} (${index + 1} of ${request.steps.length})`);
    recorder.event('stage', `${step.kind} ${step.name}`);
    const result = await tryOne(step, request, ports);
    steps.push(result);
    const { verdict, message, seconds } = result;
    const took = `${step.kind} ${step.name}`;
    recorder.check({ name: took, verdict: verdict ?? 'inconclusive', observed: message, seconds });
  }
  const verdict = verdictOf(steps);
  const night: Night = { at, verdict, steps, ...(request.run === undefined ? {} : { run: request.run }) };
  return recorder.finish(verdict, reasonsOf(steps, ports.signal.aborted), {
    nights: { nights: withEarlier(night, request.earlier) },
  });
}

async function tryOne(step: StepToTry, request: NightRequest, ports: NightPorts): Promise<NightStep> {
  const { clock, signal } = ports;
  const startedAt = clock.now();
  const notBegun = signal.aborted
    ? { code: CANCELLED, message: 'it did not begin: the night was cancelled' }
    : refusal(closedBecause(request.windows, startedAt));
  if (notBegun !== undefined) {
    return { ...step, verdict: null, ...notBegun, seconds: 0 };
  }
  const { verdict, reason, measurements } = await ports.tryOut(step);
  const seconds = Math.max(0, clock.now().getTime() - startedAt.getTime()) / 1000;
  return { ...step, verdict, ...reason, seconds, ...numbersOf(measurements, reason.code) };
}

function refusal(why: string | undefined): Reason | undefined {
  return why === undefined ? undefined : { code: 'window-closed', message: why };
}

/** The indicator of a load that stands for its availability. */
export const ANSWERED = 'requests answered well';

/**
 * What the trend shows. A recovery time that was looked for and not found has no upper end; nor has one of an experiment that was ended
 * early, as the fault was taken away and not withstood.
 * @param code of the first reason for the verdict
 */
export function numbersOf(measurements: readonly Measurement[], code: string): Pick<NightStep, 'rto' | 'availability'> {
  const rto = measurements.find(({ indicator, unit }) => indicator === 'rto' && unit === 's');
  const measured = (name: string) => measurements.find(({ indicator }) => indicator === name)?.value;
  const availability = measured('availability') ?? measured(ANSWERED);
  return {
    ...(rto === undefined ? {} : rtoOf(rto, code === 'aborted')),
    ...(availability === undefined || availability === null ? {} : { availability }),
  };
}

function rtoOf({ value, lower, upper }: Measurement, endedEarly: boolean): Pick<NightStep, 'rto'> {
  if (value === null && lower === undefined) {
    return {};
  }
  return { rto: { lower: lower ?? value ?? 0, upper: value === null || endedEarly ? null : (upper ?? value) } };
}

function verdictOf(steps: readonly NightStep[]): Verdict {
  if (steps.some(({ verdict }) => verdict === 'fail')) {
    return 'fail';
  }
  return steps.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

function reasonsOf(steps: readonly NightStep[], cancelled: boolean): Reason[] {
  const failed = steps.filter(({ verdict }) => verdict === 'fail');
  const open = steps.filter(({ verdict }) => verdict === null || verdict === 'inconclusive');
  const of = `of ${steps.length}`;
  const sums: Reason[] = [
    ...(cancelled ? [{ code: CANCELLED, message: 'the night was cancelled before its end' }] : []),
    ...(failed.length > 0 ? [{ code: 'night-failed', message: `${failed.length} ${of} failed` }] : []),
    ...(open.length > 0 ? [{ code: 'night-inconclusive', message: `${open.length} ${of} could not be decided` }] : []),
  ];
  return sums.length === 0
    ? [{ code: 'night-passed', message: `all that was tried passed: ${steps.map(({ name }) => name).join(', ')}` }]
    : [
        ...sums,
        ...[...failed, ...open].map(({ kind, name, code, message }) => ({
          code,
          message: `${kind} ${name}: ${message}`,
        })),
      ];
}
