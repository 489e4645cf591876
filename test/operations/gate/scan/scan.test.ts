/** The real scanners over trees that try to hide something. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { unproven } from '../../../../src/operations/gate/scan/proof.ts';
import { imageArchive, LOCK_FILE, writeDatabase } from './database.ts';
import { describeWithScanners, rules, scan, states, temporaryFolder, tree } from './scanners.ts';

const NOW = '2026-11-21T12:00:00Z';
const LIMIT_MS = 300_000;

/** Port 22 open to all. */
const OPEN = `resource "aws_security_group" "open" {
  description = "open"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;

describeWithScanners('scanTree', () => {
  it('reads all of an example, and the same twice', { timeout: LIMIT_MS }, async () => {
    const first = await scan(path.resolve('examples/artguard/infra'));
    expect(first.coverage.problems).toEqual([]);
    expect(first.coverage.crashes).toEqual([]);
    expect(states(first)).toEqual([]);
    expect(states(first, true)).toContain('variables.tf checkov: parsed');
    expect(states(first, true)).toContain('variables.tf trivy: parsed');
    for (const scanner of ['trivy', 'checkov']) {
      const checks = first.checks.filter((one) => one.scanner === scanner && one.framework === 'terraform');
      expect(checks.map(({ passed }) => passed > 10)).toEqual([true]);
    }
    const second = await scan(path.resolve('examples/artguard/infra'));
    const sorted = (found: typeof first) => found.findings.map((one) => JSON.stringify(one)).sort();
    expect(sorted(second)).toEqual(sorted(first));
  });

  it('knows each file that a scanner gave up or passed over in silence', { timeout: LIMIT_MS }, async () => {
    const root = await tree({
      'good.tf': OPEN,
      'empty-of-resources.tf': 'variable "x" {\n  default = 1\n}\n',
      'broken.tf': 'resource "x" {',
      'template.yaml': 'Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n',
      'broken-template.yaml': 'Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties: {\n',
      '.github/workflows/good.yml': 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: echo}]\n',
      '.github/workflows/newer.yml':
        'on: push\nconcurrency: {group: a, queue: max}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: echo}]\n',
      '.github/workflows/broken.yml': 'on: push\njobs:\n  a: [\n',
      Dockerfile: 'FROM scratch\nUSER 1\n',
      'broken/Dockerfile': 'FRMO scratch\n',
      'package-lock.json': LOCK_FILE,
      'cut/package-lock.json': LOCK_FILE.slice(0, 150),
      'not-configuration/broken.json': '{ // a comment\n',
    });
    const found = await scan(root);
    expect(states(found)).toEqual([
      '.github/workflows/broken.yml checkov: unproven',
      'broken-template.yaml checkov: failed',
      'broken-template.yaml trivy: unproven',
      'broken.tf checkov: failed',
      'broken.tf trivy: failed',
      'broken/Dockerfile trivy: failed',
      'cut/package-lock.json trivy: failed',
    ]);
    expect(states(found, true).filter((state) => state.endsWith('parsed'))).toEqual([
      '.github/workflows/good.yml checkov: parsed',
      '.github/workflows/newer.yml checkov: parsed',
      'Dockerfile checkov: parsed',
      'Dockerfile trivy: parsed',
      'broken/Dockerfile checkov: parsed',
      'empty-of-resources.tf checkov: parsed',
      'empty-of-resources.tf trivy: parsed',
      'good.tf checkov: parsed',
      'good.tf trivy: parsed',
      'package-lock.json trivy: parsed',
      'template.yaml checkov: parsed',
      'template.yaml trivy: parsed',
    ]);
    expect(found.coverage.problems).toEqual([]);
    // The workflows say nothing of permissions.
    expect(rules(found)).toContain('CKV2_GHA_1 .github/workflows/newer.yml');
    expect(unproven(found, 'head', NOW).map(({ code }) => code)).toEqual([
      'files-not-parsed',
      'files-not-proven',
      'no-database',
    ]);
  });

  it('reads folders that the scanners leave out by themselves', { timeout: LIMIT_MS }, async () => {
    const above = await tree({
      'dev/a [tree]/dev/main.tf': OPEN,
      'dev/a [tree]/.hidden/main.tf': OPEN,
      'dev/a [tree]/node_modules/x/main.tf': OPEN,
      'dev/another [tree]/main.tf': OPEN,
      'dev/beside [it].tf': OPEN,
    });
    const found = await scan(path.join(above, 'dev/a [tree]'));
    expect(states(found, true)).toEqual([
      '.hidden/main.tf checkov: parsed',
      '.hidden/main.tf trivy: parsed',
      'dev/main.tf checkov: parsed',
      'dev/main.tf trivy: parsed',
    ]);
    expect(rules(found)).toEqual(expect.arrayContaining(['AWS-0107 dev/main.tf', 'CKV_AWS_24 dev/main.tf']));
    expect(rules(found)).toEqual(expect.arrayContaining(['AWS-0107 .hidden/main.tf', 'CKV_AWS_24 .hidden/main.tf']));
    expect(rules(found).filter((rule) => !/ (?:dev|\.hidden)\/main\.tf$/.test(rule))).toEqual([]);
  });

  it('takes no configuration from the tree', { timeout: LIMIT_MS }, async () => {
    const plain = await scan(await tree({ 'main.tf': OPEN }));
    const witness = path.join(await temporaryFolder(), 'ran');
    const root = await tree({
      'main.tf': OPEN,
      'trivy.yaml': 'scan:\n  skip-files: ["main.tf"]\nseverity: [CRITICAL]\n',
      '.trivyignore': 'AWS-0107\n',
      '.trivyignore.yaml': 'misconfigurations:\n  - id: AWS-0107\n',
      'trivy-secret.yaml': 'disable-rules: [aws-access-key-id]\n',
      '.checkov.yaml': 'skip-check: [CKV_AWS_24]\nexternal-checks-dir: [checks]\n',
      '.checkov.yml': 'soft-fail: true\nframework: [secrets]\n',
      'checks/__init__.py': `open(${JSON.stringify(witness)}, "w").close()\n`,
    });
    const found = await scan(root);
    expect(rules(plain)).toEqual(expect.arrayContaining(['AWS-0107 main.tf', 'CKV_AWS_24 main.tf']));
    expect(rules(found)).toEqual(rules(plain));
    expect(existsSync(witness)).toBe(false);
  });

  it('finds secrets where Trivy does not look by itself, and tells nobody', { timeout: LIMIT_MS }, async () => {
    const key = `AKIA${'Q3EGRIPJ7LZ7ABCD'}`;
    const root = await tree({
      'examples/test/notes.md': `aws_access_key_id = ${key}\n`,
      'guide.md': 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n',
    });
    const found = await scan(root);
    expect(rules(found)).toEqual(['aws-access-key-id examples/test/notes.md']);
    expect(found.findings[0]).toMatchObject({ kind: 'secret', severity: 'critical', location: { startLine: 1 } });
    expect(JSON.stringify(found)).not.toContain(key.slice(4));
  });

  it('counts what Checkov was told to skip', { timeout: LIMIT_MS }, async () => {
    const inline = OPEN.replace('{\n', '{\n  #checkov:skip=CKV_AWS_24:the office needs it\n');
    const found = await scan(await tree({ 'main.tf': inline }));
    expect(rules(found)).not.toContain('CKV_AWS_24 main.tf');
    expect(found.suppressed).toMatchObject([
      {
        finding: { rule: 'CKV_AWS_24', resource: 'aws_security_group.open' },
        by: 'inline',
        statement: 'the office needs it',
      },
    ]);
  });

  it('tells of checks that crash, checks that do not exist, and modules that are not there', {
    timeout: LIMIT_MS,
  }, async () => {
    const root = await tree({
      'main.tf':
        'resource "aws_codebuild_project" "p" {\n  name = "p"\n  artifacts {\n    encryption_disabled = true\n  }\n}\n',
      'remote.tf': 'module "vpc" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.0.0"\n}\n',
    });
    const found = await scan(root, { checks: ['CKV_AWS_147', 'CKV_AWS_99999'] });
    expect(found.coverage.crashes).toMatchObject([{ scanner: 'checkov', rule: 'CKV_AWS_147', file: 'main.tf' }]);
    expect(found.coverage.problems.map(({ code }) => code).sort()).toEqual(['module-not-loaded', 'unknown-check']);
    expect(unproven(found, 'head', NOW).map(({ code }) => code)).toEqual([
      'module-not-loaded',
      'unknown-check',
      'check-crashed',
    ]);
  });

  it('looks through a link to the tree, and not through links in it', { timeout: LIMIT_MS }, async () => {
    const root = await tree({ 'shared/main.tf': OPEN, 'prod/main.tf': { to: '../shared/main.tf' } });
    const link = path.join(await temporaryFolder(), 'link');
    await tree({ link: { to: root } }, path.dirname(link));
    const found = await scan(link);
    expect(states(found)).toEqual(['prod/main.tf trivy: unproven']);
    expect(rules(found)).toEqual(expect.arrayContaining(['AWS-0107 shared/main.tf', 'CKV_AWS_24 prod/main.tf']));
  });

  it('says that a folder is missing', async () => {
    const found = await scan('/nonexistent/tree');
    expect(found.coverage.problems).toMatchObject([{ code: 'missing-directory' }]);
    expect(found.runs).toEqual([]);
  });
});

describeWithScanners('scanTree with a vulnerability database', () => {
  it('finds packages of lock files and images, and says how old the database is', { timeout: LIMIT_MS }, async () => {
    const work = await temporaryFolder();
    const cache = path.join(work, 'cache');
    await writeDatabase(cache, '2026-11-20T00:00:00Z');
    const archive = path.join(work, 'shop.tar');
    await writeFile(archive, imageArchive('3.99', 'ghcr.io/acme/shop:1.2'));
    const old = path.join(work, 'old.tar');
    await writeFile(old, imageArchive('3.12', 'ghcr.io/acme/old:1'));
    const root = await tree({ 'web/package-lock.json': LOCK_FILE });
    const images = [
      { kind: 'archive', path: archive },
      { kind: 'archive', path: old },
    ] as const;
    const found = await scan(root, { cache, images, sboms: work });

    expect(found.coverage.problems).toEqual([]);
    expect(found.database).toEqual({ version: 2, updatedAt: '2026-11-20T00:00:00.000Z' });
    expect(found.findings.filter(({ kind }) => kind !== 'vulnerability')).toEqual([]);
    const tuples = found.findings.flatMap((one) =>
      one.kind === 'vulnerability'
        ? [
            [
              one.id,
              one.severity,
              one.package.fixedVersion,
              one.artifact.kind === 'image' ? one.artifact.name : one.target,
            ],
          ]
        : [],
    );
    expect(tuples).toEqual([
      ['CVE-2099-0001', 'critical', '1.3.0', 'web/package-lock.json'],
      ['CVE-2099-1001', 'high', '1.36.1-r20', 'ghcr.io/acme/shop'],
      ['CVE-2099-1002', 'medium', undefined, 'ghcr.io/acme/shop'],
      ['CVE-2099-1001', 'high', '1.36.1-r20', 'ghcr.io/acme/old'],
      ['CVE-2099-1002', 'medium', undefined, 'ghcr.io/acme/old'],
    ]);
    expect(found.endOfLifeImages).toEqual([old]);
    expect(states(found, true)).toEqual([
      `${old} trivy: parsed`,
      `${archive} trivy: parsed`,
      'web/package-lock.json trivy: parsed',
    ]);
    const components = await Promise.all(
      found.sboms.map(async (sbom) => {
        const bom: { bomFormat: string; components: { name: string }[] } = JSON.parse(
          await readFile(sbom.path, 'utf8'),
        );
        return [sbom.artifact.kind, bom.bomFormat, bom.components.map(({ name }) => name).join()];
      }),
    );
    expect(components.map(([kind, format]) => [kind, format])).toEqual([
      ['tree', 'CycloneDX'],
      ['image', 'CycloneDX'],
      ['image', 'CycloneDX'],
    ]);
    expect(components[0]?.[2]).toContain('left-pad');
    expect(components[1]?.[2]).toContain('busybox');

    expect(unproven({ ...found, endOfLifeImages: [] }, 'head', NOW)).toEqual([]);
    expect(unproven(found, 'head', '2026-12-21T00:00:00Z').map(({ code }) => code)).toEqual([
      'database-stale',
      'image-end-of-life',
    ]);
  });

  it('does not take an image for clean that it could not look into', { timeout: LIMIT_MS }, async () => {
    const work = await temporaryFolder();
    const cache = path.join(work, 'cache');
    await writeDatabase(cache, NOW);
    const cut = path.join(work, 'cut.tar');
    await writeFile(cut, imageArchive('3.99', 'ghcr.io/acme/shop:1.2').subarray(0, 2000));
    const found = await scan(await tree({ 'a.txt': 'a' }), { cache, images: [{ kind: 'archive', path: cut }] });
    expect(states(found)).toEqual([`${cut} trivy: unproven`]);
    expect(found.coverage.problems).toMatchObject([{ code: 'scanner-failed', scanner: 'trivy' }]);

    const archive = path.join(work, 'shop.tar');
    await writeFile(archive, imageArchive('3.99', 'ghcr.io/acme/shop:1.2'));
    const without = await scan(await tree({ 'a.txt': 'a' }), { images: [{ kind: 'archive', path: archive }] });
    expect(without.coverage.problems).toMatchObject([{ code: 'no-database' }]);

    await writeFile(path.join(cache, 'db/trivy.db'), Buffer.from('not a database'));
    const damaged = await scan(await tree({ 'package-lock.json': LOCK_FILE }), { cache });
    expect(damaged.coverage.problems).toMatchObject([{ code: 'scanner-failed' }]);
    expect(states(damaged)).toEqual(['package-lock.json trivy: unproven']);
  });
});
