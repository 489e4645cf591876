/** Names the tests that passed only at the second attempt, so that a test that is not steady cannot hide. */
import type { Reporter, TestModule } from 'vitest/node';

export default class RetriedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const retried = modules.flatMap((module) =>
      [...module.children.allTests()].filter(
        (test) => test.result().state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0,
      ),
    );
    for (const test of retried) {
      process.stdout.write(`passed only when repeated: ${test.module.relativeModuleId} > ${test.fullName}\n`);
    }
  }
}
