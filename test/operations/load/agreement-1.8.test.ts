import { describe } from 'vitest';
import { findTool, locateTool } from '../../../src/tools/find-tool.ts';
import { k6Spec } from '../../../src/tools/k6.ts';
import { runProgram } from '../../../src/tools/run-program.ts';
import type { ToolSpec } from '../../../src/tools/tool-spec.ts';
import { agreesOnEveryProfile } from './agreement.ts';

const VERSION = '1.8.1';

/** k6 of the maintenance line, from its own module. */
const spec: ToolSpec = {
  ...k6Spec,
  version: VERSION,
  alsoAccepted: [],
  variable: 'SUREFOOT_K6_1',
  releases: {},
  build: {
    label: `go install go.k6.io/k6@v${VERSION}`,
    run: async ({ directory, environment, signal }) => {
      const result = await runProgram('go', ['install', `go.k6.io/k6@v${VERSION}`], {
        environment: { ...(environment as Record<string, string>), GOBIN: directory },
        directory,
        timeoutMs: 20 * 60_000,
        signal,
      });
      if (result.code !== 0) {
        throw new Error(result.stderr);
      }
      return 'k6';
    },
  },
};

const reporter = { info: () => undefined, warn: () => undefined, progress: () => undefined };
// Building takes minutes: CI does it, once; elsewhere SUREFOOT_K6_1 names one, or the tests are skipped by name.
const found = await (process.env['CI'] === 'true' ? findTool(spec, { reporter }) : locateTool(spec, { reporter }));

describe.skipIf(found === undefined)(
  `with k6 ${VERSION}${found === undefined ? ' (skipped: it is not installed)' : ''}`,
  () => {
    agreesOnEveryProfile(found?.path ?? '');
  },
);
