/** `nightly`, from options to outcome. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { closedBecause, type NightRequest, runNight } from '../../operations/nightly/night.ts';
import { nightsIn } from '../../operations/nightly/trend.ts';
import { requirePlatform } from '../../platform/load.ts';
import type { ResilienceSettings } from '../../platform/model/resilience.ts';
import type { Environment, Platform } from '../../platform/model.ts';
import { resolveServices } from '../../platform/select.ts';
import type { Evidence } from '../../report/evidence.ts';
import { parseEvidence } from '../../report/read.ts';
import { systemClock } from '../../runtime/clock.ts';
import { VERSION } from '../../runtime/package.ts';
import { withAws } from '../connect.ts';
import { report } from '../deploy.ts';
import { writableFolder } from '../folders.ts';
import { requireRegion } from '../guards.ts';
import { failureOf, type Outcome } from '../outcome.ts';
import type { ReportOptions, SelectionOptions, Session } from '../session.ts';
import { requireFiles, stepsOf, type Tonight, tryOut } from './steps.ts';

export interface NightlyOptions extends Omit<SelectionOptions, 'service'>, ReportOptions {
  /** Folders and files with the evidence of earlier nights; a place that is not there is none. */
  readonly history?: readonly string[];
  /** Address of the run on GitHub. */
  readonly run?: string;
  readonly dryRun?: boolean;
}

/**
 * Tries out what `resilience` of the environment asks for, one after the other. `details.nights`: tonight's steps.
 * @throws InputError where the environment has no `resilience`, or no window is open
 */
export async function nightlyAction(options: NightlyOptions, session: Session): Promise<Outcome> {
  const platform = await requirePlatform(options.config);
  const { environment, resilience } = settingsOf(platform, options.environment);
  requireRegion(environment.region, environment.name, platform.file, session.guards);
  const steps = stepsOf(resilience);
  const tonight: Tonight = {
    platform,
    environment: environment.name,
    resilience,
    config: options.config,
    reportDir: options.reportDir,
  };
  await requireFiles(steps, tonight);
  const shown = render(environment, resilience, steps);
  const closed = closedBecause(resilience.windows, systemClock.now());
  if (options.dryRun) {
    const text = `${shown}\n${closed === undefined ? 'it may begin now' : closed}`;
    const reasons = [{ code: 'planned', message: `${steps.length} to try, nothing was done` }];
    return { operation: 'nightly', verdict: 'pass', reasons, text, details: { steps } };
  }
  if (closed !== undefined) {
    throw new InputError('window-closed', closed);
  }
  await writableFolder(options.reportDir, '--report-dir');
  if (!(await session.confirm('Try this out?', shown))) {
    throw new InputError('not-confirmed', 'not confirmed: nothing was done');
  }
  const rehearsalSpeed = await withAws(environment.region, session, async ({ rehearsal }) => rehearsal?.speed);
  const subject = { platform: platform.name, environment: environment.name, rehearsalSpeed };
  const earlier = nightsIn(await readHistory(options.history ?? [], session), subject);
  const request: NightRequest = {
    ...subject,
    version: VERSION,
    windows: resilience.windows,
    steps,
    earlier,
    run: options.run,
  };
  // Who agreed to the night has agreed to all of it.
  const agreed: Session = { ...session, confirm: async () => true };
  const evidence = await runNight(request, {
    clock: systemClock,
    reporter: session.reporter,
    signal: session.signal,
    tryOut: (step) => tryOut(step, tonight, agreed),
  });
  const outcome = await report('nightly', evidence, options, session);
  return { ...outcome, details: { nights: outcome.record?.nights?.nights.at(-1) } };
}

function settingsOf(
  platform: Platform,
  chosen: string | undefined,
): { readonly environment: Environment; readonly resilience: ResilienceSettings } {
  const [target] = resolveServices(platform, { environment: chosen, all: true });
  const environment = platform.environments[target.environment];
  if (environment?.resilience === undefined) {
    throw new InputError(
      'no-resilience',
      `${platform.file} does not say what a night tries out in ${target.environment}: add \`resilience: { windows: [{ from: "01:00", to: "04:00", timezone: America/Toronto }], experiments: [ecs-task-kill] }\` to the environment`,
    );
  }
  return { environment, resilience: environment.resilience };
}

function render(environment: Environment, { service }: ResilienceSettings, steps: NightRequest['steps']): string {
  return [
    `a night in ${environment.name} (${environment.region})${service === undefined ? '' : `, service ${service}`}`,
    ...steps.map(({ kind, name }, index) => `  ${index + 1}. ${kind} ${name}`),
  ].join('\n');
}

const DEEPEST = 6;

/** Every record in the places. What cannot be read is warned of, and stands in nobody's way: the trend only shows. */
async function readHistory(places: readonly string[], session: Session): Promise<Evidence[]> {
  const files = (await Promise.all(places.map((place) => filesIn(place, 0)))).flat();
  const records: Evidence[] = [];
  for (const file of files.filter((name) => /^nightly(?:-\d+)?\.json$/.test(path.basename(name)))) {
    try {
      records.push(parseEvidence(await readFile(file, 'utf8'), file));
    } catch (error) {
      session.reporter.warn(`an earlier night was left out: ${failureOf(error).message}`);
    }
  }
  return records;
}

async function filesIn(place: string, depth: number): Promise<string[]> {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) {
    return depth === 0 && place.endsWith('.json') ? [place] : [];
  }
  const found = entries.map((entry) => {
    const name = path.join(place, entry.name);
    return entry.isDirectory() && depth < DEEPEST ? filesIn(name, depth + 1) : entry.isFile() ? [name] : [];
  });
  return (await Promise.all(found)).flat();
}
