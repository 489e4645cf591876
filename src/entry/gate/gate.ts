/** `gate`, from options to outcome. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError, OutsideError } from '../../errors.ts';
import type { Baseline } from '../../operations/gate/baseline.ts';
import {
  AUDIT_FILE,
  type GatePorts,
  type GateRequest,
  type GateResult,
  gate,
  recordBaseline,
} from '../../operations/gate/gate.ts';
import { type Audit, readAudit } from '../../operations/gate/report/audit.ts';
import { splitSentence } from '../../operations/gate/report/summary.ts';
import { redactDeep } from '../../report/redact.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { writeReport } from '../../report/write.ts';
import { systemClock } from '../../runtime/clock.ts';
import { VERSION } from '../../runtime/package.ts';
import { writableFolder } from '../folders.ts';
import type { Outcome } from '../outcome.ts';
import type { ReportOptions, Session } from '../session.ts';
import { type BaseTree, repositoryOf, withBase } from './base.ts';
import { type PolicyOptions, readPolicy } from './policy.ts';
import { openScanners, type ScanOptions } from './scan.ts';
import { readSources } from './sources.ts';

export interface GateOptions extends PolicyOptions, ScanOptions, ReportOptions {
  readonly environment?: string;
  readonly service?: string;
  /** A folder, or what names a commit. */
  readonly base?: string;
  /** Only scans, and writes what is there to this file. */
  readonly recordBaseline?: string;
  /** A folder with audits of earlier runs. */
  readonly history?: string;
  /** Keeps the uploads of several gates of one commit apart. */
  readonly category?: string;
}

/** Scans `directory` and the base, and judges; or records a baseline. */
export async function gateAction(directory: string, options: GateOptions, session: Session): Promise<Outcome> {
  const head = path.resolve(directory);
  await requireFolder(head);
  await writableFolder(options.reportDir, '--report-dir');
  if (options.recordBaseline !== undefined) {
    if (options.base !== undefined) {
      throw new InputError('bad-arguments', '--record-baseline scans one tree: leave out --base');
    }
    return run(head, undefined, options, session);
  }
  return options.base === undefined
    ? run(head, undefined, options, session)
    : withBase(options.base, head, session.signal, (base) => run(head, base, options, session));
}

async function run(head: string, base: BaseTree | undefined, options: GateOptions, session: Session): Promise<Outcome> {
  const policy = await readPolicy(options, head, base, systemClock.now().toISOString().slice(0, 10));
  for (const note of policy.notes) {
    session.reporter.warn(note);
  }
  const top = await repositoryOf(head, session.signal);
  const within = top === undefined ? '' : path.relative(top, head).split(path.sep).join('/');
  const request: GateRequest = {
    subject: policy.platform?.name ?? path.basename(head),
    platform: policy.platform?.name,
    environment: options.environment,
    service: options.service,
    head,
    base,
    targets: policy.platform?.targets ?? [],
    waivers: policy.waivers,
    baseline: policy.baseline,
    refusals: policy.refusals,
    earlier: options.history === undefined ? [] : await readHistory(options.history),
    overlays: policy.overlays,
    pathPrefix: within === '' ? '' : `${within}/`,
    category: category(options.category, within),
    version: VERSION,
  };
  const ports: GatePorts = {
    scan: await openScanners(options, path.resolve(options.reportDir), session),
    readSources: (root, files) => readSources(root, files, session.signal),
    clock: systemClock,
    reporter: session.reporter,
  };
  return options.recordBaseline === undefined
    ? report(await gate(request, ports), options, session)
    : record(await recordBaseline(request, ports), options.recordBaseline);
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new InputError('no-such-folder', `${folder} is not a folder: name the folder to scan`);
  }
}

/** GitHub compares uploads by it: letters, digits, dots, dashes and slashes. */
function category(given: string | undefined, within: string): string {
  const name = given ?? (within === '' ? 'repository' : within);
  return name.replace(/[^\w./-]+/g, '-').replace(/^\/+|\/+$/g, '') || 'repository';
}

/** The audits in a folder; other files in it are left alone. @throws InputError when the folder cannot be read */
async function readHistory(folder: string): Promise<Audit[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => {
    throw new InputError(
      'no-such-folder',
      `--history ${folder} is not a folder that can be read: give one with reports of earlier runs`,
    );
  });
  const audits: Audit[] = [];
  for (const name of names.filter((one) => path.basename(one) === AUDIT_FILE).sort()) {
    const audit = readAudit(await readFile(path.join(folder, name), 'utf8'));
    audits.push(...(audit === undefined ? [] : [audit]));
  }
  return audits;
}

async function record(
  { baseline, doubts }: { baseline: Baseline | undefined; doubts: Outcome['reasons'] },
  file: string,
): Promise<Outcome> {
  if (baseline === undefined) {
    const text = [
      'no baseline was written: the scan does not prove what it says',
      ...doubts.map(({ message }) => `  ${message}`),
    ].join('\n');
    return { operation: 'gate', verdict: 'inconclusive', reasons: doubts, text };
  }
  await writeText(file, `${JSON.stringify(baseline, undefined, 2)}\n`);
  const message = `${baseline.findings.length} findings recorded in ${file}; commit it, and give it as --baseline`;
  return { operation: 'gate', verdict: 'pass', reasons: [{ code: 'baseline-recorded', message }], text: message };
}

async function report(result: GateResult, options: GateOptions, session: Session): Promise<Outcome> {
  const { audit } = result;
  const evidence = session.redact === undefined ? result.evidence : redactDeep(result.evidence, session.redact);
  const files = await writeReport(evidence, options.reportDir, { name: 'gate' });
  const folder = path.dirname(files.json);
  const written = {
    audit: path.join(folder, AUDIT_FILE),
    page: path.join(folder, 'gate-audit.html'),
    sarif: path.join(folder, 'gate.sarif'),
    summary: path.join(folder, 'gate-findings.md'),
  };
  await writeText(written.audit, result.auditText);
  await writeText(written.page, result.page);
  await writeText(written.sarif, `${JSON.stringify(result.sarif)}\n`);
  await writeText(written.summary, `${result.summary}\n`);
  const sboms = result.sboms.map((sbom) => sbom.path);
  const notes = audit.judgement.notes.map(({ message }) => `note: ${message}`);
  return {
    operation: 'gate',
    verdict: evidence.verdict,
    reasons: evidence.reasons,
    text: [renderTerminal(evidence, session.look), splitSentence(audit), ...notes, `report: ${written.page}`].join(
      '\n',
    ),
    evidence: files.json,
    report: written.page,
    record: evidence,
    remarks: result.annotations,
    summary: result.summary,
    details: { counts: countsOf(audit), files: { ...written, sboms } },
  };
}

function countsOf({ trend, judgement }: Audit) {
  const states = Object.values(judgement.changes ?? {});
  return {
    ...trend.at(-1)?.counts,
    secrets: trend.at(-1)?.secrets ?? 0,
    waived: judgement.waived.length,
    new: judgement.changes === undefined ? null : states.filter((state) => state === 'new').length,
    fixed: judgement.fixed ?? null,
  };
}

async function writeText(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new OutsideError('report-not-written', `a file could not be written: ${cause}`, file, { cause: error });
  }
}
