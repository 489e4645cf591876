/** Trivy and Checkov over one tree, side by side, and what they say in one list with proof of what was read. */

import type { ScanProblem, TreeScan } from '../findings/finding.ts';
import { scanWithCheckov } from './checkov-scan.ts';
import { coverFiles } from './coverage.ts';
import { type RequiredFile, requiredFile, SKIPPED_FOLDERS } from './scan-kinds.ts';
import type { ScanPorts, TreeFile } from './scan-ports.ts';
import type { Scratch } from './scan-run.ts';
import { scanWithTrivy } from './trivy.ts';
import type { ImageSource } from './trivy-scan.ts';

export interface ScanRequest {
  /** Absolute folder. */
  readonly root: string;
  readonly images: readonly ImageSource[];
  /** Trivy's cache folder, absolute; the database is in `db` below it. */
  readonly cache: string;
  /** Whether Trivy may bring the database up to date before it scans. */
  readonly refreshDatabase: boolean;
  /** Only these checks of Checkov; all when undefined. */
  readonly checks?: readonly string[];
  /** Terraform variable files, relative to the root; those that are not there are left out. */
  readonly variables?: readonly string[];
  /** Where to write bills of materials, an absolute folder that is there; none when undefined. */
  readonly sboms?: string;
}

/**
 * Scans. What went wrong is in `coverage`, not thrown: a scan that proves less is still worth its findings.
 * @throws OutsideError `tool-missing` when a scanner cannot be started; the signal's reason when aborted
 */
export async function scanTree(request: ScanRequest, ports: ScanPorts): Promise<TreeScan> {
  const found = await ports.files.list(request.root, SKIPPED_FOLDERS);
  if (found === undefined) {
    const message = `${request.root} is not there, or is no folder`;
    return nothing(request.root, { code: 'missing-directory', scanner: 'surefoot', message });
  }
  const folder = await ports.files.scratch();
  try {
    const scratch = { folder, empty: `${folder}/empty` };
    await ports.files.makeFolder(scratch.empty);
    // Trivy reads nothing of a root that is a link, and both name files by the path that they were given.
    return await scanFiles({ ...request, root: found.root }, found.files, scratch, ports);
  } finally {
    await ports.files.remove(folder);
  }
}

function nothing(root: string, problem: ScanProblem): TreeScan {
  const coverage = { files: [], crashes: [], problems: [problem] };
  return {
    root,
    findings: [],
    suppressed: [],
    checks: [],
    coverage,
    database: undefined,
    runs: [],
    endOfLifeImages: [],
    sboms: [],
  };
}

async function scanFiles(
  request: ScanRequest,
  files: readonly TreeFile[],
  scratch: Scratch,
  ports: ScanPorts,
): Promise<TreeScan> {
  const { root } = request;
  const required = await requiredFiles(root, files, ports);
  const variables = (request.variables ?? [])
    .filter((name) => files.some(({ path }) => path === name))
    .map((name) => `${root}/${name}`);
  const [checkov, trivy] = await settled(
    scanWithCheckov({ root, checks: request.checks, variables }, scratch, ports),
    scanWithTrivy({ ...request, variables }, scratch, ports),
  );
  const covered = coverFiles(required, {
    ...(trivy.proof === undefined ? {} : { trivy: trivy.proof }),
    ...(checkov.proof === undefined ? {} : { checkov: checkov.proof }),
  });
  return {
    root,
    findings: [...trivy.findings, ...(checkov.report?.findings ?? [])],
    suppressed: checkov.report?.suppressed ?? [],
    checks: [...trivy.checks, ...(checkov.report?.checks ?? [])],
    coverage: {
      files: [...covered, ...trivy.images],
      crashes: [...trivy.crashes, ...checkov.crashes],
      problems: [...trivy.problems, ...checkov.problems, ...unsearched(files, trivy.searched)],
    },
    database: trivy.database,
    runs: [...trivy.runs, checkov.run],
    endOfLifeImages: trivy.endOfLifeImages,
    sboms: trivy.sboms,
  };
}

/** Waits for both, so that no scanner is left behind when one of them throws. */
async function settled<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function requiredFiles(root: string, files: readonly TreeFile[], ports: ScanPorts): Promise<RequiredFile[]> {
  const required: RequiredFile[] = [];
  for (const file of files) {
    ports.signal.throwIfAborted();
    const found = await requiredFile(file, () => ports.files.read(`${root}/${file.path}`));
    if (found !== undefined) {
      required.push(found);
    }
  }
  return required;
}

/**
 * Trivy leaves out tiny files and binaries, so that a single file proves nothing; none at all of a tree with code in it does. `searched`:
 * undefined when its run did not end, which is a problem already.
 */
function unsearched(files: readonly TreeFile[], searched: number | undefined): ScanProblem[] {
  const expected = files.some(
    ({ path, bytes, link }) => !link && bytes >= 10 && /\.(?:tf|ya?ml|ts|js|py|sh|env|toml)$/.test(path),
  );
  return searched === 0 && expected
    ? [{ code: 'secrets-not-searched', scanner: 'trivy', message: 'Trivy searched no file for secrets' }]
    : [];
}
