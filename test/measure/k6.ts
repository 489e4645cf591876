import { describe } from 'vitest';
import { locateK6 } from '../../src/tools/k6.ts';

const reporter = { info: () => undefined, warn: () => undefined, progress: () => undefined };
const found = await locateK6({ reporter });

/** The k6 that tests run with. */
export const K6 = found?.path ?? '';

/**
 * `describe` for tests that need real k6. Where it is missing they fail in CI, and are skipped by name elsewhere.
 */
export function describeWithK6(name: string, body: () => void): void {
  if (found === undefined && process.env['CI'] === 'true') {
    throw new Error(
      `"${name}" needs k6, which is neither on PATH nor in the tool cache. Run the install script first.`,
    );
  }
  describe.skipIf(found === undefined)(found === undefined ? `${name} (skipped: k6 is not installed)` : name, body);
}
