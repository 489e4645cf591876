/** `surefoot rehearse`: the main job on this machine, with no AWS account. */
import path from 'node:path';
import { writableFolder } from '../../entry/folders.ts';
import { findProfile } from '../../entry/load/find-profile.ts';
import type { Outcome } from '../../entry/outcome.ts';
import type { ReportOptions, Session } from '../../entry/session.ts';
import { InputError } from '../../errors.ts';
import { startLoad } from '../../measure/start-load.ts';
import { requirePlatform } from '../../platform/load.ts';
import type { Placed } from '../../rehearsal/placed.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
import type { RehearsePorts, ScenarioOptions, Site } from '../../rehearsal/run-scenario.ts';
import { defaultScenarios, scenarios } from '../../rehearsal/scenarios/index.ts';
import type { Scenario } from '../../rehearsal/scenarios/scenario.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { writeReport } from '../../report/write.ts';
import { systemClock } from '../../runtime/clock.ts';
import { httpProbe } from '../../runtime/http.ts';
import { VERSION } from '../../runtime/package.ts';
import { findK6 } from '../../tools/k6.ts';
import type { Addressing } from '../arguments.ts';
import { platformFile, rehearsalTarget } from '../platform-file.ts';
import type { CommonOptions } from '../run.ts';

const DEFAULT_EXAMPLE = 'artguard';

/** Which scenarios, on which platform, how fast. */
export interface RehearseOptions extends Omit<CommonOptions, 'config'>, ReportOptions {
  readonly config?: string;
  /** An example, for all scenarios; undefined: each runs on its own. */
  readonly platform?: string;
  readonly all?: boolean;
  readonly speed: number;
  readonly addressing: Addressing;
  readonly seed?: number;
}

/** Runs the named scenarios, the four of a deployment where none is named, or all that platform files list; and writes the report. */
export async function rehearseAction(
  names: readonly string[],
  options: RehearseOptions,
  session: Session,
): Promise<Outcome> {
  const whole = options.all === true || (options.platform !== undefined && names.length === 0);
  if (whole && names.length > 0) {
    throw new InputError(
      'all-and-names',
      `--all plays what platform files list: leave out ${names.join(', ')}, or --all`,
    );
  }
  if (whole) {
    const { rehearseAllAction } = await import('./rehearse-all.ts');
    return rehearseAllAction(options, session);
  }
  const placed = await place(choose(names), options);
  const { ports, settings } = await openRehearsal(options, session);
  const evidence = await rehearse({ ...settings, placed }, ports);
  const files = await writeReport(evidence, options.reportDir, { name: 'rehearse' });
  const text = `${renderTerminal(evidence, session.look)}\nreport: ${files.html}`;
  return { operation: 'rehearse', verdict: evidence.verdict, reasons: evidence.reasons, text, evidence: files.json };
}

/** What every rehearsal needs of this machine: k6, a folder, a clock. */
export async function openRehearsal(
  options: RehearseOptions,
  session: Session,
): Promise<{ readonly ports: RehearsePorts; readonly settings: ScenarioOptions }> {
  const k6 = await findK6({ reporter: session.reporter, signal: session.signal });
  const settings = {
    speed: options.speed,
    workDirectory: await writableFolder(path.join(options.reportDir, 'work'), '--report-dir'),
    version: VERSION,
    k6Version: k6.version,
    addressing: options.addressing,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
  const ports: RehearsePorts = {
    reporter: session.reporter,
    signal: session.signal,
    clock: systemClock,
    http: httpProbe,
    findProfile,
    startLoad: (load, folder, onProgress) =>
      startLoad({ k6: k6.path, load, workDirectory: folder, signal: session.signal, onProgress }),
  };
  return { ports, settings };
}

/** Each scenario with the platform that was asked for, or with the example that it belongs to. */
async function place(chosen: readonly Scenario[], options: RehearseOptions): Promise<readonly Placed[]> {
  const sites = new Map<string, Site>();
  const placed: Placed[] = [];
  for (const scenario of chosen) {
    const file = platformFile({ ...options, platform: options.platform ?? scenario.example ?? DEFAULT_EXAMPLE });
    const site = sites.get(file) ?? (await siteOf(file, options));
    sites.set(file, site);
    placed.push({ scenario, site });
  }
  return placed;
}

/** The service of a platform file that rehearsals run on. */
export async function siteOf(file: string, options: RehearseOptions): Promise<Site> {
  const platform = await requirePlatform(file);
  const { target, environment } = rehearsalTarget(platform, options);
  return { platform, target, region: environment.region, zones: environment.zones };
}

function choose(names: readonly string[]): readonly Scenario[] {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new InputError(
      'unknown-scenario',
      `there is no scenario ${unknown.map((name) => `"${name}"`).join(', ')}; there are ${scenarios.map((scenario) => scenario.name).join(', ')}`,
    );
  }
  return names.length === 0 ? defaultScenarios : scenarios.filter((scenario) => names.includes(scenario.name));
}
