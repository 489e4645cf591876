/** `surefoot load`: its options. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LoadOptions as UseCaseOptions } from '../../entry/load/load.ts';
import { type CommonOptions, run, withCommonOptions, withReportOption } from '../run.ts';

interface LoadOptions extends CommonOptions, UseCaseOptions {
  readonly yes?: boolean;
}

export function addLoad(program: Command): void {
  program
    .command('load-part', { hidden: true })
    .description('the command of a task of `load --tasks`: makes its part, and tells by its log what it counted')
    .action(() =>
      run('load-part', {}, async (session) => (await import('../../entry/load/part.ts')).loadPartAction(session)),
    );
  withReportOption(
    withCommonOptions(
      program
        .command('load')
        .description(
          'put the load of a profile on a service, account for every planned request, judge it against its SLOs',
        ),
    ),
  )
    .requiredOption(
      '-p, --profile <name|file>',
      'smoke, average-load, stress, spike, soak, breakpoint, time-of-day, failover, scaling, or a file of your own',
    )
    .option('--script <file>', 'a k6 script of your own: an arrival is then one call of its default function')
    .option('--url <url>', 'where to, instead of the address in surefoot.yml; its host must be allowed there')
    .option('--compress <factor>', 'divide every duration of the profile, for a look at it', parseFactor)
    .option('--baseline <path>', 'compare with earlier evidence: a load.json, or a folder of several')
    .option('--against <url>', 'compare with this address, the baseline, by running on both in turn')
    .option('--pairs <n>', 'how often in turn, with --against; 5 when left out', Number)
    .option('--tolerance <name=percent...>', 'what may be worse: errors=0.1% latency=10% throughput=5%')
    .addOption(
      new Option('--on-worse <what>', 'when it is worse beyond that: fail (when left out), or only report').choices([
        'fail',
        'report',
      ]),
    )
    .option('--journal <file>', 'write by the second who answered, for `deploy --blocks k6:FILE`')
    .option('--price <vcpu,gb>', 'what an hour of each costs, for a profile that watches scaling: 0.04048,0.004445')
    .option('--tasks <n>', 'make the load on so many ECS tasks, and put together what they counted', Number)
    .option('--task-definition <name>', 'that of the tasks: an image with surefoot and k6, whose command is load-part')
    .option('--start-in <duration>', 'until all tasks begin; they must have come up by then (3m when left out)')
    .option('--segment <k/n>', 'make one of n equal parts of the load on this machine, and judge nothing')
    .option('--start-at <time>', 'the moment at which all parts begin, with --segment: 2026-01-31T12:00:00Z')
    .option(
      '--parts <folder>',
      'send nothing: put the parts in this folder together, evidence or output of k6, and judge the whole',
    )
    .addOption(
      new Option(
        '--export <for>',
        'send nothing: write the load for k6 elsewhere, in a cluster or in Grafana Cloud',
      ).choices(['k6-operator', 'k6-cloud']),
    )
    .option('--to <folder>', 'where to write it, with --export')
    .option('--parallelism <n>', 'how many runners the k6 operator starts, each on a node of its own', Number)
    .option('--evidence-claim <name>', 'a PersistentVolumeClaim for what the runners count, to be judged by --parts')
    .option('--dry-run', 'show rates, duration, virtual users and what the run can prove; send nothing')
    .option('-y, --yes', 'do not ask before loading a protected environment')
    .action((options: LoadOptions) =>
      run('load', options, async (session) => (await import('../../entry/load/load.ts')).loadAction(options, session)),
    );
}

function parseFactor(text: string): number {
  const factor = Number(text);
  if (!Number.isFinite(factor) || factor < 1) {
    throw new InvalidArgumentError('write a number of at least 1, such as 60');
  }
  return factor;
}
