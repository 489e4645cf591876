/** `surefoot rehearse`: the main job on this machine, with no AWS account. */
import path from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../errors.ts';
import { startLoad } from '../../measure/start-load.ts';
import { requirePlatform } from '../../platform/load.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { scenarios } from '../../rehearsal/scenarios/index.ts';
import type { Scenario } from '../../rehearsal/scenarios/scenario.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { writeReport } from '../../report/write.ts';
import { systemClock } from '../../runtime/clock.ts';
import { httpProbe } from '../../runtime/http.ts';
import { VERSION } from '../../runtime/package.ts';
import { findK6 } from '../../tools/k6.ts';
import type { Outcome } from '../outcome.ts';
import { type Addressing, parseAddressing, parseSpeed, platformFile, rehearsalTarget } from '../platform-file.ts';
import { type CommonOptions, run, type Session, terminalOptions } from '../run.ts';

export const DEFAULT_SPEED = 20;

interface RehearseOptions extends Omit<CommonOptions, 'config'> {
  readonly config?: string;
  readonly platform: string;
  readonly speed: number;
  readonly addressing: Addressing;
}

export function addRehearse(program: Command): void {
  const command = program
    .command('rehearse')
    .description('run scenarios on the embedded platform under real k6 load')
    .argument(
      '[scenarios...]',
      `which ones: ${scenarios.map((scenario) => scenario.name).join(', ')} (all without argument)`,
    );
  command
    .option('--platform <name>', 'one of the examples', 'artguard')
    .option('-c, --config <file>', 'your own platform file instead of an example')
    .option('-e, --environment <name>', 'which environment of it (default: the first)')
    .option('-s, --service <name>', 'which service of it')
    .option('--all', 'every scenario there is')
    .option('--speed <factor>', 'how much faster than AWS the control plane waits', parseSpeed, DEFAULT_SPEED)
    .option(
      '--addressing <mode>',
      'subnets (an address for each task), ports (one address), or auto',
      parseAddressing,
      'auto',
    )
    .option('--report-dir <folder>', 'where evidence and reports go', '.surefoot/reports')
    .option('--json', 'print one JSON object on stdout; progress goes to stderr')
    .action((names: string[], options: RehearseOptions) =>
      run('rehearse', options, (session) => carryOut(names, options, session)),
    );
}

async function carryOut(names: readonly string[], options: RehearseOptions, session: Session): Promise<Outcome> {
  const chosen = choose(names);
  const platform = await requirePlatform(platformFile(options));
  const { target, environment } = rehearsalTarget(platform, options);
  const k6 = await findK6({ reporter: session.reporter, signal: session.signal });
  const workDirectory = path.resolve(options.reportDir, 'work');
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
    },
    {
      reporter: session.reporter,
      signal: session.signal,
      clock: systemClock,
      http: httpProbe,
      startLoad: (load, folder, onProgress) =>
        startLoad({ k6: k6.path, load, workDirectory: folder, signal: session.signal, onProgress }),
    },
  );
  const files = await writeReport(evidence, options.reportDir, { name: 'rehearse' });
  const text = `${renderTerminal(evidence, terminalOptions())}\nreport: ${files.html}`;
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
  return names.length === 0 ? scenarios : scenarios.filter((scenario) => names.includes(scenario.name));
}
