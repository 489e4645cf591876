import type { Release } from './tool-spec.ts';

export const K6_VERSION = '2.2.0';

/** The maintenance line of the same weeks; the load instrument was run on it too. */
export const K6_ALSO_ACCEPTED: readonly string[] = ['1.8.1'];

/**
 * SHA-256 of the official archives, as in `k6-v2.2.0-checksums.txt` of https://github.com/grafana/k6/releases/tag/v2.2.0. That file was
 * out of reach when this table was written; each value is what several unrelated public repositories pin for the same archive (linux-amd64
 * among others Arch's `k6-bin`; each of the other three at least two), and one wrong digit only means that k6 is built from source.
 */
const CHECKSUMS = {
  'linux-x64': ['linux-amd64', 'tar.gz', 'b5a8003c86f35f5cd5ceef1490312c48e587696c94d998cefc6d7b3b4cb1597d'],
  'linux-arm64': ['linux-arm64', 'tar.gz', '4ecd64cadcc792402d16293836115480419c4447c032858f564852d98f1bf54c'],
  'darwin-x64': ['macos-amd64', 'zip', '45a08590511c8a6a9c6331645e60c41624924e848e29472e87c60ac956d50372'],
  'darwin-arm64': ['macos-arm64', 'zip', '37a028506bf13578de66c906296803775df28cc2504b1a8c5d786b2803e757c7'],
} as const;

/** The official archives by platform key. */
export const K6_RELEASES: Readonly<Record<string, Release>> = Object.fromEntries(
  Object.entries(CHECKSUMS).map(([platform, [name, format, sha256]]) => {
    const folder = `k6-v${K6_VERSION}-${name}`;
    const url = `https://github.com/grafana/k6/releases/download/v${K6_VERSION}/${folder}.${format}`;
    return [platform, { url, sha256, format, member: `${folder}/k6` }];
  }),
);
