/** `surefoot pause`, `resume`, `restart`, `scale`, `schedule` and `run-task`: their options. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ManageCommand, ManageOptions } from '../../entry/manage/options.ts';
import { parseDuration } from '../../platform/duration.ts';
import { run, withReportOption } from '../run.ts';

interface CommandOptions extends Omit<ManageOptions, 'services' | 'timeoutSeconds' | 'variables'> {
  readonly service?: readonly string[];
  readonly variable?: readonly string[];
  readonly timeout?: number;
  readonly json?: boolean;
  readonly yes?: boolean;
}

export function addManage(program: Command): void {
  for (const [name, description] of [
    ['pause', 'scale services to nothing until `resume`; what was there is remembered on them'],
    ['resume', 'bring paused services back as they were, and wait until they are healthy'],
    ['restart', 'replace all tasks by new ones; where nothing serves any more, down to nothing and back'],
  ] as const) {
    withManageOptions(program.command(name).description(description)).action((options: CommandOptions) =>
      start(name, options),
    );
  }
  withManageOptions(program.command('scale').description('change the desired count, or the bounds of its scaling'))
    .option('--desired <tasks>', 'how many tasks are to run', parseCount)
    .option('--minimum <tasks>', 'fewest tasks of its scaling', parseCount)
    .option('--maximum <tasks>', 'most tasks of its scaling', parseCount)
    .action((options: CommandOptions) => start('scale', options));
  withManageOptions(
    program.command('schedule').description("make scheduled actions of the environment's schedule in surefoot.yml"),
  )
    .option('--remove', 'take the scheduled actions away')
    .action((options: CommandOptions) => start('schedule', options));
  withManageOptions(
    program
      .command('run-task')
      .description("run a one-off job in the service's image and network, judged by its container's exit code")
      .argument('[job]', 'a job of the service in surefoot.yml'),
  )
    .option('--command <words...>', "what the container runs instead of its own command or the job's")
    .option('--container <name>', 'which container runs it and decides')
    .addOption(new Option('--variable <NAME=value>', 'an environment variable; may be repeated').argParser(collect))
    .option('--cpu <units>', 'CPU units of the whole task; 1024 are one vCPU', parseCount)
    .option('--memory <MiB>', 'memory of the whole task', parseCount)
    .action((job: string | undefined, { command, ...options }: CommandOptions & { command?: readonly string[] }) =>
      start('run-task', {
        ...options,
        ...(job === undefined ? {} : { job }),
        ...(command === undefined ? {} : { taskCommand: command }),
      }),
    );
}

function withManageOptions(command: Command): Command {
  return withReportOption(
    command
      .option('-c, --config <file>', 'the platform file', 'surefoot.yml')
      .option('-e, --environment <name>', 'which environment of it')
      .addOption(new Option('-s, --service <name>', 'which service of it; may be repeated').argParser(collect))
      .option('--all', 'all services of the environment')
      .option('--json', 'print one JSON object on stdout; progress goes to stderr'),
  )
    .option('--reason <text>', 'why; kept in the evidence')
    .option('--timeout <duration>', 'longest wait, such as 90s or 10m', parseTimeout)
    .option('--dry-run', 'show the plan and change nothing')
    .option('-y, --yes', 'do not ask before changing');
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw new InvalidArgumentError('write a whole number, such as 2');
  }
  return Number(text);
}

function parseTimeout(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds < 1) {
    throw new InvalidArgumentError('write a duration with its unit, such as 90s or 10m');
  }
  return Math.ceil(seconds);
}

function start(command: ManageCommand, { service, variable, timeout, ...options }: CommandOptions): Promise<void> {
  return run(command, options, async (session) =>
    (await import('../../entry/manage/manage.ts')).manage(
      command,
      {
        ...options,
        ...(service === undefined ? {} : { services: service }),
        ...(variable === undefined ? {} : { variables: variable }),
        ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
      },
      session,
    ),
  );
}
