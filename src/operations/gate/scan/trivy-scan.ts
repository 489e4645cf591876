/** Runs of Trivy: over a tree, over an image, and from a report to a bill of materials. */
import * as z from 'zod';
import type { ScannerRun, ScanProblem, VulnerabilityDatabase } from '../findings/finding.ts';
import type { ScannerProof } from './coverage.ts';
import { SKIPPED_FOLDERS } from './scan-kinds.ts';
import type { ScanPorts } from './scan-ports.ts';
import { endProblem, readReport, runRecord, SCAN_LIMIT_MS, type Scratch, scannerEnvironment } from './scan-run.ts';
import { readTrivyLog, type TrivyLog } from './trivy-log.ts';
import { below, readTrivyReport, type TrivyReport, trivyTargets } from './trivy-output.ts';

export interface TrivyScan {
  readonly report: TrivyReport | undefined;
  readonly log: TrivyLog;
  readonly problems: readonly ScanProblem[];
  readonly run: ScannerRun;
  /** Where the report is, for what is made of it. */
  readonly file: string;
}

/** Two switches, since Trivy reports home for two reasons. */
const NO_TELEMETRY = { TRIVY_DISABLE_TELEMETRY: 'true', TRIVY_SKIP_VERSION_CHECK: 'true' };

const databaseFile = z.object({ Version: z.number(), UpdatedAt: z.string().datetime({ offset: true }) });

/** The database in Trivy's cache folder; undefined when there is none, or its record cannot be read. */
export async function readDatabase(cache: string, ports: ScanPorts): Promise<VulnerabilityDatabase | undefined> {
  const text = await ports.files.read(`${cache}/db/metadata.json`);
  try {
    const read = databaseFile.parse(JSON.parse(text ?? ''));
    return { version: read.Version, updatedAt: new Date(read.UpdatedAt).toISOString() };
  } catch {
    return undefined;
  }
}

/**
 * Has Trivy bring its database up to date, where it thinks that it is time. Whether what is there then is young enough is judged elsewhere.
 * @returns why it could not; undefined when all is well
 */
export async function refreshDatabase(cache: string, scratch: Scratch, ports: ScanPorts): Promise<string | undefined> {
  const args = ['filesystem', '--download-db-only', '--no-progress', `--cache-dir=${cache}`];
  const outcome = await start(args, scratch, ports, true);
  const bad = endProblem('trivy', 'the database', outcome, [0], readTrivyLog(outcome.stderr).fatal);
  return bad?.message;
}

/** Folders that Trivy leaves out at the top of whatever it scans, as if they were those of a system (pkg/fanal/walker/walk.go). */
const LEFT_OUT: ReadonlySet<string> = new Set(['proc', 'sys', 'dev']);

export interface TrivyRoot {
  readonly directory: string;
  /** What its paths begin with for files of the tree: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly skipFolders: readonly string[];
  readonly skipFiles: readonly string[];
}

/**
 * Where Trivy has to start to read all of a tree: at its root, or, when the tree has a `dev` folder there, above it with everything beside
 * the tree left out. undefined when nothing is above.
 */
export async function trivyRoot(root: string, ports: ScanPorts): Promise<TrivyRoot | undefined> {
  const top = await ports.files.names(root);
  if (!top.some(({ name, folder }) => folder && LEFT_OUT.has(name))) {
    return { directory: root, prefix: '', skipFolders: [], skipFiles: [] };
  }
  const beside: { path: string; folder: boolean }[] = [];
  let prefix = '';
  for (let directory = root; ; ) {
    const slash = directory.lastIndexOf('/');
    const parent = directory.slice(0, slash);
    const own = directory.slice(slash + 1);
    if (own === '') {
      return undefined;
    }
    prefix = `${own}/${prefix}`;
    for (const { name, folder } of await ports.files.names(parent || '/')) {
      if (name !== own) {
        beside.push({ path: `${parent}/${name}`, folder });
      }
    }
    if (!LEFT_OUT.has(own)) {
      const paths = (folders: boolean) =>
        beside
          .filter(({ folder }) => folder === folders)
          // Trivy first takes the scanned folder off, letter by letter; what is left is a pattern.
          .map(({ path }) => parent + escapeGlob(path.slice(parent.length)));
      return { directory: parent || '/', prefix, skipFolders: paths(true), skipFiles: paths(false) };
    }
    directory = parent;
  }
}

/** For doublestar, by which Trivy matches. */
function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}]/g, '\\$&');
}

export interface TreeRequest {
  readonly root: TrivyRoot;
  readonly cache: string;
  /** Whether there is a database to look vulnerabilities up in. */
  readonly vulnerabilities: boolean;
  /** Terraform variable files, absolute. */
  readonly variables: readonly string[];
}

/** Vulnerable packages of lock files, misconfigurations and secrets of a tree, all in one run and without the network. */
export async function scanTreeWithTrivy(request: TreeRequest, scratch: Scratch, ports: ScanPorts): Promise<TrivyScan> {
  const { root, cache, vulnerabilities, variables } = request;
  const config = `${scratch.folder}/trivy-tree.json`;
  // A list of paths on the command line would be cut at commas.
  const skip = {
    // In full: Trivy takes a relative path for one below its own working folder when that is in the tree.
    'skip-dirs': [
      ...[...SKIPPED_FOLDERS].filter((name) => name !== '.terraform').map((name) => `${root.directory}/**/${name}`),
      ...root.skipFolders,
    ],
    'skip-files': root.skipFiles,
  };
  await ports.files.write(config, JSON.stringify({ scan: skip }));
  const args = [
    'filesystem',
    `--config=${config}`,
    `--scanners=${vulnerabilities ? 'vuln,misconfig,secret' : 'misconfig,secret'}`,
    ...(await commonArguments(cache, 'tree', scratch, ports)),
    '--skip-check-update',
    '--offline-scan',
    '--skip-java-db-update',
    // Only to have every lock file name its packages: trivyFindings leaves out what is found in them.
    '--include-dev-deps',
    ...variables.map((file) => `--tf-vars=${file}`),
    root.directory,
  ];
  return run(args, 'the tree', 'tree', scratch, ports, false);
}

export type ImageSource =
  /** A file that `docker save` wrote, or an OCI layout in one. */
  | { readonly kind: 'archive'; readonly path: string }
  /** Local or in a registry. */
  | { readonly kind: 'reference'; readonly reference: string };

/** Vulnerable packages and secrets of a container image. */
export async function scanImageWithTrivy(
  image: ImageSource,
  index: number,
  options: { readonly cache: string; readonly vulnerabilities: boolean },
  scratch: Scratch,
  ports: ScanPorts,
): Promise<TrivyScan> {
  const name = `image-${index}`;
  const remote = image.kind === 'reference';
  const args = [
    'image',
    `--scanners=${options.vulnerabilities ? 'vuln,secret' : 'secret'}`,
    ...(await commonArguments(options.cache, name, scratch, ports)),
    ...(remote ? [] : ['--offline-scan', '--skip-java-db-update']),
    ...(image.kind === 'archive' ? [`--input=${image.path}`] : ['--', image.reference]),
  ];
  return run(args, imageName(image), name, scratch, ports, remote);
}

/** What it is called in messages and records: the reference, or the path of the archive. */
export function imageName(image: ImageSource): string {
  return image.kind === 'archive' ? image.path : image.reference;
}

/** Makes a CycloneDX bill of materials of a report, without another scan. @returns why it could not; undefined when it is there */
export async function writeSbom(
  report: string,
  target: string,
  scratch: Scratch,
  ports: ScanPorts,
): Promise<ScanProblem | undefined> {
  const args = ['convert', '--format=cyclonedx', `--output=${target}`, report];
  const outcome = await start(args, scratch, ports, false);
  return endProblem('trivy', 'its report for a bill of materials', outcome, [0], readTrivyLog(outcome.stderr).fatal);
}

async function commonArguments(cache: string, name: string, scratch: Scratch, ports: ScanPorts): Promise<string[]> {
  const ignore = `${scratch.folder}/no-ignores`;
  await ports.files.write(ignore, '');
  return [
    '--format=json',
    `--output=${scratch.folder}/trivy-${name}.report.json`,
    `--cache-dir=${cache}`,
    // Else it answers from the last scan of the same commit, whatever has changed in Trivy's own settings.
    '--cache-backend=memory',
    `--ignorefile=${ignore}`,
    `--secret-config=${ports.settings.trivySecrets}`,
    '--skip-db-update',
    '--no-progress',
    '--exit-code=0',
    `--timeout=${SCAN_LIMIT_MS / 1000}s`,
    '--debug',
  ];
}

async function run(
  args: readonly string[],
  what: string,
  name: string,
  scratch: Scratch,
  ports: ScanPorts,
  network: boolean,
): Promise<TrivyScan> {
  const file = `${scratch.folder}/trivy-${name}.report.json`;
  const outcome = await start(args, scratch, ports, network);
  const log = readTrivyLog(outcome.stderr);
  const record = runRecord('trivy', ports.trivy.version, args, outcome, scratch);
  const bad = endProblem('trivy', what, outcome, [0], log.fatal);
  const read = bad ?? (await readReport('trivy', what, file, ports, readTrivyReport));
  if ('report' in read) {
    return { report: read.report, log, problems: log.problems, run: record, file };
  }
  const problem = 'problem' in read ? read.problem : read;
  return { report: undefined, log, problems: [problem, ...log.problems], run: record, file };
}

function start(args: readonly string[], scratch: Scratch, ports: ScanPorts, network: boolean) {
  return ports.run(
    {
      program: ports.trivy.path,
      arguments: args,
      directory: scratch.empty,
      timeoutMs: SCAN_LIMIT_MS,
      environment: {
        ...scannerEnvironment(ports, scratch, network),
        ...NO_TELEMETRY,
        // It would start git, hg and ssh for modules that are not there; docker's helpers have to be found for an image.
        ...(network ? {} : { PATH: scratch.empty }),
      },
    },
    ports.signal,
  );
}

/** What a run over a tree gives proof of. */
export function trivyProof({ report, log }: TrivyScan, prefix: string): ScannerProof | undefined {
  if (report === undefined) {
    return undefined;
  }
  const inTree = (files: Iterable<string>) => [...files].flatMap((file) => below(file, prefix) ?? []);
  const { lockFiles, dockerfiles } = trivyTargets(report);
  const failed = [...log.failed].flatMap(([path, failure]) => {
    const file = below(path, prefix);
    return file === undefined ? [] : [{ file, ...failure }];
  });
  return {
    parsed: new Set([...inTree(log.parsed), ...inTree(lockFiles), ...inTree(dockerfiles)]),
    failed: new Map(failed.map(({ file, detail }) => [file, detail])),
    alsoFailed: failed.filter(({ recognised }) => recognised).map(({ file }) => file),
  };
}
