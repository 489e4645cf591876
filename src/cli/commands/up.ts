/** `surefoot up`: its options. */
import type { Command } from 'commander';
import type { UpOptions } from '../actions/up.ts';
import { parseAddressing, parsePort, parseSpeed } from '../arguments.ts';
import { run } from '../run.ts';

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
    .action((options: UpOptions) =>
      run('up', {}, async (session) => (await import('../actions/up.ts')).stayUp(options, session)),
    );
}
