/** What every rehearsal from the terminal starts with: its options, k6 and a folder, and the service that it runs on. */
import path from 'node:path';
import { writableFolder } from '../../entry/folders.ts';
import { findProfile } from '../../entry/load/find-profile.ts';
import type { ReportOptions, Session } from '../../entry/session.ts';
import { startLoad } from '../../measure/start-load.ts';
import { requirePlatform } from '../../platform/load.ts';
import type { RehearsePorts, ScenarioOptions, Site } from '../../rehearsal/playing.ts';
import { systemClock } from '../../runtime/clock.ts';
import { httpProbe } from '../../runtime/http.ts';
import { VERSION } from '../../runtime/package.ts';
import { findK6 } from '../../tools/k6.ts';
import type { Addressing } from '../arguments.ts';
import { rehearsalTarget } from '../platform-file.ts';
import type { CommonOptions } from '../run.ts';

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

/** The service of a platform file that rehearsals run on. */
export async function siteOf(file: string, options: Pick<RehearseOptions, 'environment' | 'service'>): Promise<Site> {
  const platform = await requirePlatform(file);
  const { target, environment } = rehearsalTarget(platform, options);
  return { platform, target, region: environment.region, zones: environment.zones };
}
