/** The gate by the bundled command line, with the real scanners, on changes of a real repository. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAudit, verifyAudit } from '../../src/operations/gate/report/audit.ts';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { checkovSpec } from '../../src/tools/checkov.ts';
import { locateTool } from '../../src/tools/find-tool.ts';
import { trivySpec } from '../../src/tools/trivy.ts';
import { surefoot } from './surefoot.ts';

const reporter = { info: () => undefined, warn: () => undefined, progress: () => undefined, stage: () => undefined };
const found = await Promise.all([trivySpec, checkovSpec].map((spec) => locateTool(spec, { reporter })));
// CI installs both; a laptop without them is told by name that these were skipped.
const here = process.env['CI'] !== undefined || found.every((tool) => tool !== undefined);

const SAFE = 'resource "aws_security_group" "web" {\n  name        = "web"\n  description = "of the web"\n}\n';
const OPEN = (name: string) => `resource "aws_security_group" "${name}" {
  name        = "${name}"
  description = "of ${name}"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;
const WAIVER =
  'misconfigurations:\n  - {id: AWS-0107, paths: [infra/main.tf], owner: a, statement: b, expired_at: 2027-06-01}\n';

let repository: string;

beforeEach(async () => {
  repository = await mkdtemp(path.join(os.tmpdir(), 'surefoot-gate-cli-'));
  git('init', '--quiet', '--initial-branch=main');
});

afterEach(() => rm(repository, { recursive: true, force: true }));

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...args], { cwd: repository });
}

async function commit(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(repository, file)), { recursive: true });
    await writeFile(path.join(repository, file), text);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
}

interface Result {
  readonly verdict: string | null;
  readonly codes: readonly string[];
  readonly counts: Readonly<Record<string, number | null>>;
  readonly files: { readonly audit: string; readonly sarif: string };
  readonly code: number | null;
  readonly evidence: string;
}

async function gate(...args: string[]): Promise<Result> {
  const reports = path.join(repository, '.git', 'reports');
  const ended = await surefoot(['gate', '.', '--offline', '--json', '--report-dir', reports, ...args], {
    cwd: repository,
  });
  const json = JSON.parse(ended.stdout) as {
    verdict: string;
    reasons: { code: string }[];
    counts: Result['counts'];
    files: Result['files'];
    evidence: string;
    error: unknown;
  };
  expect(json.error).toBeNull();
  const codes = json.reasons.map(({ code }) => code);
  return {
    verdict: json.verdict,
    codes,
    counts: json.counts,
    files: json.files,
    code: ended.code,
    evidence: json.evidence,
  };
}

describe.runIf(here)('a pull request', { timeout: 240_000 }, () => {
  it('fails with its own finding, and with a waiver, comments or configurations of scanners that hide it', async () => {
    await commit({ 'infra/main.tf': SAFE });
    await commit({ 'infra/main.tf': SAFE + OPEN('a') });
    const plain = await gate('--base', 'HEAD^1');
    expect(plain).toMatchObject({ verdict: 'fail', code: 1 });
    expect(plain.codes).toContain('new-findings-missed');
    const hiding = {
      'infra/main.tf': `${SAFE}#trivy:ignore:*\n${OPEN('a').replace('{\n', '{\n  #checkov:skip=CKV_AWS_24:not now\n')}`,
      '.trivyignore.yaml': WAIVER,
      '.trivyignore': 'AWS-0107\nAVD-AWS-0107\n',
      'trivy.yaml': 'scan:\n  skip-dirs: [infra]\nseverity: [CRITICAL]\n',
      '.checkov.yaml': 'skip-check: [CKV_AWS_24]\nskip-path: [infra]\n',
      '.checkov.baseline': '{"failed_checks": []}',
      'surefoot.yml': 'not a platform',
    };
    git('reset', '--quiet', '--hard', 'HEAD^1');
    await commit(hiding);
    const hidden = await gate('--base', 'HEAD^1');
    expect(hidden).toMatchObject({ verdict: 'fail', code: 1 });
    expect(hidden.codes).toEqual(expect.arrayContaining(['new-findings-missed', 'inline-suppressions-missed']));
  });

  it('passes by a waiver that the base has', async () => {
    await commit({ 'infra/main.tf': SAFE, '.trivyignore.yaml': WAIVER });
    await commit({ 'infra/main.tf': SAFE + OPEN('a') });
    const audit = await auditOf(await gate('--base', 'HEAD^1'));
    const waived = audit.input.head.findings.filter(({ id }) => audit.judgement.waived.includes(id));
    expect(waived.map(({ rule, foundBy }) => [rule, foundBy])).toEqual([['AWS-0107', ['trivy', 'checkov']]]);
  });

  it('has nothing new when blocks move, files and resources get other names; a copy is new', async () => {
    await commit({ 'infra/main.tf': OPEN('a'), 'infra/b.tf': OPEN('b'), 'infra/c.tf': OPEN('c') });
    await rename(path.join(repository, 'infra/b.tf'), path.join(repository, 'infra/renamed.tf'));
    await commit({ 'infra/main.tf': '\n'.repeat(50) + OPEN('a'), 'infra/c.tf': OPEN('c').replace('"c" {', '"d" {') });
    const moved = await gate('--base', 'HEAD^1');
    expect(moved).toMatchObject({ verdict: 'pass', code: 0, counts: { new: 0, fixed: 0 } });
    await commit({ 'env/main.tf': OPEN('a') });
    const copied = await gate('--base', 'HEAD^1');
    expect(copied.verdict).toBe('fail');
    const audit = await auditOf(copied);
    const added = audit.input.head.findings.filter(({ id }) => audit.judgement.changes?.[id] === 'new');
    expect(new Set(added.map(({ location }) => location?.file))).toEqual(new Set(['env/main.tf']));
    expect(added.map(({ rule }) => rule)).toContain('AWS-0107');
  });

  it('is never passed with Terraform that does not parse, and nothing is recorded from it', async () => {
    await commit({ 'infra/main.tf': SAFE });
    await commit({ 'infra/bad.tf': 'resource "a" "b" {\n' });
    const broken = await gate('--base', 'HEAD^1');
    expect(broken).toMatchObject({ verdict: 'inconclusive', code: 3 });
    const recorded = await surefoot(['gate', '.', '--offline', '--json', '--record-baseline', 'baseline.json'], {
      cwd: repository,
    });
    expect(recorded.code).toBe(3);
    await expect(readFile(path.join(repository, 'baseline.json'))).rejects.toThrow(/ENOENT/);
  });
});

describe.runIf(here)('the same tree twice', { timeout: 240_000 }, () => {
  it('gives the same findings and identities, evidence by the schema and an audit that holds', async () => {
    await commit({ 'infra/main.tf': OPEN('a') + OPEN('b'), Dockerfile: 'FROM nginx:latest\n' });
    const first = await gate();
    const one = await auditOf(first);
    const two = await auditOf(await gate());
    const publicly = ({ input }: typeof one) => input.head.findings.map(({ matchKey, ...rest }) => rest);
    expect(publicly(two)).toEqual(publicly(one));
    expect(verifyAudit(one)).toBe(true);
    expect(evidenceSchema.safeParse(JSON.parse(await readFile(first.evidence, 'utf8'))).error).toBeUndefined();
  });

  it('is a reduction of nothing against its own baseline', async () => {
    await commit({ 'infra/main.tf': OPEN('a') });
    const recorded = await surefoot(['gate', '.', '--offline', '--record-baseline', 'baseline.json'], {
      cwd: repository,
    });
    expect(recorded).toMatchObject({ code: 0, stdout: expect.stringContaining('findings recorded in baseline.json') });
    const same = await gate('--baseline', 'baseline.json');
    expect(same).toMatchObject({ verdict: 'pass', counts: { new: 0, fixed: 0 } });
  });
});

async function auditOf({ files }: Result) {
  const audit = readAudit(await readFile(files.audit, 'utf8'));
  if (audit === undefined) {
    throw new Error(`${files.audit} is no audit`);
  }
  return audit;
}
