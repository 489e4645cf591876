import { type FindOptions, findTool, locateTool } from './find-tool.ts';
import { buildGoProgram } from './go-build.ts';
import { K6_ALSO_ACCEPTED, K6_RELEASES, K6_VERSION } from './k6-releases.ts';
import { shippedFile } from './package-root.ts';
import type { FoundTool, ToolSpec } from './tool-spec.ts';

export const k6Spec: ToolSpec = {
  name: 'k6',
  version: K6_VERSION,
  alsoAccepted: K6_ALSO_ACCEPTED,
  variable: 'SUREFOOT_K6',
  versionArguments: ['version'],
  parseVersion: (output) => /^k6(?:\.exe)? v(\d+\.\d+\.\d+)[ \n(]/.exec(output)?.[1],
  releases: K6_RELEASES,
  build: {
    label: 'build from the Go module in tools/k6',
    run: (context) =>
      buildGoProgram(
        { directory: shippedFile('tools/k6'), package: 'go.k6.io/k6/v2', output: 'k6', minimum: [1, 25] },
        context,
      ),
  },
};

/**
 * Finds k6 at the pinned version, or installs it into the tool cache; see `findTool` for the order and the errors.
 * The first install takes seconds where GitHub's releases can be reached, else a minute or a few.
 */
export function findK6(options: FindOptions): Promise<FoundTool> {
  return findTool(k6Spec, options);
}

/** k6 if it is there already; undefined when it would have to be installed. */
export function locateK6(options: FindOptions): Promise<FoundTool | undefined> {
  return locateTool(k6Spec, options);
}
