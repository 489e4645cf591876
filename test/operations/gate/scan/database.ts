/** A vulnerability database of a few entries, laid out as Trivy's (schema 2), and a container image to look up in it. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Bucket, boltFile, Value } from './bolt.ts';

const NPM = 'npm::GitHub Security Advisory Npm';

const advisory = (fixed: string) => new Value({ PatchedVersions: [fixed], VulnerableVersions: [`< ${fixed}`] });
const detail = (title: string, severity: string) => new Value({ Title: title, Severity: severity });
const source = (id: string, name: string) => new Value({ ID: id, Name: name, URL: 'https://example.com' });
const alpine = (): Bucket => ({
  busybox: {
    'CVE-2099-1001': new Value({ FixedVersion: '1.36.1-r20' }),
    'CVE-2099-1002': new Value({ FixedVersion: '' }),
  },
});

const DATABASE: Bucket = {
  'data-source': {
    [NPM]: source('ghsa', 'GitHub Security Advisory npm'),
    'alpine 3.99': source('alpine', 'Alpine Secdb'),
    'alpine 3.12': source('alpine', 'Alpine Secdb'),
  },
  [NPM]: {
    'left-pad': { 'CVE-2099-0001': advisory('1.3.0') },
    'only-dev': { 'CVE-2099-0002': advisory('9.0.0') },
  },
  'alpine 3.99': alpine(),
  'alpine 3.12': alpine(),
  vulnerability: {
    'CVE-2099-0001': detail('left-pad pads on the wrong side', 'CRITICAL'),
    'CVE-2099-0002': detail('a tool of development', 'HIGH'),
    'CVE-2099-1001': detail('busybox is too busy', 'HIGH'),
    'CVE-2099-1002': detail('busybox is not busy enough', 'MEDIUM'),
  },
};

/** Writes it into a cache folder for Trivy. `updatedAt`: ISO 8601. */
export async function writeDatabase(cache: string, updatedAt: string): Promise<void> {
  const folder = path.join(cache, 'db');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'trivy.db'), boltFile(DATABASE));
  const metadata = { Version: 2, UpdatedAt: updatedAt, NextUpdate: updatedAt, DownloadedAt: updatedAt };
  await writeFile(path.join(folder, 'metadata.json'), JSON.stringify(metadata));
}

/** A lock file with one vulnerable package, and one that only development needs. */
export const LOCK_FILE = JSON.stringify({
  name: 'shop',
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { 'left-pad': '1.2.0' }, devDependencies: { 'only-dev': '1.0.0' } },
    'node_modules/left-pad': { version: '1.2.0', resolved: 'https://registry.npmjs.org/left-pad/-/left-pad-1.2.0.tgz' },
    'node_modules/only-dev': { version: '1.0.0', dev: true },
  },
});

/** An archive as `docker save` writes one: Alpine with busybox, and what else is given. */
export function imageArchive(release: string, tag: string, more: Readonly<Record<string, string>> = {}): Buffer {
  const layer = tar({
    'etc/alpine-release': `${release}.0\n`,
    'etc/os-release': `ID=alpine\nVERSION_ID=${release}.0\n`,
    'lib/apk/db/installed': 'P:busybox\nV:1.36.1-r15\nA:x86_64\no:busybox\nL:GPL-2.0-only\n\n',
    ...more,
  });
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: {},
    history: [{ created: '2026-01-01T00:00:00Z', created_by: 'COPY / /' }],
    rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
  });
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar'] }]);
  return tar({ 'config.json': config, 'layer.tar': layer, 'manifest.json': manifest });
}

/** POSIX ustar. */
function tar(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, data, Buffer.alloc((512 - (data.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
