/** The real scanners for tests, and trees for them to scan. */
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe } from 'vitest';
import type { CoveredFile, TreeScan } from '../../../../src/operations/gate/findings/finding.ts';
import { type ScanRequest, scanTree } from '../../../../src/operations/gate/scan/scan.ts';
import type { ScanPorts } from '../../../../src/operations/gate/scan/scan-ports.ts';
import { scanFiles } from '../../../../src/runtime/scan-files.ts';
import { runTool } from '../../../../src/runtime/tool-runner.ts';
import { checkovSpec } from '../../../../src/tools/checkov.ts';
import { locateTool } from '../../../../src/tools/find-tool.ts';
import { shippedFile } from '../../../../src/tools/package-root.ts';
import { trivySpec } from '../../../../src/tools/trivy.ts';

export const silent = {
  stage: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

const trivy = await locateTool(trivySpec, { reporter: silent });
const checkov = await locateTool(checkovSpec, { reporter: silent });

/** `describe` for tests that need the real scanners. Where one is missing they fail in CI, and are skipped by name elsewhere. */
export function describeWithScanners(name: string, body: () => void): void {
  const missing = trivy === undefined || checkov === undefined;
  if (missing && process.env['CI'] === 'true') {
    throw new Error(`"${name}" needs Trivy and Checkov. Run node scripts/setup.mjs first.`);
  }
  describe.skipIf(missing)(missing ? `${name} (skipped: Trivy or Checkov is not installed)` : name, body);
}

/** Real ports; HOME and credentials of this process stay out as in production. */
export function scanPorts(more: Partial<ScanPorts> = {}): ScanPorts {
  return {
    trivy: { path: trivy?.path ?? '', version: trivy?.version ?? '' },
    checkov: { path: checkov?.path ?? '', version: checkov?.version ?? '' },
    settings: {
      trivySecrets: shippedFile('tools/trivy/secrets.yaml'),
      checkovProof: shippedFile('tools/checkov/proof'),
    },
    environment: { base: { PATH: process.env['PATH'] ?? '' }, network: {} },
    run: runTool,
    files: scanFiles,
    reporter: silent,
    signal: new AbortController().signal,
    ...more,
  };
}

const folders: string[] = [];

afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'scan-test-')));
  folders.push(folder);
  return folder;
}

/** Writes a tree; a value with `to` is a symbolic link. */
export async function tree(
  files: Readonly<Record<string, string | Buffer | { readonly to: string }>>,
  given?: string,
): Promise<string> {
  const root = given ?? (await temporaryFolder());
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await (typeof content === 'object' && 'to' in content ? symlink(content.to, file) : writeFile(file, content));
  }
  return root;
}

/** An executable script. */
export async function script(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

export function scan(root: string, more: Partial<ScanRequest> = {}, ports = scanPorts()): Promise<TreeScan> {
  return scanTree({ root, images: [], cache: '/nonexistent/cache', refreshDatabase: false, ...more }, ports);
}

/** `file scanner: state`, sorted; what is parsed is left out unless `all`. */
export function states({ coverage }: TreeScan, all = false): string[] {
  const text = ({ file, scanner, state }: CoveredFile) => `${file} ${scanner}: ${state}`;
  return coverage.files
    .filter(({ state }) => all || state !== 'parsed')
    .map(text)
    .sort();
}

/** `rule file`, sorted. */
export function rules(found: TreeScan): string[] {
  return found.findings
    .map((one) => (one.kind === 'vulnerability' ? `${one.id} ${one.target}` : `${one.rule} ${one.location.file}`))
    .sort();
}
