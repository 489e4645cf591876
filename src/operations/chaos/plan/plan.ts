/** `chaos plan`: what an experiment would hit, take, cost and need, and whether it may run. Nothing is injected, and nothing stays behind. */
import { isAwsError } from '../../../aws/errors.ts';
import type { Check, Evidence, Reason } from '../../../report/evidence.ts';
import type { ExperimentRecord, ExperimentTarget } from '../../../report/experiment/record.ts';
import { counted } from '../../../report/format.ts';
import type { Ports } from '../../ports.ts';
import { createRecorder, type Recorder } from '../../recorder.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { sweep } from '../leftovers/sweep.ts';
import { preconditions } from '../run/preconditions.ts';
import { estimatedRadius, resolvedRadius } from './blast-radius.ts';
import { type EcsFacts, readEcsFacts } from './ecs-facts.ts';
import { guardRows, scheduledStopRow, windowRows } from './guards.ts';
import { catalogueRow } from './live-catalogue.ts';
import { preflightEcs } from './preflight-ecs.ts';
import { type Preview, preview } from './preview.ts';
import { protectedAmong } from './protected-clusters.ts';
import { experimentRecord } from './record.ts';
import type { ChaosPlanRequest } from './request.ts';
import { type Row, row } from './rows.ts';
import { compareWithAccount } from './standing-template.ts';

/** What a preview may leave is anybody's to delete after this long. */
const EXPIRES_AFTER_MS = 3_600_000;

/** From the file and surefoot.yml alone: AWS is not asked. The verdict is `fail` for what would be refused, and says nothing of what AWS has. */
export function planOffline(request: ChaosPlanRequest, ports: Pick<Ports, 'clock'>): Evidence {
  const { experiment } = request;
  const recorder = recorderOf(request, ports.clock);
  const rows = [
    ...guardRows(experiment, request.environment),
    scheduledStopRow(experiment),
    ...windowRows(experiment, ports.clock.now()),
  ];
  const targets = estimatedRadius(experiment.template, undefined);
  return conclude(request, recorder, {
    rows: [...rows, notAsked()],
    targets,
    standing: undefined,
    dryRun: undefined,
    accounts: 1,
  });
}

function notAsked(): Row {
  return row(
    'not-asked',
    'dry run',
    'inconclusive',
    'FIS resolves the targets',
    'not made: AWS was not asked (--offline)',
  );
}

/** With a dry run in FIS, where guards and the safety lever allow it. @throws OutsideError of AWS */
export async function planExperiment(request: ChaosPlanRequest, ports: Ports): Promise<Evidence> {
  const { experiment, environment } = request;
  const recorder = recorderOf(request, ports.clock);
  ports.reporter.stage(`Plan of ${experiment.name} in ${environment.name}`);
  const guards = guardRows(experiment, environment);
  const facts = await readEcsFacts(experiment.template, ports);
  const standing = await compareWithAccount(experiment, ports.aws.fis);
  const held = (await preconditions(experiment, ports)).map(againstAnyRun);
  const preflight = preflightEcs(experiment.template, facts).map((check): Row => ({ code: 'preflight', check }));
  const now = [...windowRows(experiment, ports.clock.now()), ...held];
  const offered = await catalogueRow(experiment.template, ports.aws.fis, ports.clock.now());
  const rows = [...guards, scheduledStopRow(experiment), ...now, offered, ...preflight, ...standing.rows];
  const against = rows.find(
    ({ code, check }) => check.verdict !== 'pass' && (code === 'environment-not-allowed' || code === 'safety-lever'),
  );
  if (against !== undefined) {
    const why = `not made: ${against.check.name} ${against.check.observed ?? ''}`;
    const none = row('not-asked', 'dry run', 'inconclusive', 'FIS resolves the targets', why);
    const targets = estimatedRadius(experiment.template, facts);
    const found = { rows: [...rows, none, ...targetRows(request, targets)], targets, standing: standing.template };
    return conclude(request, recorder, { ...found, dryRun: undefined, accounts: standing.accounts });
  }
  await sweep(experiment, ports);
  const tried = await tryDryRun(request, facts, ports);
  return conclude(request, recorder, {
    rows: [...rows, ...tried.rows, ...targetRows(request, tried.targets)],
    targets: tried.targets,
    standing: standing.template,
    dryRun: tried.dryRun,
    accounts: standing.accounts,
  });
}

/** While the lever is engaged, FIS cancels whatever is started (AWS: "Safety levers"); the rest may be otherwise when it is run. */
function againstAnyRun({ code, check }: Row): Row {
  const engaged = code === 'safety-lever' && check.verdict !== 'pass';
  return { code, check: engaged ? { ...check, verdict: 'fail' } : check };
}

interface Tried {
  readonly rows: readonly Row[];
  readonly targets: readonly ExperimentTarget[];
  readonly dryRun: string | undefined;
}

/** AWS's refusals of the template or of its start are a finding of the plan, not a failure of it. */
const REFUSALS = [
  'ValidationException',
  'ConflictException',
  'ResourceNotFoundException',
  'ServiceQuotaExceededException',
] as const;

async function tryDryRun(request: ChaosPlanRequest, facts: EcsFacts, ports: Ports): Promise<Tried> {
  const { experiment, runId } = request;
  const expires = new Date(ports.clock.now().getTime() + EXPIRES_AFTER_MS);
  ports.reporter.info('dry run in FIS: targets are resolved, every action is skipped');
  try {
    const marks = { experiment: experiment.name, runId, expires };
    const { preview: found, leftover } = await preview(experiment.template, marks, ports);
    const left =
      leftover === undefined ? [] : [row('leftover', 'cleared away', 'fail', 'nothing is left in FIS', leftover)];
    const outcome = outcomeOf(found, experiment, facts);
    return { ...outcome, rows: [...outcome.rows, ...left] };
  } catch (error) {
    if (!isAwsError(error, ...REFUSALS)) {
      throw error;
    }
    const said = error instanceof Error ? error.message : String(error);
    return {
      rows: [row('refused-by-aws', 'dry run', 'fail', 'FIS takes the template', said)],
      targets: estimatedRadius(experiment.template, facts),
      dryRun: undefined,
    };
  }
}

function outcomeOf(found: Preview, { template }: Experiment, facts: EcsFacts): Tried {
  const expected = 'the targets are resolved, every action is skipped';
  switch (found.kind) {
    case 'resolved':
      return {
        rows: [row('dry-run', 'dry run', 'pass', expected, `so it was, in ${found.experiment}`)],
        targets: resolvedRadius(template, found.targets, facts),
        dryRun: found.experiment,
      };
    case 'not-dry': {
      const end = found.stopped
        ? 'stopped at once, and it has ended'
        : 'a stop was asked for, and its end was not seen: look at it now';
      const observed = `${found.experiment} was no dry run: ${found.noticed}; ${end}`;
      return {
        rows: [row('dry-run-not-dry', 'dry run', 'fail', expected, observed)],
        targets: estimatedRadius(template, facts),
        dryRun: undefined,
      };
    }
    default: {
      const observed = `${found.experiment} ended ${found.status}: ${found.reason === '' ? 'FIS gives no reason' : found.reason}`;
      return {
        rows: [row('dry-run-failed', 'dry run', 'fail', expected, observed)],
        targets: estimatedRadius(template, facts),
        dryRun: undefined,
      };
    }
  }
}

/** Nothing found is no experiment: FIS would fail it, or skip the action and call it completed. */
function targetRows(request: ChaosPlanRequest, targets: readonly ExperimentTarget[]): Row[] {
  const { template, expect } = request.experiment;
  const hit = protectedAmong(template, targets, request.protectedClusters);
  if (hit !== undefined) {
    return [row(hit.code, 'protected environments', 'fail', 'none of their resources', hit.message)];
  }
  const known = targets.filter((target) => target.source !== 'file');
  const rows = known.flatMap(({ name, count, resourceType }) =>
    count === 0 ? [row('no-targets', `target ${name}`, 'fail', `at least one ${resourceType}`, 'none')] : [],
  );
  const all = targets.every(({ count, source }) => count !== null && source === 'dry-run');
  const found = targets.reduce((sum, { count }) => sum + (count ?? 0), 0);
  const enough = found >= expect.evidence.targets;
  return all && targets.length > 0 && rows.length === 0
    ? [
        row(
          'too-few-targets',
          'resources in all',
          enough ? 'pass' : 'fail',
          `at least ${expect.evidence.targets} (expect.evidence)`,
          String(found),
        ),
      ]
    : rows;
}

interface Conclusion {
  readonly rows: readonly Row[];
  readonly targets: readonly ExperimentTarget[];
  readonly standing: ExperimentRecord['template'];
  readonly dryRun: string | undefined;
  /** That are reached into. */
  readonly accounts: number;
}

function recorderOf({ experiment, environment, ...request }: ChaosPlanRequest, clock: Ports['clock']): Recorder {
  return createRecorder({
    operation: 'chaos-plan',
    title: `Plan of ${experiment.name} in ${environment.name}`,
    subject: { platform: request.platform, environment: environment.name, service: request.service },
    rehearsalSpeed: request.rehearsalSpeed,
    tools: [{ name: 'surefoot', version: request.version }],
    clock,
  });
}

function conclude(request: ChaosPlanRequest, recorder: Recorder, found: Conclusion): Evidence {
  for (const { check } of found.rows) {
    recorder.check(check);
  }
  const failed = found.rows.filter(({ check }) => check.verdict === 'fail');
  const record = experimentRecord(request, found);
  const reasons = failed.length > 0 ? failed.map(reasonOf) : [inShort(record), ...notReady(found.rows)];
  return recorder.finish(failed.length === 0 ? 'pass' : 'fail', reasons, { experiment: record });
}

/** What is no fault of the experiment, but would keep it from being run as the account is. */
const NOT_READY = ['already-running', 'left-by-fis', 'stop-alarm', 'expected-alarm'];

function notReady(rows: readonly Row[]): Reason[] {
  return rows.filter(({ code, check }) => NOT_READY.includes(code) && check.verdict !== 'pass').map(reasonOf);
}

function reasonOf({ code, check }: Row): Reason {
  return { code, message: sentence(check) };
}

function inShort({ dryRun, targets }: ExperimentRecord): Reason {
  if (dryRun === undefined) {
    const message = 'nothing speaks against it, as far as the file says; what it would hit was not asked of FIS';
    return { code: 'estimated', message };
  }
  const count = targets.reduce((sum, target) => sum + (target.count ?? 0), 0);
  return { code: 'planned', message: `it would hit ${counted(count, 'resource')}; nothing was injected` };
}

function sentence({ name, expected, observed }: Check): string {
  return `${name}: ${observed ?? ''}${expected === undefined ? '' : `; expected ${expected}`}`;
}
