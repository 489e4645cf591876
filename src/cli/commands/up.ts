/** `surefoot up`: the rehearsal platform alone, for any AWS client to use, until it is told to end. */
import path from 'node:path';
import type { Command } from 'commander';
import { requirePlatform } from '../../platform/load.ts';
import { startRehearsal } from '../../rehearsal/platform.ts';
import type { Outcome } from '../outcome.ts';
import {
  type Addressing,
  parseAddressing,
  parsePort,
  parseSpeed,
  platformFile,
  rehearsalTarget,
} from '../platform-file.ts';
import { run, type Session } from '../run.ts';

interface UpOptions {
  readonly platform: string;
  readonly config?: string;
  readonly environment?: string;
  readonly service?: string;
  readonly speed: number;
  readonly port: number;
  readonly addressing: Addressing;
  readonly workDir: string;
}

export function addUp(program: Command): void {
  program
    .command('up')
    .description('start the rehearsal platform, print one JSON line with its endpoint, and stay until SIGINT')
    .option('--platform <name>', 'one of the examples', 'artguard')
    .option('-c, --config <file>', 'your own platform file instead of an example')
    .option('-e, --environment <name>', 'which environment of it (default: the first)')
    .option('-s, --service <name>', 'which service of it')
    .option('--speed <factor>', 'how much faster than AWS the control plane waits', parseSpeed, 1)
    .option('--port <number>', 'where the AWS endpoint listens; 0 = any free port', parsePort, 0)
    .option(
      '--addressing <mode>',
      'subnets (an address for each task), ports (one address), or auto',
      parseAddressing,
      'auto',
    )
    .option('--work-dir <folder>', 'where the logs of the tasks go', '.surefoot/up')
    .action((options: UpOptions) => run('up', {}, (session) => stayUp(options, session)));
}

async function stayUp(options: UpOptions, session: Session): Promise<Outcome> {
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
    workDirectory: path.resolve(options.workDir),
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
