import { type FindOptions, findTool } from './find-tool.ts';
import { buildGoProgram } from './go-build.ts';
import { shippedFile } from './package-root.ts';
import type { FoundTool, ToolSpec } from './tool-spec.ts';
import { TRIVY_COMPROMISED, TRIVY_RELEASES, TRIVY_VERSION } from './trivy-releases.ts';

export const trivySpec: ToolSpec = {
  name: 'trivy',
  version: TRIVY_VERSION,
  alsoAccepted: [],
  refused: TRIVY_COMPROMISED,
  variable: 'SUREFOOT_TRIVY',
  versionArguments: ['--version'],
  parseVersion: (output) => /^Version: v?(\d+\.\d+\.\d+)$/m.exec(output)?.[1],
  releases: TRIVY_RELEASES,
  build: {
    label: 'build from the Go module in tools/trivy',
    run: (context) =>
      buildGoProgram(
        {
          directory: shippedFile('tools/trivy'),
          package: 'github.com/aquasecurity/trivy/cmd/trivy',
          output: 'trivy',
          minimum: [1, 25],
          // As Trivy's own release builds set it; without it the program says `dev`.
          linkerFlags: `-X github.com/aquasecurity/trivy/pkg/version/app.ver=${TRIVY_VERSION}`,
          environment: { GOEXPERIMENT: 'jsonv2' },
        },
        context,
      ),
  },
};

/**
 * Finds Trivy at the pinned version, or installs it into the tool cache; see `findTool` for the order and the errors. The first install
 * takes seconds where GitHub's releases can be reached, else six to ten minutes for the build.
 */
export function findTrivy(options: FindOptions): Promise<FoundTool> {
  return findTool(trivySpec, options);
}
