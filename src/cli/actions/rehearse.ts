/** `surefoot rehearse`: the main job on this machine, with no AWS account. */
import path from 'node:path';
import { writableFolder } from '../../entry/folders.ts';
import { findProfile } from '../../entry/load/find-profile.ts';
import type { Outcome } from '../../entry/outcome.ts';
import type { ReportOptions, Session } from '../../entry/session.ts';
import { InputError } from '../../errors.ts';
import { startLoad } from '../../measure/start-load.ts';
import { requirePlatform } from '../../platform/load.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
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

/** Which scenarios, on which platform, how fast. */
export interface RehearseOptions extends Omit<CommonOptions, 'config'>, ReportOptions {
  readonly config?: string;
  readonly platform: string;
  readonly all?: boolean;
  readonly speed: number;
  readonly addressing: Addressing;
  readonly seed?: number;
}

/** Runs the named scenarios, or all, and writes the report. */
export async function rehearseAction(
  names: readonly string[],
  options: RehearseOptions,
  session: Session,
): Promise<Outcome> {
  const chosen = options.all ? scenarios : choose(names);
  const platform = await requirePlatform(platformFile(options));
  const { target, environment } = rehearsalTarget(platform, options);
  const k6 = await findK6({ reporter: session.reporter, signal: session.signal });
  const workDirectory = await writableFolder(path.join(options.reportDir, 'work'), '--report-dir');
  const evidence = await rehearse(
    {
      platform,
      target,
      region: environment.region,
      zones: environment.zones,
      speed: options.speed,
      scenarios: chosen,
      workDirectory,
      version: VERSION,
      k6Version: k6.version,
      addressing: options.addressing,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    },
    {
      reporter: session.reporter,
      signal: session.signal,
      clock: systemClock,
      http: httpProbe,
      findProfile,
      startLoad: (load, folder, onProgress) =>
        startLoad({ k6: k6.path, load, workDirectory: folder, signal: session.signal, onProgress }),
    },
  );
  const files = await writeReport(evidence, options.reportDir, { name: 'rehearse' });
  const text = `${renderTerminal(evidence, session.look)}\nreport: ${files.html}`;
  return { operation: 'rehearse', verdict: evidence.verdict, reasons: evidence.reasons, text, evidence: files.json };
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
