/** The security gate: scan, list, compare, judge. */
import { createHash, randomBytes } from 'node:crypto';
import type { Log } from 'sarif';
import type { Target } from '../../platform/model/objectives.ts';
import type { Evidence, Reason } from '../../report/evidence.ts';
import type { Clock, Reporter } from '../ports.ts';
import { createRecorder } from '../recorder.ts';
import { type Baseline, makeBaseline } from './baseline.ts';
import type { Sources } from './findings/content.ts';
import { type TreeScan, toolsOf } from './findings/finding.ts';
import { reportedWithSuppressed } from './findings/inline.ts';
import { type ListOptions, listFindings } from './findings/list.ts';
import type { Overlays } from './findings/overlays.ts';
import { ownFindings } from './findings/own-findings.ts';
import type { GateInput, ListedTree } from './input.ts';
import { judge } from './judge.ts';
import { type GateAnnotation, gateAnnotations } from './report/annotations.ts';
import { type Audit, firstSeenOf, makeAudit } from './report/audit.ts';
import { finishEvidence } from './report/evidence.ts';
import { renderAuditPage } from './report/page.ts';
import { toSarif } from './report/sarif.ts';
import { summaryMarkdown } from './report/summary.ts';
import { unproven } from './scan/proof.ts';
import { gateTargets } from './targets.ts';
import type { WaiverFile } from './waivers/waiver-file.ts';

export interface GateRequest {
  /** What is judged, for people: a platform's or a folder's name. */
  readonly subject: string;
  readonly platform: string | undefined;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  /** Absolute folder. */
  readonly head: string;
  /** The tree to compare with, and what it is called. */
  readonly base: { readonly directory: string; readonly name: string; readonly empty: boolean } | undefined;
  /** Targets, waivers and baseline as they stand in the base where there is one: a change cannot soften its own gate. */
  readonly targets: readonly Target[];
  readonly waivers: WaiverFile;
  readonly baseline: Baseline | undefined;
  /** What fails the gate whatever the scanners say. */
  readonly refusals: readonly Reason[];
  /** Audits of earlier runs, for ages and the trend. */
  readonly earlier: readonly Audit[];
  readonly overlays: Overlays;
  /** From the root of the repository to `head`, with a slash at its end, or empty. */
  readonly pathPrefix: string;
  /** Keeps the uploads of several gates apart. */
  readonly category: string;
  /** The version of this program, for the SARIF file. */
  readonly version: string;
}

export interface GatePorts {
  /** Runs the scanners over one tree. `head` is false for the base, of which only files are scanned. */
  readonly scan: (root: string, head: boolean) => Promise<TreeScan>;
  /** Texts of a tree's configuration and of the files named. */
  readonly readSources: (root: string, files: readonly string[]) => Promise<Sources>;
  readonly clock: Clock;
  readonly reporter: Reporter;
}

export interface GateResult {
  readonly evidence: Evidence;
  readonly audit: Audit;
  /** The audit as it must be written, so that the hash in evidence and page holds. */
  readonly auditText: string;
  readonly page: string;
  readonly sarif: Log;
  readonly annotations: readonly GateAnnotation[];
  readonly summary: string;
  readonly sboms: TreeScan['sboms'];
}

/** Name of the audit beside the evidence. */
export const AUDIT_FILE = 'gate-audit.json';

const NOTHING = {
  findings: [],
  suppressed: [],
  checks: [],
  coverage: { files: [], crashes: [], problems: [] },
  endOfLifeImages: [],
  sboms: [],
} as const;

const SUMMARY_BYTES = 200_000;

/** Scans both trees with the same tools and the same database, and judges. */
export async function gate(request: GateRequest, ports: GatePorts): Promise<GateResult> {
  const { recorder, input, scan } = await scanAndList(request, ports);
  const judgement = judge(input);
  const audit = makeAudit(request.subject, input, judgement, request.earlier);
  const auditText = `${JSON.stringify(audit)}\n`;
  const file = { name: AUDIT_FILE, sha256: createHash('sha256').update(auditText).digest('hex') };
  return {
    evidence: finishEvidence(recorder(), input, judgement, file),
    audit,
    auditText,
    page: renderAuditPage(audit, file),
    sarif: toSarif(input, judgement, request),
    annotations: gateAnnotations(input, judgement, request.pathPrefix),
    summary: summaryMarkdown(audit, SUMMARY_BYTES),
    sboms: scan.sboms,
  };
}

export interface Recorded {
  /** undefined when the scan proves too little to be measured against. */
  readonly baseline: Baseline | undefined;
  /** Why not. */
  readonly doubts: readonly Reason[];
}

/** Scans the head alone and makes a baseline of what is there. */
export async function recordBaseline(request: GateRequest, ports: GatePorts): Promise<Recorded> {
  const { input } = await scanAndList({ ...request, base: undefined }, ports);
  const doubts = unproven(input.head, input.head.name, input.now);
  if (doubts.length > 0) {
    return { baseline: undefined, doubts };
  }
  const { head, now, firstSeen } = input;
  const { runs, database, findings } = head;
  return {
    baseline: makeBaseline({ subject: request.subject, recordedAt: now, findings, runs, database, firstSeen }),
    doubts,
  };
}

async function scanAndList(request: GateRequest, ports: GatePorts) {
  const { clock, reporter } = ports;
  const startedAt = clock.now();
  const now = startedAt.toISOString();
  // Lives as long as this run: secrets are compared by it and nothing else, and it is written nowhere.
  const options = { secretKey: randomBytes(32), overlays: request.overlays };
  reporter.stage(`Scanning ${request.subject}`);
  const scan = await ports.scan(request.head, true);
  const head = await listTree('head', scan, options, ports, now);
  let base: ListedTree | undefined;
  if (request.base !== undefined) {
    reporter.stage(`Scanning the base, ${request.base.name}`);
    const { directory, name, empty } = request.base;
    // Where there was nothing, nothing needs to be proven.
    const before = empty ? { ...scan, ...NOTHING, root: directory } : await ports.scan(directory, false);
    base = await listTree(`base ${name}`, before, options, ports, now);
  }
  const reference = base !== undefined || request.baseline !== undefined;
  const input: GateInput = {
    now,
    head,
    base,
    targets: gateTargets(request.targets, { environment: request.environment, service: request.service, reference }),
    waivers: request.waivers.waivers,
    baseline: request.baseline,
    firstSeen: firstSeenOf(request.baseline, request.earlier, now),
    remembers: request.baseline !== undefined || request.earlier.length > 0,
    refusals: request.refusals,
  };
  const recorder = () =>
    createRecorder({
      operation: 'gate',
      title: `Security gate of ${request.subject}`,
      subject: { platform: request.platform, environment: request.environment, service: request.service },
      rehearsalSpeed: undefined,
      tools: toolsOf(scan.runs),
      clock: { ...clock, now: startingAt(startedAt, clock) },
    });
  return { recorder, input, scan };
}

/** The record begins when the scan did, though its tools are known only later. */
function startingAt(startedAt: Date, clock: Clock): () => Date {
  let first = true;
  return () => {
    const time = first ? startedAt : clock.now();
    first = false;
    return time;
  };
}

async function listTree(
  name: string,
  scan: TreeScan,
  options: Omit<ListOptions, 'sources'>,
  ports: GatePorts,
  now: string,
): Promise<ListedTree> {
  const named = scan.findings.flatMap((finding) =>
    'location' in finding && !isInImage(finding) ? [finding.location.file] : [],
  );
  const sources = await ports.readSources(scan.root, [...new Set(named)].sort());
  const own = ownFindings(sources);
  const reported = reportedWithSuppressed({ ...scan, findings: [...scan.findings, ...own] }, sources, now.slice(0, 10));
  const { coverage, checks, database, endOfLifeImages, runs } = scan;
  return {
    name,
    findings: listFindings(reported, { ...options, sources }),
    coverage,
    checks,
    database,
    endOfLifeImages,
    runs,
  };
}

function isInImage(finding: TreeScan['findings'][number]): boolean {
  return 'artifact' in finding && finding.artifact.kind === 'image';
}
