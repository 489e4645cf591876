/** One scenario with one seed: the verdict, and the numbers that its evidence holds. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { VERDICT_CHECK } from '../../src/rehearsal/scenarios/chaos/checks.ts';
import {
  type Evidence,
  evidenceSchema,
  type LoadRecord,
  type Measurement,
  type Verdict,
} from '../../src/report/evidence.ts';

export interface Run {
  readonly seed: number;
  readonly verdict: Verdict | 'error';
  /** In a sentence. */
  readonly outcome: string;
  /** By what they are, in the order in which they are shown. */
  readonly numbers: readonly Figure[];
  /** Undefined where the run left none. */
  readonly evidence: Evidence | undefined;
}

export interface Figure {
  readonly name: string;
  readonly value: number | string | null;
}

export interface RunRequest {
  readonly scenario: string;
  readonly seed: number;
  /** The bundled command line. */
  readonly program: string;
  /** A folder of this run's own. */
  readonly reports: string;
}

/** Rehearses once. A run that leaves no evidence is an `error`, and says why. */
export async function runOnce({ scenario, seed, program, reports }: RunRequest): Promise<Run> {
  const args = [program, 'rehearse', scenario, '--seed', String(seed), '--json', '--report-dir', reports];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SUREFOOT_SELF: program },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const file = evidenceOf(stdout);
  if (file === undefined) {
    return { seed, verdict: 'error', outcome: lastLine(stderr), numbers: [], evidence: undefined };
  }
  const [part] = evidenceSchema.parse(JSON.parse(await readFile(file, 'utf8'))).parts;
  return part === undefined
    ? { seed, verdict: 'error', outcome: 'the record has no scenario', numbers: [], evidence: undefined }
    : readRun(seed, part);
}

/** What the record of a scenario says. Pure. */
export function readRun(seed: number, part: Evidence): Run {
  const seconds = (Date.parse(part.finishedAt) - Date.parse(part.startedAt)) / 1000;
  return {
    seed,
    verdict: part.verdict,
    outcome: part.reasons.map(({ message }) => message).join('; '),
    numbers: [
      ...(part.checks.some(({ name }) => name === VERDICT_CHECK) ? chaosOf(part) : shiftOrOther(part)),
      { name: 'seconds', value: Math.round(seconds) },
    ],
    evidence: part,
  };
}

function shiftOrOther(part: Evidence): readonly Figure[] {
  return [
    ...(part.judgement === undefined ? measured(part) : judged(part.judgement)),
    ...(part.load === undefined ? [] : felt(part.load)),
  ];
}

/** Of the run of an experiment: its verdict, and its numbers beside those of the balancer's log. */
function chaosOf({ checks, measurements }: Evidence): readonly Figure[] {
  const verdict = checks.find(({ name }) => name === VERDICT_CHECK);
  const measurement = (name: string) => measurements.find(({ indicator }) => indicator === name);
  const figure = (name: string, indicator: string, show: (one: Measurement) => Figure['value']): readonly Figure[] => {
    const one = measurement(indicator);
    return one === undefined ? [] : [{ name, value: show(one) }];
  };
  const value = (one: Measurement) => one.value;
  return [
    { name: 'verdict expected', value: shortVerdict(verdict?.expected) },
    { name: 'verdict of the run', value: shortVerdict(verdict?.observed) },
    ...figure('RTO, s', 'rto', interval),
    ...figure("off the balancer's log, s", 'deviation of the recovery time', ({ value: seconds }) =>
      seconds === null ? null : Number(seconds.toFixed(3)),
    ),
    ...figure('lost requests', 'lost-requests', value),
    ...figure("by the balancer's log", "requests lost by the balancer's log", value),
    ...figure('lost writes', 'lost-writes', value),
    ...figure('RPO, s', 'rpo', interval),
  ];
}

/** `pass (survived), exit code 0: …` to `pass (survived)`. */
function shortVerdict(text = 'none'): string {
  return text.split(',')[0] ?? text;
}

function interval({ value, lower, upper }: Measurement): string {
  const from = lower?.toFixed(3) ?? '?';
  return value === null ? `more than ${from}` : `${from} to ${upper?.toFixed(3) ?? '?'}`;
}

/** Of a shift: how much traffic the decision took, and what the candidate did with its share. */
function judged({ blocks, decisions, latency }: NonNullable<Evidence['judgement']>): readonly Figure[] {
  const last = decisions.at(-1);
  const looked = blocks.slice(0, last?.blocks ?? blocks.length);
  const sum = (pick: (block: (typeof blocks)[number]) => number) =>
    looked.reduce((total, block) => total + pick(block), 0);
  return [
    { name: 'decision', value: last?.decision ?? 'none' },
    { name: 'requests to it', value: sum(({ baseline, candidate }) => baseline.requests + candidate.requests) },
    { name: 'of them exposed', value: sum(({ candidate }) => candidate.requests) },
    { name: 'failed', value: sum(({ candidate }) => candidate.errors) },
    ...(latency === undefined ? [] : [{ name: 'slow', value: sum(({ candidate }) => candidate.slow ?? 0) }]),
    { name: 'ln E rollback', value: round(last?.logERollback) },
    { name: 'ln E promotion', value: round(last && Math.min(...Object.values(last.logEPromote))) },
  ];
}

/** Of any other scenario: everything that was measured. */
function measured({ measurements }: Evidence): readonly Figure[] {
  return measurements.map(({ indicator, value, unit }) => ({
    name: unit === 'ratio' ? indicator : `${indicator}, ${unit}`,
    value,
  }));
}

/** What users felt, in the seconds whose requests surely had the time to end. */
function felt({ bins, judgedUntilSecond }: LoadRecord): readonly Figure[] {
  const within = bins.filter(({ second }) => second < judgedUntilSecond);
  const planned = within.reduce((sum, bin) => sum + bin.planned, 0);
  const ok = within.reduce((sum, bin) => sum + bin.ok, 0);
  return [
    { name: 'all requests', value: planned },
    { name: 'lost', value: planned - ok },
  ];
}

function evidenceOf(stdout: string): string | undefined {
  try {
    const { evidence } = JSON.parse(stdout) as { evidence?: string | null };
    return evidence ?? undefined;
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function round(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toFixed(2));
}
