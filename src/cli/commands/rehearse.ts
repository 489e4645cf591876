/** `surefoot rehearse`: its options. */
import type { Command } from 'commander';
import { DEFAULT_SCENARIOS, SCENARIO_NAMES } from '../../rehearsal/scenarios/names.ts';
import type { RehearseOptions } from '../actions/rehearsal.ts';
import { parseAddressing, parseSeed, parseSpeed } from '../arguments.ts';
import { run } from '../run.ts';

const DEFAULT_SPEED = 20;

export function addRehearse(program: Command): void {
  const command = program
    .command('rehearse')
    .description('run scenarios on the embedded platform under real k6 load')
    .argument(
      '[scenarios...]',
      `which ones: ${SCENARIO_NAMES.join(', ')} (without argument: ${DEFAULT_SCENARIOS.join(', ')})`,
    );
  command
    .option(
      '--platform <name>',
      'one of the examples: for the scenarios named (default: the one that each belongs to); without any, all that its file lists',
    )
    .option('-c, --config <file>', 'your own platform file instead of an example')
    .option('-e, --environment <name>', 'which environment of it (default: the first)')
    .option('-s, --service <name>', 'which service of it')
    .option(
      '--all',
      'all scenarios that the examples list, or the file of --config, with a scorecard for each platform',
    )
    .option('--speed <factor>', 'how much faster than AWS the control plane waits', parseSpeed, DEFAULT_SPEED)
    .option(
      '--addressing <mode>',
      'subnets (an address for each task), ports (one address), or auto',
      parseAddressing,
      'auto',
    )
    .option(
      '--seed <number>',
      "SEED in every task's environment: where an application's random sequence starts",
      parseSeed,
    )
    .option('--report-dir <folder>', 'where evidence and reports go', '.surefoot/reports')
    .option('--json', 'print one JSON object on stdout; progress goes to stderr')
    .action((names: string[], options: RehearseOptions) =>
      run('rehearse', options, async (session) =>
        (await import('../actions/rehearse.ts')).rehearseAction(names, options, session),
      ),
    );
}
