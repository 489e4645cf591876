/** One run of Checkov over a tree, with proof of what it parsed. */
import * as z from 'zod';
import type { CrashedCheck, ScannerRun, ScanProblem } from '../findings/finding.ts';
import { type CheckovReport, readCheckovLog, readCheckovReport } from './checkov-output.ts';
import type { ScannerProof } from './coverage.ts';
import { SKIPPED_FOLDERS } from './scan-kinds.ts';
import type { ScanPorts } from './scan-ports.ts';
import { endProblem, readReport, runRecord, SCAN_LIMIT_MS, type Scratch, scannerEnvironment } from './scan-run.ts';

const FRAMEWORKS = ['terraform', 'cloudformation', 'github_actions', 'dockerfile'] as const;

const proofFile = z.object({ files: z.array(z.string()), checks: z.array(z.string()) });

export interface CheckovRequest {
  readonly root: string;
  /** Only these checks; all when undefined. */
  readonly checks: readonly string[] | undefined;
  /** Terraform variable files, absolute. */
  readonly variables: readonly string[];
}

export interface CheckovScan {
  readonly report: CheckovReport | undefined;
  /** undefined: it proves nothing. */
  readonly proof: ScannerProof | undefined;
  readonly crashes: readonly CrashedCheck[];
  readonly problems: readonly ScanProblem[];
  readonly run: ScannerRun;
}

/**
 * Runs it. `--directory=` in one word, since only then Checkov does not read its configuration, with code to load, from the scanned tree.
 * Never `--quiet`, which hides what could not be parsed.
 */
export async function scanWithCheckov(
  request: CheckovRequest,
  scratch: Scratch,
  ports: ScanPorts,
): Promise<CheckovScan> {
  const { root, checks, variables } = request;
  const output = `${scratch.folder}/checkov`;
  const proofFolder = `${scratch.folder}/checkov-proof`;
  await ports.files.makeFolder(proofFolder);
  const args = [
    `--directory=${root}`,
    '--framework',
    ...FRAMEWORKS,
    '--output=json',
    `--output-file-path=${output}`,
    '--skip-download',
    ...(checks === undefined ? [] : [`--check=${checks.join(',')}`]),
    ...variables.map((file) => `--var-file=${file}`),
  ];
  const outcome = await ports.run(
    {
      program: ports.checkov.path,
      arguments: args,
      directory: scratch.empty,
      timeoutMs: SCAN_LIMIT_MS,
      environment: {
        ...scannerEnvironment(ports, scratch, false),
        PYTHONPATH: ports.settings.checkovProof,
        PYTHONDONTWRITEBYTECODE: '1',
        // Checkov walks sets; with a random hash seed it reports now one, now another instance of a `for_each`.
        PYTHONHASHSEED: '0',
        SUREFOOT_PROOF: proofFolder,
        // By itself it passes over every folder whose name begins with a dot.
        CKV_IGNORE_HIDDEN_DIRECTORIES: 'False',
        CKV_IGNORED_DIRECTORIES: [...SKIPPED_FOLDERS].join(','),
      },
    },
    ports.signal,
  );
  const run = runRecord('checkov', ports.checkov.version, args, outcome, scratch);
  const log = readCheckovLog(outcome.stderr);
  const bad = endProblem('checkov', 'the tree', outcome, [0, 1], undefined);
  const read = await readReport('checkov', 'the tree', `${output}/results_json.json`, ports, readCheckovReport);
  if (bad !== undefined || 'problem' in read) {
    // What a broken run found is no use: nobody knows what else it would have found.
    const why = bad ?? ('problem' in read ? read.problem : undefined);
    const problems = [...(why === undefined ? [] : [why]), ...log.problems];
    return { report: undefined, proof: undefined, crashes: log.crashes, problems, run };
  }
  const proven = await readProofs(proofFolder, ports);
  const { report } = read;
  return {
    report,
    proof:
      proven.files.length === 0 && proven.problems.length > 0 ? undefined : proofOf(proven.files, report.failed, root),
    crashes: log.crashes,
    problems: [...log.problems, ...proven.problems, ...unknownChecks(checks ?? [], proven.checks)],
    run,
  };
}

interface Proven {
  readonly files: readonly string[];
  readonly checks: ReadonlySet<string>;
  readonly problems: readonly ScanProblem[];
}

async function readProofs(folder: string, ports: ScanPorts): Promise<Proven> {
  const files: string[] = [];
  const checks = new Set<string>();
  const missing: string[] = [];
  for (const framework of FRAMEWORKS) {
    const text = await ports.files.read(`${folder}/${framework}.json`);
    const proof = text === undefined ? undefined : proofFile.parse(JSON.parse(text));
    if (proof === undefined || proof.checks.length === 0) {
      missing.push(framework);
    }
    files.push(...(proof?.files ?? []));
    for (const check of proof?.checks ?? []) {
      checks.add(check);
    }
  }
  const problems: ScanProblem[] =
    missing.length === 0
      ? []
      : [
          {
            code: 'no-proof',
            scanner: 'checkov',
            message: `Checkov left no proof of what it parsed and checked (${missing.join(', ')}). Use one that pip installed; a frozen program gives none`,
          },
        ];
  return { files, checks, problems };
}

function proofOf(files: readonly string[], failed: readonly string[], root: string): ScannerProof {
  const inTree = (file: string) =>
    file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file.replace(/^\/+/, '');
  return {
    parsed: new Set(files.map(inTree)),
    failed: new Map(failed.map((file) => [inTree(file), 'Checkov cannot parse it'])),
    // It tries every YAML and JSON file for a template: most that it cannot parse were never meant for it.
    alsoFailed: [],
  };
}

/** Checkov takes any id, and then checks nothing. */
function unknownChecks(wanted: readonly string[], known: ReadonlySet<string>): ScanProblem[] {
  return wanted
    .filter((id) => !known.has(id))
    .map((id) => ({ code: 'unknown-check', scanner: 'checkov', message: `Checkov has no check ${id}` }));
}
