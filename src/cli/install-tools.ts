/** Installs the tools that the tests need, with progress; for the set-up script, not for users. */

import { failureOf } from '../entry/outcome.ts';
import { createReporter } from '../runtime/reporter.ts';
import { findCheckov } from '../tools/checkov.ts';
import { findK6 } from '../tools/k6.ts';
import { findTrivy } from '../tools/trivy.ts';

export async function installTools(): Promise<void> {
  const reporter = createReporter(process.stderr);
  try {
    for (const [name, find] of [
      ['k6', findK6],
      ['Checkov', findCheckov],
      ['Trivy', findTrivy],
    ] as const) {
      const tool = await find({ reporter });
      reporter.info(`${name} ${tool.version} at ${tool.path}`);
    }
  } catch (error) {
    const failure = failureOf(error);
    process.stderr.write(`${failure.message}\n`);
    process.exitCode = failure.exitCode;
  }
}
