/** The verdict: pure, from plain data that the audit keeps, so that anybody can compute it again. */
import type { Reason, Verdict } from '../../report/evidence.ts';
import { type Baseline, baselineDifferences } from './baseline.ts';
import { type Change, compareFindings } from './compare.ts';
import type { Finding } from './findings/listed.ts';
import type { GateInput } from './input.ts';
import { type Measured, measure } from './measure.ts';
import { listed, unproven } from './scan/proof.ts';
import { type GateTarget, judgeTarget, targetText } from './targets.ts';
import { applyWaivers, type WaiverUse } from './waivers/waivers.ts';

export interface JudgedTarget {
  readonly target: GateTarget;
  readonly state: 'met' | 'missed' | 'unknown';
  /** Without the exact bounds, which it can be computed from again. */
  readonly measured: Omit<Measured, 'lower' | 'upper'>;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly targets: readonly JudgedTarget[];
  /** What became of each finding of the head, by id; undefined when there was nothing to compare with. */
  readonly changes: Readonly<Record<string, Change>> | undefined;
  /** Ids of the head's findings that a waiver covers. */
  readonly waived: readonly string[];
  /** In the base (or baseline) and no more. */
  readonly fixed: number | undefined;
  readonly waivers: readonly WaiverUse[];
  /** What does not change the verdict and should be known: waivers that ended or cover nothing, a baseline made otherwise. */
  readonly notes: readonly Reason[];
}

/** Judges. `fail` when a target is surely missed; else `inconclusive` when anything is not proven; `pass` only when all is met and proven. */
export function judge(input: GateInput): Judgement {
  const { head, base, now } = input;
  const today = now.slice(0, 10);
  const waivers = applyWaivers(head.findings, input.waivers, today);
  const doubts = [...nothingToRead(head), ...unproven(head, head.name, now)];
  const baseDoubts = base === undefined ? [] : unproven(base, base.name, now);
  const comparison = compareWithReference(input);
  const targets = input.targets.map((target): JudgedTarget => {
    const { lower, upper, ...measured } = measure(target.indicator, {
      ...input,
      waived: waivers.byFinding,
      changes: comparison?.changes,
    });
    const state = judgeTarget(target, { lower, upper });
    // What the base hides looks new.
    const unsure = target.indicator.startsWith('new-') && state === 'missed' && baseDoubts.length > 0;
    return { target, measured, state: unsure ? 'unknown' : state };
  });
  const { verdict, reasons } = conclude(targets, input.refusals, doubts, baseDoubts);
  return {
    verdict,
    reasons,
    targets,
    changes: comparison && Object.fromEntries([...comparison.changes].map(([{ id }, change]) => [id, change])),
    waived: [...waivers.byFinding.keys()],
    fixed: comparison?.fixed.length,
    waivers: waivers.uses,
    notes: notesOf(input, waivers.uses, today),
  };
}

/** No finding in a folder that holds nothing to look at is no data, and says nothing. Of a base it is no doubt: what comes is new. */
function nothingToRead({ name, coverage }: GateInput['head']): Reason[] {
  if (coverage.files.length > 0) {
    return [];
  }
  const message = `${name}: holds no file that Trivy or Checkov reads for misconfigurations or vulnerabilities (Terraform, CloudFormation, Kubernetes, a Dockerfile, a lock file, …); name the folder that has them`;
  return [{ code: 'nothing-to-read', message }];
}

function compareWithReference({ head, base, baseline }: GateInput) {
  if (base !== undefined) {
    return compareFindings(base.findings, head.findings);
  }
  if (baseline === undefined) {
    return undefined;
  }
  // Across runs a secret is known by rule and file alone: no hash of it is ever kept.
  const publicly = new Map(head.findings.map((finding) => [toPublic(finding), finding]));
  const compared = compareFindings(baseline.findings.map(fromBaseline), [...publicly.keys()]);
  const changes = new Map<Finding, Change>();
  for (const [comparable, finding] of publicly) {
    changes.set(finding, compared.changes.get(comparable) ?? 'new');
  }
  return { changes, fixed: compared.fixed };
}

function toPublic({ key, rule, content, kind, location }: Finding) {
  return { matchKey: key, rule, content: kind === 'secret' ? undefined : content, location };
}

function fromBaseline({ key, rule, content, file }: Baseline['findings'][number]) {
  return { matchKey: key, rule, content, location: file === undefined ? undefined : { file } };
}

function conclude(
  targets: readonly JudgedTarget[],
  refusals: readonly Reason[],
  doubts: readonly Reason[],
  baseDoubts: readonly Reason[],
): { verdict: Verdict; reasons: Reason[] } {
  const sentence = ({ target, measured }: JudgedTarget): string =>
    `${target.name}: ${measured.shown}, and should be ${targetText(target)}${measured.examples.length === 0 ? '' : `: ${listed(measured.examples)}`}`;
  const missed = targets.filter(({ state }) => state === 'missed');
  const unknown = targets.filter(({ state }) => state === 'unknown');
  const open = [
    ...doubts,
    ...unknown.map((one): Reason => ({ code: `${one.target.indicator}-unknown`, message: sentence(one) })),
    ...(unknown.some(({ target }) => target.indicator.startsWith('new-')) ? baseDoubts : []),
  ];
  if (missed.length > 0 || refusals.length > 0) {
    const reasons = missed.map((one): Reason => ({ code: `${one.target.indicator}-missed`, message: sentence(one) }));
    return { verdict: 'fail', reasons: [...reasons, ...refusals, ...open] };
  }
  if (open.length > 0) {
    return { verdict: 'inconclusive', reasons: open };
  }
  const all = targets.map(({ target, measured }) => `${target.name} ${measured.shown}`).join(', ');
  return { verdict: 'pass', reasons: [{ code: 'targets-met', message: `every target is met: ${all}` }] };
}

function notesOf({ head, baseline }: GateInput, uses: readonly WaiverUse[], today: string): Reason[] {
  const place = ({ waiver }: WaiverUse) => `${waiver.id} (${waiver.file}:${waiver.line}, ${waiver.owner})`;
  const differences = baseline === undefined ? [] : baselineDifferences(baseline, head.runs);
  const note = (code: string, items: readonly string[], message: (list: string) => string): Reason[] =>
    items.length === 0 ? [] : [{ code, message: message(listed(items, 20)) }];
  return [
    ...note(
      'waiver-expired',
      uses.filter(({ state }) => state === 'expired').map(place),
      (list) => `waivers that have ended and hold no more: ${list}`,
    ),
    ...note(
      'waiver-unused',
      uses.filter(({ findings }) => findings.length === 0).map(place),
      (list) => `waivers that cover nothing; take them out: ${list}`,
    ),
    ...note(
      'waiver-ends-soon',
      uses.filter(({ state }) => state === 'ends-soon').map((use) => `${place(use)} on ${use.waiver.expiredAt}`),
      (list) => `waivers that end within two weeks of ${today}: ${list}`,
    ),
    ...note(
      'baseline-differs',
      differences,
      (list) => `the baseline was not recorded in the same way: ${list}; record it again to compare like with like`,
    ),
  ];
}
