/** Scanners that end badly: made of small programs, since a real one does so only by accident. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OutsideError } from '../../../../src/errors.ts';
import type { TreeScan } from '../../../../src/operations/gate/findings/finding.ts';
import { unproven } from '../../../../src/operations/gate/scan/proof.ts';
import type { ScanPorts } from '../../../../src/operations/gate/scan/scan-ports.ts';
import { trivyRoot } from '../../../../src/operations/gate/scan/trivy-scan.ts';
import { scan, scanPorts, script, silent, states, temporaryFolder, tree } from './scanners.ts';

const NOW = '2026-11-21T12:00:00Z';

/** Writes what a scanner writes, then does what the test is about. `output`: where the report goes. */
const TRIVY_GOOD = `
const report = { SchemaVersion: 2, ArtifactName: '.', ArtifactType: 'filesystem' };
fs.writeFileSync(output, JSON.stringify(report));
console.error('2026-11-21T00:00:00Z\\tDEBUG\\t[terraform parser] Added file\\tmodule="root" file_path="main.tf"');
console.error('2026-11-21T00:00:00Z\\tDEBUG\\t[secret] Using streaming scanner\\tfile_path="main.tf"');
`;
const CHECKOV_GOOD = `
const report = { passed: 0, failed: 0, skipped: 0, parsing_errors: 0, resource_count: 0, checkov_version: '3.3.30' };
fs.mkdirSync(require('node:path').dirname(output), { recursive: true });
fs.writeFileSync(output, JSON.stringify(report));
const root = process.argv.find((word) => word.startsWith('--directory=')).slice(12);
for (const framework of ['terraform', 'cloudformation', 'github_actions', 'dockerfile']) {
  const files = framework === 'terraform' ? [root + '/main.tf'] : [];
  fs.writeFileSync(process.env.SUREFOOT_PROOF + '/' + framework + '.json', JSON.stringify({ files, checks: ['CKV_1'] }));
}
`;

interface Fakes {
  readonly trivy?: string;
  readonly checkov?: string;
  readonly ports?: Partial<ScanPorts>;
}

async function fakePorts({ trivy = TRIVY_GOOD, checkov = CHECKOV_GOOD, ports }: Fakes): Promise<ScanPorts> {
  const folder = await temporaryFolder();
  const program = (name: string, option: string, suffix: string, body: string) =>
    script(
      folder,
      name,
      `#!${process.execPath}
const fs = require('node:fs');
const output = process.argv.find((word) => word.startsWith('${option}=')).slice(${option.length + 1}) + '${suffix}';
${body}`,
    );
  return scanPorts({
    trivy: { path: await program('trivy', '--output', '', trivy), version: '0.69.3' },
    checkov: { path: await program('checkov', '--output-file-path', '/results_json.json', checkov), version: '3.3.30' },
    ...ports,
  });
}

async function scanWith(fakes: Fakes): Promise<TreeScan> {
  const root = await tree({ 'main.tf': 'variable "x" {\n}\n' });
  return scan(root, {}, await fakePorts(fakes));
}

const codes = (found: TreeScan) => found.coverage.problems.map(({ code }) => code);

describe('scanTree with scanners that end well', () => {
  it('takes their word', async () => {
    const found = await scanWith({});
    expect(found.coverage.problems).toEqual([]);
    expect(states(found, true)).toEqual(['main.tf checkov: parsed', 'main.tf trivy: parsed']);
    expect(unproven(found, 'head', NOW)).toEqual([]);
  });

  it('gives them no credentials, a home of their own, and no way to the network', async () => {
    const folder = await temporaryFolder();
    const tell = (name: string) =>
      `fs.writeFileSync(${JSON.stringify(folder)} + '/${name}', JSON.stringify({ ...process.env, cwd: process.cwd(), files: fs.readdirSync('.') }));`;
    const secrets = {
      AWS_SECRET_ACCESS_KEY: 'a',
      GITHUB_TOKEN: 'b',
      ACTIONS_RUNTIME_TOKEN: 'c',
      TRIVY_SEVERITY: 'LOW',
    };
    Object.assign(process.env, secrets);
    try {
      await scanWith({ trivy: tell('trivy') + TRIVY_GOOD, checkov: tell('checkov') + CHECKOV_GOOD });
    } finally {
      for (const name of Object.keys(secrets)) {
        delete process.env[name];
      }
    }
    for (const name of ['trivy', 'checkov']) {
      const seen: Record<string, unknown> = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
      expect(Object.keys(secrets).filter((secret) => secret in seen)).toEqual([]);
      expect(seen['HTTPS_PROXY']).toBe('http://127.0.0.1:9');
      expect(seen['HOME']).toBe(seen['cwd']);
      expect(seen['files']).toEqual([]);
      expect(existsSync(String(seen['TMPDIR']))).toBe(false);
    }
  });
});

describe('scanTree with a scanner that ends badly', () => {
  const cases: readonly (readonly [name: string, fakes: Fakes, code: string, scanner: 'trivy' | 'checkov'])[] = [
    [
      'Trivy killed half-way',
      { trivy: `${TRIVY_GOOD} process.kill(process.pid, 'SIGKILL'); for (;;);` },
      'scanner-killed',
      'trivy',
    ],
    [
      'Checkov killed half-way',
      { checkov: `${CHECKOV_GOOD} process.kill(process.pid, 'SIGKILL'); for (;;);` },
      'scanner-killed',
      'checkov',
    ],
    [
      'a report of Trivy cut short',
      { trivy: `${TRIVY_GOOD} fs.truncateSync(output, 20);` },
      'output-truncated',
      'trivy',
    ],
    [
      'a report of Checkov cut short',
      { checkov: `${CHECKOV_GOOD} fs.truncateSync(output, 20);` },
      'output-truncated',
      'checkov',
    ],
    ['no report of Trivy', { trivy: `${TRIVY_GOOD} fs.rmSync(output);` }, 'no-output', 'trivy'],
    ['no report of Checkov', { checkov: `${CHECKOV_GOOD} fs.rmSync(output);` }, 'no-output', 'checkov'],
    [
      'a report of a later Trivy',
      { trivy: `${TRIVY_GOOD} fs.writeFileSync(output, '{"SchemaVersion":3}');` },
      'output-unknown',
      'trivy',
    ],
    [
      'a report that is none',
      { checkov: `${CHECKOV_GOOD} fs.writeFileSync(output, '"ok"');` },
      'output-unknown',
      'checkov',
    ],
    [
      'counts that do not agree',
      {
        checkov: `${CHECKOV_GOOD} fs.writeFileSync(output, JSON.stringify({ check_type: 'terraform',
          results: { failed_checks: [] }, summary: { ...report, failed: 1 } }));`,
      },
      'output-unknown',
      'checkov',
    ],
    ['Trivy with another exit code', { trivy: `${TRIVY_GOOD} process.exitCode = 1;` }, 'scanner-failed', 'trivy'],
    [
      'Checkov with another exit code',
      { checkov: `${CHECKOV_GOOD} process.exitCode = 2;` },
      'scanner-failed',
      'checkov',
    ],
    [
      'Checkov without proof, as a frozen program',
      { checkov: `${CHECKOV_GOOD} fs.rmSync(process.env.SUREFOOT_PROOF, { recursive: true });` },
      'no-proof',
      'checkov',
    ],
  ];
  it.each(cases)('proves nothing by it: %s', async (_name, fakes, code, scanner) => {
    const found = await scanWith(fakes);
    expect(codes(found)).toEqual([code]);
    expect(states(found)).toEqual([`main.tf ${scanner}: unproven`]);
    expect(unproven(found, 'head', NOW).map((reason) => reason.code)).toEqual([code, 'files-not-proven']);
  });

  it('takes an error that it does not know for a problem', async () => {
    const trivy = `${TRIVY_GOOD} console.error('2026-11-21T00:00:00Z\\tERROR\\t[x] Something new\\terr="went wrong"');`;
    const checkov = `${CHECKOV_GOOD} console.error('2026-11-21 00:00:00,000 [MainThread  ] [ERROR]  Something else');`;
    const found = await scanWith({ trivy, checkov });
    expect(found.coverage.problems.map(({ message }) => message)).toEqual([
      'Trivy says: Something new (went wrong)',
      'Checkov says: Something else',
    ]);
  });

  it('goes on with the database that is there when no newer one can be had', async () => {
    const warnings: string[] = [];
    const reporter = { ...silent, warn: (text: string) => warnings.push(text) };
    const ports = await fakePorts({ ports: { reporter } });
    const root = await tree({ 'main.tf': 'variable "x" {\n}\n' });
    const found = await scan(root, { refreshDatabase: true }, ports);
    expect(warnings).toEqual([expect.stringMatching(/^the vulnerability database stays as it is: /)]);
    expect(found.coverage.problems).toEqual([]);
    expect(found.database).toBeUndefined();
  });

  it('misses the search for secrets', async () => {
    const found = await scanWith({ trivy: TRIVY_GOOD.replace(/^console.*secret.*$/m, '') });
    expect(codes(found)).toEqual(['secrets-not-searched']);
  });

  it('says that a scanner cannot be started', async () => {
    const ports = { trivy: { path: '/nonexistent/trivy', version: '0.69.3' } };
    await expect(scanWith({ ports })).rejects.toThrow(OutsideError);
  });

  it('leaves no process and no folder behind when it is cancelled', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    const note = path.join(folder, 'note');
    const linger = `
      const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 60000)']);
      process.on('SIGTERM', () => {});
      fs.writeFileSync(${JSON.stringify(note)} + '.new', JSON.stringify({ pids: [pid, process.pid], scratch: process.env.TMPDIR }));
      fs.renameSync(${JSON.stringify(note)} + '.new', ${JSON.stringify(note)});
      setTimeout(() => {}, 60000);`;
    const controller = new AbortController();
    const scanning = scanWith({ trivy: linger, ports: { signal: controller.signal } });
    const ended = expect(scanning).rejects.toThrow('enough');
    while (!existsSync(note)) {
      await sleep(20);
    }
    controller.abort(new Error('enough'));
    await ended;
    const { pids, scratch }: { pids: number[]; scratch: string } = JSON.parse(await readFile(note, 'utf8'));
    await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    expect(existsSync(scratch)).toBe(false);
  });
});

describe('trivyRoot', () => {
  it('starts above a tree with a dev folder, and above that when it is called dev too', async () => {
    const above = await tree({
      'x/dev/dev/main.tf': '',
      'x/dev/main.tf': '',
      'x/beside.tf': '',
      'x/other/main.tf': '',
    });
    const ports = scanPorts();
    expect(await trivyRoot(path.join(above, 'x/dev'), ports)).toEqual({
      directory: above,
      prefix: 'x/dev/',
      skipFolders: [path.join(above, 'x/other')],
      skipFiles: [path.join(above, 'x/beside.tf')],
    });
    expect(await trivyRoot(path.join(above, 'x/other'), ports)).toMatchObject({ prefix: '', skipFolders: [] });
    expect(
      await trivyRoot('/', { ...ports, files: { ...ports.files, names: async () => [{ name: 'dev', folder: true }] } }),
    ).toBe(undefined);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
