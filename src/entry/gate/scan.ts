/** The scanners of the gate: found or installed, and set to scan one tree after the other with the same database. */
import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { GatePorts } from '../../operations/gate/gate.ts';
import { scanTree } from '../../operations/gate/scan/scan.ts';
import type { ScanPorts } from '../../operations/gate/scan/scan-ports.ts';
import type { ImageSource } from '../../operations/gate/scan/trivy-scan.ts';
import { scanFiles } from '../../runtime/scan-files.ts';
import { runTool } from '../../runtime/tool-runner.ts';
import { findCheckov } from '../../tools/checkov.ts';
import { minimalEnvironment } from '../../tools/environment.ts';
import { shippedFile } from '../../tools/package-root.ts';
import { defaultToolCache } from '../../tools/tool-cache.ts';
import { findTrivy } from '../../tools/trivy.ts';
import type { Session } from '../session.ts';

export interface ScanOptions {
  /** References, or files that `docker save` wrote. */
  readonly image?: readonly string[];
  /** What they are compared with. */
  readonly baseImage?: readonly string[];
  /** Terraform variable files, from the scanned folder. */
  readonly varFile?: readonly string[];
  /** Nothing is fetched: the vulnerability database stays as it is. */
  readonly offline?: boolean;
}

/** Finds both scanners, or installs them. `sboms`: a folder that is there, for bills of materials of the head. */
export async function openScanners(options: ScanOptions, sboms: string, session: Session): Promise<GatePorts['scan']> {
  const ports = await scanPorts(session);
  // Trivy's own variable, so that a cache which is there already is used.
  const cache = process.env['TRIVY_CACHE_DIR'] || path.join(defaultToolCache(process.env), 'trivy-database');
  await mkdir(cache, { recursive: true });
  return async (root, head) =>
    scanTree(
      {
        root,
        images: await Promise.all(((head ? options.image : options.baseImage) ?? []).map(imageSource)),
        cache: path.resolve(cache),
        // The base is scanned after the head, with what the head was scanned with.
        refreshDatabase: head && options.offline !== true,
        ...(options.varFile === undefined ? {} : { variables: options.varFile }),
        ...(head ? { sboms } : {}),
      },
      ports,
    );
}

async function scanPorts(session: Session): Promise<ScanPorts> {
  const { reporter, signal } = session;
  const find = { reporter, signal };
  const [trivy, checkov] = [await findTrivy(find), await findCheckov(find)];
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
  const { HOME: _home, ...base } = minimalEnvironment(process.env);
  return {
    trivy,
    checkov,
    settings: {
      trivySecrets: shippedFile('tools/trivy/secrets.yaml'),
      checkovProof: shippedFile('tools/checkov/proof'),
    },
    environment: {
      base: without(base, proxies),
      network: {
        ...only(process.env, [...proxies, 'DOCKER_HOST']),
        // Scanners get a home of their own; registries are known by the user's.
        DOCKER_CONFIG: process.env['DOCKER_CONFIG'] || path.join(homedir(), '.docker'),
      },
    },
    run: runTool,
    files: scanFiles,
    reporter,
    signal,
  };
}

async function imageSource(given: string): Promise<ImageSource> {
  const file = path.resolve(given);
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? { kind: 'archive', path: file } : { kind: 'reference', reference: given };
}

function only(from: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = from[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function without(from: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));
}
