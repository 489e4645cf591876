/** What an action leaves for later steps: the table of outputs, and their values. */
import type { Outcome } from '../entry/outcome.ts';
import type { Evidence } from '../report/evidence.ts';
import { clip, oneLine } from '../report/text.ts';
import type { OperationName } from './inputs/tables.ts';

const COMMON = {
  verdict: 'pass, fail or inconclusive; empty when the action could not judge because of bad input or an error.',
  reason: 'Why, in one line.',
  'reason-code': 'The same as a stable word to match on.',
  evidence: 'Path of the evidence file (JSON), when one was written.',
  report: 'Path of the report for people (HTML), when one was written.',
} as const;

const OWN = {
  deploy: {
    changed: 'Whether a deployment was started or followed: true or false.',
    'deployment-arn': 'ARN of the ECS service deployment.',
    'deployment-status': "ECS's own word for how it ended, like SUCCESSFUL or ROLLBACK_SUCCESSFUL.",
    revision: 'ARN of the service revision that serves at the end.',
    'task-definition': 'ARN of the task definition that serves at the end.',
    changes: 'Of plan: what would change, as JSON.',
    status: 'Of status: what runs now, as JSON.',
  },
  'ecs-manage': {
    services: 'Each service with its verdict and reasons, or of status with its state, as JSON.',
    'time-to-ready': 'Seconds until the slowest service was ready again, where a command waits for that.',
    'task-hours-saved': 'Task-hours that the longest pause has saved, known when it ends.',
  },
  'security-gate': {
    counts: 'Findings by severity, secrets, waived, new and fixed ones, as JSON.',
    sarif: 'Path of the SARIF file for github/codeql-action/upload-sarif.',
    audit: 'Path of the audit (JSON): everything that the verdict was computed from.',
    sboms: 'Paths of the bills of materials (CycloneDX), as JSON.',
  },
  'load-test': {
    requests: 'Planned requests and what became of them (ok, failed, dropped, interrupted), as JSON.',
    latency: 'Latency of good answers in seconds, dial included: p50, p95 and p99, as JSON.',
    throughput: 'Of breakpoint: the most good answers per second, over 10 s.',
    plan: 'Of a dry run: requests, seconds, peak rate and virtual users, as JSON.',
  },
  chaos: {
    targets: 'Of plan and run: what the experiment would hit, by target, as JSON.',
    recovery:
      'Of run: the recovery time in seconds as an interval, the availability, the requests and the acknowledged writes that are lost, and the RPO, as JSON.',
    cost: 'Of plan: what FIS charges for one run, in US dollars.',
    policies: 'Of plan: the IAM policies that it needs, as JSON.',
    comment: 'Of plan: path of the report as Markdown, short enough for a comment on a pull request.',
    experiments: 'Of list: the experiments with their templates and last runs, as JSON.',
    running: 'Of list: the experiments that run now, with whose they are, as JSON.',
  },
  recover: {
    rto: 'Seconds until what was lost was back and verified.',
    rpo: 'Seconds of data that are lost; of a failover what the replicas surely had.',
    'lost-requests': 'Of a region: planned requests that were not answered well, from the disaster on.',
    run: 'Id of the run, over all the jobs that it takes.',
    journal: 'Path of the journal: with it another job goes on with a run that was cut off.',
    steps: 'Of a dry run: the steps and how each is undone, as JSON.',
  },
  scorecard: {
    met: 'How many targets are met.',
    missed: 'How many targets are missed.',
    unknown: 'How many targets are unknown.',
    scorecard: 'Each target with its state, reason and numbers, as JSON.',
    badge: 'Path of the badge (SVG), when one was written.',
  },
  nightly: {
    steps: 'What was tried, each with its verdict, recovery time and availability, as JSON.',
  },
} as const satisfies Record<OperationName, Record<string, string>>;

/** Outputs and their descriptions, as action.yml has them; the root action has all. */
export function outputsOf(operation: OperationName | undefined): Readonly<Record<string, string>> {
  return operation === undefined
    ? {
        ...COMMON,
        ...OWN.deploy,
        ...OWN['ecs-manage'],
        ...OWN['security-gate'],
        ...OWN['load-test'],
        ...OWN.chaos,
        ...OWN.recover,
        ...OWN.scorecard,
        ...OWN.nightly,
      }
    : { ...COMMON, ...OWN[operation] };
}

/** What ended without an outcome, in the same words. */
export interface Ended {
  readonly verdict: Outcome['verdict'];
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly evidence?: string | undefined;
  readonly report?: string | undefined;
  readonly record?: Evidence | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Outputs of a job may have 1 MB in all (GitHub: workflow syntax, `jobs.<id>.outputs`); one sentence needs far less. */
const LONGEST_REASON = 2000;
const LONGEST_JSON = 200_000;

/** The values to set; what is not known is left out, and so empty for the workflow. */
export function outputValues(operation: OperationName | undefined, ended: Ended): Record<string, string> {
  const [reason] = ended.reasons;
  const makers = {
    deploy: deployValues,
    'ecs-manage': manageValues,
    'security-gate': gateValues,
    'load-test': loadValues,
    chaos: chaosValues,
    recover: recoverValues,
    scorecard: scorecardValues,
    nightly: nightlyValues,
  };
  const own = operation === undefined ? {} : makers[operation](ended);
  const values: Record<string, string | undefined> = {
    verdict: ended.verdict ?? undefined,
    reason: reason && clip(oneLine(reason.message), LONGEST_REASON),
    'reason-code': reason?.code,
    evidence: ended.evidence,
    report: ended.report,
    ...own,
  };
  return Object.fromEntries(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function deployValues({ record, details }: Ended): Record<string, string | undefined> {
  const deployment = record?.deployment;
  const serving = [deployment?.candidate, deployment?.baseline].find((one) => one?.revision === deployment?.live);
  return {
    changed: record === undefined ? undefined : String(deployment !== undefined),
    'deployment-arn': deployment?.arn,
    'deployment-status': deployment?.status,
    revision: deployment?.live ?? undefined,
    'task-definition': serving?.taskDefinition,
    changes: json(details?.['changes']),
    status: json(details?.['status']),
  };
}

function recoverValues({ record, details }: Ended): Record<string, string | undefined> {
  const measured = (indicator: string) => {
    const value = record?.measurements.find((one) => one.indicator === indicator)?.value ?? undefined;
    return value === undefined ? undefined : String(value);
  };
  return {
    rto: measured('rto'),
    rpo: measured('rpo'),
    'lost-requests': measured('lost requests'),
    run: textOf(details?.['run']),
    journal: textOf(details?.['journal']),
    steps: json(details?.['steps']),
  };
}

function manageValues({ record, details }: Ended): Record<string, string | undefined> {
  const all = record === undefined ? [] : [record, ...record.parts];
  const largest = (...indicators: readonly string[]) => {
    const values = all.flatMap(({ measurements }) =>
      measurements.flatMap((one) => (indicators.includes(one.indicator) && one.value !== null ? [one.value] : [])),
    );
    return values.length === 0 ? undefined : String(Math.max(...values));
  };
  return {
    services: json(details?.['services']),
    'time-to-ready': largest('resume-time', 'time to recover', 'time to scale'),
    'task-hours-saved': largest('task-hours saved'),
  };
}

function gateValues({ details }: Ended): Record<string, string | undefined> {
  const files = details?.['files'] as
    | { readonly sarif?: string; readonly audit?: string; readonly sboms?: unknown }
    | undefined;
  return { counts: json(details?.['counts']), sarif: files?.sarif, audit: files?.audit, sboms: json(files?.sboms) };
}

/** With a probe beside the load, the numbers are the load's. */
function loadValues({ record, details }: Ended): Record<string, string | undefined> {
  const view = record?.load === undefined ? record?.parts.find(({ load }) => load !== undefined) : record;
  const measured = (indicator: string) => view?.measurements.find((one) => one.indicator === indicator)?.value;
  const quantiles = ['p50', 'p95', 'p99'].map((name) => [name, measured(`latency ${name}`) ?? null]);
  return {
    requests: json(view?.load?.totals),
    latency: view === undefined ? undefined : json(Object.fromEntries(quantiles)),
    throughput: measured('throughput')?.toString(),
    plan: json(details?.['plan']),
  };
}

function chaosValues({ record, details }: Ended): Record<string, string | undefined> {
  const experiment = record?.experiment;
  const comment = details?.['comment'];
  return {
    targets: json(experiment?.targets),
    recovery: recoveryValue(record),
    cost: experiment?.cost.dollars.toFixed(2),
    policies: json(experiment?.policies.map(({ title, json: text }) => ({ title, policy: JSON.parse(text) }))),
    comment: typeof comment === 'string' ? comment : undefined,
    experiments: json(details?.['experiments']),
    running: json(details?.['running']),
  };
}

function scorecardValues({ details = {} }: Ended): Record<string, string | undefined> {
  const { badge, met, missed, rows, unknown } = details;
  const number = (value: unknown) => (typeof value === 'number' ? String(value) : undefined);
  const svg = (badge as { readonly svg?: string } | undefined)?.svg;
  return { met: number(met), missed: number(missed), unknown: number(unknown), scorecard: json(rows), badge: svg };
}

function nightlyValues({ record }: Ended): Record<string, string | undefined> {
  return { steps: json(record?.nights?.nights.at(-1)?.steps) };
}

/** null: not measured, and of the recovery time: not seen to recover. */
function recoveryValue(record: Ended['record']): string | undefined {
  const found = (name: string) => record?.measurements.find(({ indicator }) => indicator === name);
  const rto = found('rto');
  return rto === undefined
    ? undefined
    : json({
        lower: rto.lower ?? null,
        upper: rto.upper ?? null,
        availability: found('availability')?.value ?? null,
        lost: found('lost-requests')?.value ?? null,
        lostWrites: found('lost-writes')?.value ?? null,
        rpo: found('rpo')?.value ?? null,
      });
}

/** JSON cut short would not be JSON. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function json(value: unknown): string | undefined {
  const text = value === undefined ? undefined : JSON.stringify(value);
  return text !== undefined && text.length <= LONGEST_JSON ? text : undefined;
}
