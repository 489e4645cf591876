/** `surefoot slo` and `surefoot slo alarms`: their options. */
import { type Command, Option } from 'commander';
import type { AlarmsOptions as AlarmsUseCaseOptions } from '../../entry/slo/alarms.ts';
import type { SloOptions as UseCaseOptions } from '../../entry/slo/slo.ts';
import { type CommonOptions, run, withCommonOptions, withReportOption } from '../run.ts';

interface SloOptions extends CommonOptions, UseCaseOptions {}

interface AlarmsOptions extends CommonOptions, AlarmsUseCaseOptions {
  readonly yes?: boolean;
}

export function addSlo(program: Command): void {
  // What stands behind `alarms` is for it, though `slo` knows options of the same names.
  program.enablePositionalOptions();
  const slo = program.command('slo').enablePositionalOptions();
  withReportOption(
    withCommonOptions(
      slo.description(
        'read what is left of the error budgets, and how fast they burn; all services when none is named',
      ),
    ),
  )
    .option('--prometheus <url>', 'where Prometheus is, for SLOs that it counts; or set PROMETHEUS_URL')
    .action((options: SloOptions) =>
      run('slo', options, async (session) => (await import('../../entry/slo/slo.ts')).sloAction(options, session)),
    );
  const collect = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];
  withReportOption(
    withCommonOptions(
      slo
        .command('alarms')
        .description(
          'CloudWatch alarms on the burn rates of the SLOs: shows what would change, and puts or removes them',
        ),
    ),
  )
    .addOption(new Option('--page <arn>', 'who is told when a budget burns fast; may be repeated').argParser(collect))
    .addOption(new Option('--ticket <arn>', 'who is told when it burns slowly; may be repeated').argParser(collect))
    .option('--remove', 'take all of its alarms away')
    .option('--dry-run', 'show the plan and change nothing')
    .option('-y, --yes', 'do not ask before changing')
    .action((options: AlarmsOptions) =>
      run('slo-alarms', options, async (session) =>
        (await import('../../entry/slo/alarms.ts')).sloAlarmsAction(options, session),
      ),
    );
}
