/** `surefoot up`: the rehearsal platform alone, for any AWS client to use, until it is told to end. */

import { writableFolder } from '../../entry/folders.ts';
import type { Outcome } from '../../entry/outcome.ts';
import type { Session } from '../../entry/session.ts';
import { requirePlatform } from '../../platform/load.ts';
import { startRehearsal } from '../../rehearsal/platform.ts';
import type { Addressing } from '../arguments.ts';
import { platformFile, rehearsalTarget } from '../platform-file.ts';

/** Which platform, how fast, and where it listens. */
export interface UpOptions {
  readonly platform: string;
  readonly config?: string;
  readonly environment?: string;
  readonly service?: string;
  readonly speed: number;
  readonly port: number;
  readonly addressing: Addressing;
  readonly workDir: string;
}

/** Starts the platform, prints its one JSON line, and resolves after SIGINT or SIGTERM has ended it. */
export async function stayUp(options: UpOptions, session: Session): Promise<Outcome> {
  const platform = await requirePlatform(platformFile(options));
  const { target, environment } = rehearsalTarget(platform, options);
  session.reporter.stage(`starting ${target.ecsService} at speed ${options.speed}`);
  const rehearsal = await startRehearsal({
    target,
    region: environment.region,
    zones: environment.zones,
    speed: options.speed,
    port: options.port,
    addressing: options.addressing,
    workDirectory: await writableFolder(options.workDir, '--work-dir'),
    signal: session.signal,
    onBug: (error) =>
      session.reporter.warn(
        `the rehearsal platform has a bug: ${error instanceof Error ? error.stack : String(error)}`,
      ),
  });
  const { endpoint, region, services, speed } = rehearsal;
  process.stdout.write(`${JSON.stringify({ endpoint, region, speed, services })}\n`);
  session.reporter.info(`ready: export AWS_ENDPOINT_URL=${endpoint}; Ctrl-C ends it`);
  await new Promise<void>((resolve) => session.signal.addEventListener('abort', () => resolve(), { once: true }));
  session.reporter.stage('stopping');
  await rehearsal.stop();
  return { operation: 'up', verdict: null, reasons: [], text: '' };
}
