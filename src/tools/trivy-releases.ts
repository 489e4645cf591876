import type { Release } from './tool-spec.ts';

export const TRIVY_VERSION = '0.69.3';

/**
 * Releases that were built to steal credentials: GHSA-69fq-xp46-6x23 (CVE-2026-33634), March 2026. 0.69.4 came by all of the project's own
 * ways, 0.69.5 and 0.69.6 by Docker Hub.
 */
export const TRIVY_COMPROMISED: Readonly<Record<string, string>> = Object.fromEntries(
  ['0.69.4', '0.69.5', '0.69.6'].map((version) => [
    version,
    `a compromised release that steals credentials (CVE-2026-33634). Remove it, and change every secret that was within its reach. surefoot runs ${TRIVY_VERSION}.`,
  ]),
);

/**
 * SHA-256 of the official archives, as in `trivy_0.69.3_checksums.txt` of https://github.com/aquasecurity/trivy/releases/tag/v0.69.3. That
 * file was out of reach when this table was written; each value is what unrelated public repositories pin for the same archive (linux-amd64
 * at least six, two of them after checking its signature; each of the other three at least two), and one wrong digit only means that Trivy is
 * built from source.
 */
const CHECKSUMS = {
  'linux-x64': ['Linux-64bit', '1816b632dfe529869c740c0913e36bd1629cb7688bd5634f4a858c1d57c88b75'],
  'linux-arm64': ['Linux-ARM64', '7e3924a974e912e57b4a99f65ece7931f8079584dae12eb7845024f97087bdfd'],
  'darwin-x64': ['macOS-64bit', 'fec4a9f7569b624dd9d044fca019e5da69e032700edbb1d7318972c448ec2f4e'],
  'darwin-arm64': ['macOS-ARM64', 'a2f2179afd4f8bb265ca3c7aefb56a666bc4a9a411663bc0f22c3549fbc643a5'],
} as const;

/** The official archives by platform key. */
export const TRIVY_RELEASES: Readonly<Record<string, Release>> = Object.fromEntries(
  Object.entries(CHECKSUMS).map(([platform, [name, sha256]]) => {
    const url = `https://github.com/aquasecurity/trivy/releases/download/v${TRIVY_VERSION}/trivy_${TRIVY_VERSION}_${name}.tar.gz`;
    return [platform, { url, sha256, format: 'tar.gz', member: 'trivy' }];
  }),
);
