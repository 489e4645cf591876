/** All that Trivy does for one tree: its files, the images that belong to it, bills of materials. One run after the other: each locks the database. */

import type {
  Artifact,
  CoveredFile,
  CrashedCheck,
  ScanProblem,
  TreeScan,
  VulnerabilityDatabase,
} from '../findings/finding.ts';
import type { ScannerProof } from './coverage.ts';
import type { ScanPorts } from './scan-ports.ts';
import type { Scratch } from './scan-run.ts';
import { type TrivyReport, trivyChecks, trivyFindings } from './trivy-output.ts';
import {
  type ImageSource,
  imageName,
  readDatabase,
  refreshDatabase,
  scanImageWithTrivy,
  scanTreeWithTrivy,
  type TrivyScan,
  trivyProof,
  trivyRoot,
  writeSbom,
} from './trivy-scan.ts';

export interface TrivyRequest {
  readonly root: string;
  readonly images: readonly ImageSource[];
  readonly cache: string;
  readonly refreshDatabase: boolean;
  /** Absolute. */
  readonly variables: readonly string[];
  readonly sboms?: string;
}

/** What one run gives. */
interface Part extends Pick<TreeScan, 'findings' | 'checks' | 'sboms' | 'endOfLifeImages' | 'runs'> {
  readonly problems: readonly ScanProblem[];
  readonly crashes: readonly CrashedCheck[];
  readonly images: readonly CoveredFile[];
}

export interface TrivyResult extends Part {
  readonly proof: ScannerProof | undefined;
  /** How many files of the tree were searched for secrets; undefined when the run did not end. */
  readonly searched: number | undefined;
  readonly database: VulnerabilityDatabase | undefined;
}

/** Scans tree and images. @throws as `scanTree` */
export async function scanWithTrivy(request: TrivyRequest, scratch: Scratch, ports: ScanPorts): Promise<TrivyResult> {
  const { cache } = request;
  if (request.refreshDatabase) {
    const why = await refreshDatabase(cache, scratch, ports);
    if (why !== undefined) {
      ports.reporter.warn(`the vulnerability database stays as it is: ${why}`);
    }
  }
  const database = await readDatabase(cache, ports);
  const vulnerabilities = database !== undefined;
  const tree = await scanFiles(request, vulnerabilities, scratch, ports);
  let part = tree.part;
  for (const [index, image] of request.images.entries()) {
    ports.reporter.info(`scanning ${imageName(image)}`);
    const scan = await scanImageWithTrivy(image, index, { cache, vulnerabilities }, scratch, ports);
    part = together(part, await imagePart(image, index, scan, { ...request, vulnerabilities }, scratch, ports));
  }
  return { ...part, proof: tree.proof, searched: tree.searched, database };
}

function together(a: Part, b: Part): Part {
  return {
    findings: [...a.findings, ...b.findings],
    checks: [...a.checks, ...b.checks],
    sboms: [...a.sboms, ...b.sboms],
    endOfLifeImages: [...a.endOfLifeImages, ...b.endOfLifeImages],
    runs: [...a.runs, ...b.runs],
    problems: [...a.problems, ...b.problems],
    crashes: [...a.crashes, ...b.crashes],
    images: [...a.images, ...b.images],
  };
}

async function scanFiles(
  request: TrivyRequest,
  vulnerabilities: boolean,
  scratch: Scratch,
  ports: ScanPorts,
): Promise<{ part: Part } & Pick<TrivyResult, 'proof' | 'searched'>> {
  const root = await trivyRoot(request.root, ports);
  if (root === undefined) {
    const message = `Trivy leaves out the folders dev, proc and sys of ${request.root}: scan a folder that is not a whole file system`;
    const problem: ScanProblem = { code: 'folder-left-out', scanner: 'trivy', message };
    return { part: { ...EMPTY, problems: [problem] }, proof: undefined, searched: undefined };
  }
  const { cache, variables } = request;
  const scan = await scanTreeWithTrivy({ root, cache, vulnerabilities, variables }, scratch, ports);
  const { report, log } = scan;
  const part = { ...EMPTY, runs: [scan.run], problems: scan.problems, crashes: log.crashes };
  if (report === undefined) {
    return { part, proof: undefined, searched: undefined };
  }
  const artifact: Artifact = { kind: 'tree' };
  const sbom = await sbomOf(artifact, 'tree', scan, request, scratch, ports);
  return {
    part: {
      ...part,
      findings: trivyFindings(report, artifact, root.prefix),
      checks: trivyChecks(report, log.searched.size),
      sboms: sbom.sboms,
      problems: [...part.problems, ...sbom.problems],
    },
    proof: trivyProof(scan, root.prefix),
    searched: log.searched.size,
  };
}

async function imagePart(
  image: ImageSource,
  index: number,
  scan: TrivyScan,
  request: { readonly sboms?: string; readonly vulnerabilities: boolean },
  scratch: Scratch,
  ports: ScanPorts,
): Promise<Part> {
  const { report, log } = scan;
  const problems = request.vulnerabilities ? scan.problems : [...scan.problems, withoutDatabase(image)];
  const part = { ...EMPTY, runs: [scan.run], problems, crashes: log.crashes, images: [coverImage(image, report)] };
  if (report === undefined) {
    return part;
  }
  const artifact = artifactOf(image, report);
  const sbom = await sbomOf(artifact, `image-${index}`, scan, request, scratch, ports);
  return {
    ...part,
    findings: trivyFindings(report, artifact, ''),
    endOfLifeImages: report.Metadata?.OS?.EOSL === true ? [imageName(image)] : [],
    sboms: sbom.sboms,
    problems: [...problems, ...sbom.problems],
  };
}

function withoutDatabase(image: ImageSource): ScanProblem {
  const message = `vulnerabilities of ${imageName(image)} were not looked for: there is no vulnerability database`;
  return { code: 'no-database', scanner: 'trivy', message };
}

const EMPTY: Part = {
  findings: [],
  checks: [],
  sboms: [],
  endOfLifeImages: [],
  runs: [],
  problems: [],
  crashes: [],
  images: [],
};

async function sbomOf(
  artifact: Artifact,
  name: string,
  scan: TrivyScan,
  request: { readonly sboms?: string },
  scratch: Scratch,
  ports: ScanPorts,
): Promise<Pick<Part, 'sboms' | 'problems'>> {
  if (request.sboms === undefined) {
    return { sboms: [], problems: [] };
  }
  const path = `${request.sboms}/sbom-${name}.cdx.json`;
  const problem = await writeSbom(scan.file, path, scratch, ports);
  return problem === undefined ? { sboms: [{ artifact, path }], problems: [] } : { sboms: [], problems: [problem] };
}

/** An image in which neither a system nor a package is recognised has no known vulnerabilities, and no unknown ones either. */
function coverImage(image: ImageSource, report: TrivyReport | undefined): CoveredFile {
  const recognised =
    report?.Metadata?.OS !== undefined || (report?.Results ?? []).some(({ Packages }) => (Packages ?? []).length > 0);
  const detail = report === undefined ? 'the scan did not end' : 'neither a system nor a package was recognised in it';
  return {
    file: imageName(image),
    scanner: 'trivy',
    type: 'image',
    state: recognised ? 'parsed' : 'unproven',
    detail: recognised ? undefined : detail,
  };
}

/** Named by its repository, so that tomorrow's build is the same image. An archive says itself what it holds. */
function artifactOf(image: ImageSource, report: TrivyReport): Artifact {
  const reference = imageName(image);
  const tag = image.kind === 'reference' ? reference : report.Metadata?.RepoTags?.[0];
  const name = tag ?? reference.slice(reference.lastIndexOf('/') + 1);
  return { kind: 'image', reference, name: tag === undefined ? name : repositoryOf(name) };
}

/** `ghcr.io:5000/acme/api:1.2@sha256:…` → `ghcr.io:5000/acme/api`. */
function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
