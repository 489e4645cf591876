/** How long the gate's own work takes on 10,000 findings: one list of each of two trees, compared and judged. */
import type { RawFinding, TreeScan } from '../src/operations/gate/findings/finding.ts';
import { reportedWithSuppressed } from '../src/operations/gate/findings/inline.ts';
import { listFindings } from '../src/operations/gate/findings/list.ts';
import { NO_OVERLAYS } from '../src/operations/gate/findings/overlays.ts';
import type { ListedTree } from '../src/operations/gate/input.ts';
import { judge } from '../src/operations/gate/judge.ts';
import { gateTargets } from '../src/operations/gate/targets.ts';

export interface GateMergeResult {
  /** Milliseconds, sorted: one list of all findings; two lists, compared and judged. */
  readonly merge: readonly number[];
  readonly verdict: readonly number[];
  readonly reported: number;
  readonly listed: number;
}

const FINDINGS = 10_000;
/** Blocks of a file; each is seen by Trivy and by Checkov, under rules that are the same and under others. */
const BLOCKS = 50;
const PAIRS = [
  ['AWS-0107', 'CKV_AWS_24'],
  ['AWS-0088', 'CKV_AWS_19'],
  ['AWS-0080', 'CKV_AWS_16'],
  ['AWS-0001', 'CKV_AWS_145'],
] as const;

/** Measures each `rounds` times, after one round that is not counted. */
export function benchGateMerge(rounds: number): GateMergeResult {
  const { scan, sources } = makeTree();
  const options = { sources, secretKey: new Uint8Array(32), overlays: NO_OVERLAYS };
  const list = () => listFindings(reportedWithSuppressed(scan, sources, '2026-11-21'), options);
  const times = { merge: [] as number[], verdict: [] as number[] };
  let listed = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const startedAt = performance.now();
    const findings = list();
    const merged = performance.now();
    const tree = (name: string, found: typeof findings): ListedTree => ({ ...scan, name, findings: found });
    judge({
      now: '2026-11-21T12:00:00.000Z',
      head: tree('head', findings),
      base: tree('base', list()),
      targets: gateTargets([], { environment: undefined, service: undefined, reference: true }),
      waivers: [],
      baseline: undefined,
      firstSeen: {},
      remembers: false,
      refusals: [],
    });
    if (round > 0) {
      times.merge.push(merged - startedAt);
      times.verdict.push(performance.now() - startedAt);
    }
    listed = findings.length;
  }
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  return { merge: sorted(times.merge), verdict: sorted(times.verdict), reported: scan.findings.length, listed };
}

function makeTree(): { scan: TreeScan; sources: Map<string, string> } {
  const block = (index: number) =>
    `resource "aws_security_group" "g${index}" {\n  from_port = ${index}\n  cidr_blocks = ["0.0.0.0/0"]\n}\n`;
  const sources = new Map<string, string>();
  const findings: RawFinding[] = [];
  for (let file = 0; findings.length < FINDINGS; file += 1) {
    const name = `modules/m${file}/main.tf`;
    sources.set(name, Array.from({ length: BLOCKS }, (_, index) => block(index)).join(''));
    for (let index = 0; index < BLOCKS && findings.length < FINDINGS; index += 1) {
      const [trivy, checkov] = PAIRS[index % PAIRS.length] ?? PAIRS[0];
      const startLine = index * 4 + 1;
      const shared = { kind: 'misconfiguration', title: 'a rule', message: undefined, url: undefined } as const;
      const resource = `aws_security_group.g${index}`;
      findings.push(
        {
          ...shared,
          scanner: 'trivy',
          rule: trivy,
          severity: 'high',
          resource,
          location: { file: name, startLine: startLine + 1, endLine: startLine + 2 },
        },
        {
          ...shared,
          scanner: 'checkov',
          rule: checkov,
          severity: undefined,
          resource,
          location: { file: name, startLine, endLine: startLine + 3 },
        },
      );
    }
  }
  const coverage = { files: [], crashes: [], problems: [] };
  const scan: TreeScan = {
    root: '',
    findings,
    suppressed: [],
    checks: [],
    coverage,
    database: undefined,
    runs: [],
    endOfLifeImages: [],
    sboms: [],
  };
  return { scan, sources };
}

/** The medians with their ranges, beside the aim. */
export function renderGateMergeBench({ merge, verdict, reported, listed }: GateMergeResult): string {
  const line = (name: string, values: readonly number[]) =>
    `${name.padEnd(52)} ${(values[Math.floor(values.length / 2)] ?? Number.NaN).toFixed(0).padStart(6)} ms  (${values[0]?.toFixed(0)} to ${values.at(-1)?.toFixed(0)}, n = ${values.length})`;
  return [
    line(`merge ${reported} findings to ${listed} (aim: under 300)`, merge),
    line('head and base merged, compared and judged', verdict),
    '',
  ].join('\n');
}
