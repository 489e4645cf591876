/** `surefoot gate`: its options. */
import type { Command } from 'commander';
import type { GateOptions as UseCaseOptions } from '../../entry/gate/gate.ts';
import { type CommonOptions, run, withCommonOptions, withReportOption } from '../run.ts';

interface GateOptions extends CommonOptions, UseCaseOptions {}

const collect = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];

export function addGate(program: Command): void {
  withReportOption(
    withCommonOptions(
      program
        .command('gate')
        .description('scan with Trivy and Checkov, and judge what they found against targets, waivers and the base')
        .argument('[dir]', 'the folder to scan', '.'),
    ),
  )
    .option('-b, --base <commit-or-folder>', 'what to compare with; targets, waivers and baseline are taken from it')
    .option('--image <reference>', 'an image to scan too, by reference or as an archive; may be repeated', collect)
    .option('--base-image <reference>', 'what an image is compared with; may be repeated', collect)
    .option('--var-file <file>', 'a Terraform variable file, from the scanned folder; may be repeated', collect)
    .option('--waivers <file>', 'the waivers (default: .trivyignore.yaml in the scanned folder)')
    .option('--baseline <file>', 'a recorded baseline, for reductions and ages')
    .option('--record-baseline <file>', 'only record what is there now; judges nothing')
    .option('--history <folder>', 'reports of earlier runs, for ages and the trend')
    .option('--kev <file>', "CISA's catalogue of exploited vulnerabilities (JSON)")
    .option('--epss <file>', "FIRST's scores of likely exploitation (CSV)")
    .option('--offline', 'fetch nothing: the vulnerability database stays as it is')
    .option('--category <name>', 'keeps SARIF uploads of several gates of one commit apart')
    .action((dir: string, options: GateOptions) =>
      run('gate', options, async (session) =>
        (await import('../../entry/gate/gate.ts')).gateAction(dir, options, session),
      ),
    );
}
