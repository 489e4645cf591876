/** `chaos run` and `chaos stop`, from options to outcome. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { InputError, OutsideError } from '../../errors.ts';
import { startLoad } from '../../measure/start-load.ts';
import type { TemplateTarget } from '../../operations/chaos/experiment/template.ts';
import { NO_SCHEDULED_STOP } from '../../operations/chaos/plan/guards.ts';
import { defaultBudgetSeconds } from '../../operations/chaos/run/measure/downtime-budget.ts';
import { overRuns } from '../../operations/chaos/run/measure/over-runs.ts';
import { refusalsOf, requireGuards } from '../../operations/chaos/run/refusals.ts';
import type { ChaosRunPorts, ChaosRunRequest } from '../../operations/chaos/run/request.ts';
import { runExperiment } from '../../operations/chaos/run/run.ts';
import { stopExperiments } from '../../operations/chaos/stop/stop.ts';
import { scrubber } from '../../operations/load/secrets.ts';
import { parseDuration } from '../../platform/duration.ts';
import { requirePlatform } from '../../platform/load.ts';
import { formatProblem } from '../../platform/problems.ts';
import { resolveServices } from '../../platform/select.ts';
import type { Evidence } from '../../report/evidence.ts';
import { formatSeconds } from '../../report/format.ts';
import { redactDeep } from '../../report/redact.ts';
import { VERSION } from '../../runtime/package.ts';
import { findK6 } from '../../tools/k6.ts';
import { withAws, withConnection } from '../connect.ts';
import { report } from '../deploy.ts';
import { readEvidenceFiles } from '../evidence-files.ts';
import { writableFolder } from '../folders.ts';
import { requireRegion } from '../guards.ts';
import type { Outcome } from '../outcome.ts';
import type { ReportOptions, SelectionOptions, Session } from '../session.ts';
import { readCatalogue } from './catalogue-file.ts';
import { fillIn, findExperiment, readVariables } from './find-experiment.ts';
import { type LoadOfExperiment, loadOf } from './load-of.ts';
import {
  accountOf,
  environmentOf,
  protectedClusters,
  requireFilledIn,
  requireNothingProtected,
  serviceOf,
} from './surroundings.ts';

export interface ChaosRunOptions extends SelectionOptions, ReportOptions {
  /** A file, or the name of an experiment that surefoot ships. */
  readonly experiment: string;
  readonly zone?: string;
  /** `NAME=value`. */
  readonly variables?: readonly string[];
  readonly allowIrreversible?: boolean;
  /** A duration such as `30s`. */
  readonly downtimeBudget?: string;
  /** Folders or files with the evidence of earlier runs. */
  readonly earlier?: readonly string[];
  /** A file with what `aws fis list-actions` says, in place of the snapshot. */
  readonly catalogue?: string;
}

export type ChaosStopOptions = Omit<SelectionOptions, 'service'> & ReportOptions;

/** Injects the fault of an experiment under load, and judges what became of it. */
export async function chaosRunAction(options: ChaosRunOptions, session: Session): Promise<Outcome> {
  await writableFolder(options.reportDir, '--report-dir');
  const platform = await requirePlatform(options.config);
  const earlier = options.earlier && (await readEvidenceFiles(options.earlier, '--earlier'));
  const { experiment: written, warnings } = await findExperiment(
    options.experiment,
    platform,
    await readCatalogue(options.catalogue),
  );
  const selection = { ...options, ...serviceOf(options, written.load?.service) };
  const variables = readVariables(options.variables ?? []);
  for (const warning of warnings) {
    session.reporter.warn(formatProblem(warning));
  }
  return withConnection(selection, session, async (connection) => {
    const { target, ports } = connection;
    const environment = environmentOf(platform, target.environment);
    const account = await accountOf(environment, connection);
    const { experiment, missing } = fillIn(written, {
      platform,
      environment,
      target,
      account,
      zone: options.zone,
      variables,
    });
    requireFilledIn(missing);
    requireGuards(experiment, environment);
    requireNothingProtected(experiment.template, platform, environment);
    if (experiment.guards.stopRole === undefined) {
      session.reporter.warn(`scheduled stop: ${NO_SCHEDULED_STOP}`);
    }
    const runId = randomUUID();
    const load = await loadOf(experiment, connection, runId);
    const request: ChaosRunRequest = {
      platform: platform.name,
      environment,
      service: target.service,
      experiment,
      protectedClusters: protectedClusters(platform, environment),
      account,
      rehearsalSpeed: connection.rehearsal?.speed,
      runId,
      version: VERSION,
      objectives: platform.objectives.filter(({ service }) => service === target.service),
      allowIrreversible: options.allowIrreversible ?? false,
      downtimeBudgetSeconds: budgetOf(options.downtimeBudget, experiment.expect.rtoSeconds),
      load: load?.planned,
      ledger: load?.ledger,
    };
    // What is refused anyway is not asked about first.
    if (
      refusalsOf(request, ports.clock.now()).length === 0 &&
      !(await session.confirm('Inject this?', shown(request)))
    ) {
      throw new InputError('not-confirmed', 'not confirmed: nothing was injected');
    }
    const k6 = await findK6({ reporter: session.reporter, signal: session.signal });
    const startOne = load === undefined ? nothingToStart : await startWith(load, k6.path, options, session);
    const runPorts: ChaosRunPorts = { ...ports, k6Version: k6.version, startLoad: startOne };
    const record = await cleanly(load, () => runExperiment(request, runPorts));
    const runs = earlier?.files.map(({ evidence }) => evidence);
    return report('chaos-run', runs === undefined ? record : overRuns(record, runs), options, session);
  });
}

function budgetOf(written: string | undefined, rtoSeconds: number | undefined): number {
  const seconds = written === undefined ? defaultBudgetSeconds(rtoSeconds) : parseDuration(written);
  if (seconds === undefined || seconds <= 0) {
    throw new InputError(
      'bad-duration',
      `--downtime-budget ${written}: write a duration of more than nothing, such as 30s`,
    );
  }
  return seconds;
}

function shown({ experiment, environment, downtimeBudgetSeconds, load }: ChaosRunRequest): string {
  return [
    `experiment   ${experiment.name} (${experiment.file}) in ${environment.name}`,
    ...Object.entries(experiment.template.actions).map(([name, { actionId }]) => `action       ${name}: ${actionId}`),
    ...Object.entries(experiment.template.targets ?? {}).map(
      ([name, target]) => `target       ${name}: ${chosenBy(target)}`,
    ),
    `load         ${load?.rate ?? 0} requests/s`,
    `abort        after ${formatSeconds(downtimeBudgetSeconds)} of full outage`,
    'what it would hit: see `surefoot chaos plan`; the dry run before the fault names it',
  ].join('\n');
}

/** How FIS finds the resources of a target. */
function chosenBy({
  resourceType,
  selectionMode,
  resourceArns = [],
  resourceTags = {},
  filters = [],
  parameters = {},
}: TemplateTarget): string {
  const pairs = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([key, value]) => `${key}=${value}`);
  const how = [
    ...(resourceArns.length > 0 ? [`that is ${resourceArns.join(', ')}`] : []),
    ...(Object.keys(resourceTags).length > 0 ? [`with the tags ${pairs(resourceTags).join(', ')}`] : []),
    ...(Object.keys(parameters).length > 0 ? [`where ${pairs(parameters).join(', ')}`] : []),
    ...filters.map(({ path: at, values }) => `where ${at} is ${values.join(' or ')}`),
  ];
  return [`${resourceType}, ${selectionMode}`, ...how].join(', ');
}

/** A run without a load is refused before it would start one. */
const nothingToStart: ChaosRunPorts['startLoad'] = () => Promise.reject(new Error('the experiment has no load'));

async function startWith(
  load: LoadOfExperiment,
  k6: string,
  { reportDir }: ReportOptions,
  { signal }: Session,
): Promise<ChaosRunPorts['startLoad']> {
  const folder = await writableFolder(path.join(reportDir, 'work'), '--report-dir');
  return (which, seconds, listeners) => {
    const planned = load.lasting(seconds);
    const chosen = which === 'load' ? planned.load : planned.probe;
    if (chosen === undefined) {
      throw new Error('the profile has no probe');
    }
    return startLoad({ k6, load: chosen, workDirectory: path.join(folder, which), signal, ...listeners });
  };
}

/** Evidence and errors without what is secret in addresses and headers. */
async function cleanly(load: LoadOfExperiment | undefined, work: () => Promise<Evidence>): Promise<Evidence> {
  const scrub = scrubber(load?.secrets ?? []);
  try {
    const evidence = await work();
    const { load: record } = evidence;
    const url = load === undefined || record === undefined ? {} : { load: { ...record, url: load.shownUrl } };
    return redactDeep({ ...evidence, ...url }, scrub);
  } catch (error) {
    // What k6 said may quote an address or a header.
    throw error instanceof OutsideError
      ? new OutsideError(error.code, scrub(error.message), error.where, { cause: error.cause })
      : error;
  }
}

/** Ends every experiment of surefoot's that runs in the environment. */
export async function chaosStopAction(options: ChaosStopOptions, session: Session): Promise<Outcome> {
  await writableFolder(options.reportDir, '--report-dir');
  const platform = await requirePlatform(options.config);
  const [target] = resolveServices(platform, { environment: options.environment, all: true });
  const environment = environmentOf(platform, target.environment);
  requireRegion(environment.region, environment.name, platform.file, session.guards);
  return withAws(environment.region, session, async ({ ports, rehearsal }) => {
    const request = { platform: platform.name, environment, rehearsalSpeed: rehearsal?.speed, version: VERSION };
    return report('chaos-stop', await stopExperiments(request, ports), options, session);
  });
}
