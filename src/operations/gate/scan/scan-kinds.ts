/** Which files each scanner has to read: found by surefoot itself, since neither scanner tells what it passed over. */
import type { Scanner } from '../findings/finding.ts';
import type { TreeFile } from './scan-ports.ts';

/** Folders whose content is not the user's own, or no source at all. Both scanners are told to leave them out. */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules', '.terraform']);

/** CloudFormation takes no larger template (1 MB from S3); larger files are not looked into. */
const TEMPLATE_BYTES = 1024 * 1024;

export interface RequiredFile {
  readonly file: string;
  readonly type: 'terraform' | 'cloudformation' | 'dockerfile' | 'github-workflow' | 'lock-file';
  readonly scanners: readonly Scanner[];
  readonly link: boolean;
}

/** What makes a lock file of each name one with packages in it; Trivy says nothing of one that has none. */
const LOCK_FILES: Readonly<Record<string, RegExp>> = {
  'package-lock.json': /"node_modules\/|"dependencies"\s*:\s*\{\s*"/,
  'npm-shrinkwrap.json': /"node_modules\/|"dependencies"\s*:\s*\{\s*"/,
  'yarn.lock': /^\s+"?version"?:?\s/m,
  'pnpm-lock.yaml': /resolution:/,
  'requirements.txt': /^\s*[A-Za-z0-9][^#\n]*==/m,
  'Pipfile.lock': /"version"\s*:/,
  'poetry.lock': /^\[\[package\]\]/m,
  'uv.lock': /^\[\[package\]\][\s\S]*\bregistry\b/m,
  'go.mod': /^\s*require\b/m,
  'Cargo.lock': /^source\s*=/m,
  'Gemfile.lock': /^ {4}\S+ \(/m,
  'composer.lock': /"packages"\s*:\s*\[\s*\{/,
  'packages.lock.json': /"resolved"\s*:/,
  'gradle.lockfile': /^[^#\s=]+:[^=\n]+=/m,
  'mix.lock': /\{:hex,/,
  'pubspec.lock': /^\s+version:/m,
  'Package.resolved': /"version"\s*:/,
};

/**
 * What `file` is to the scanners; undefined when none has to read it. `read` gives its text, and is called only where the name leaves it open.
 */
export async function requiredFile(
  file: TreeFile,
  read: () => Promise<string | undefined>,
): Promise<RequiredFile | undefined> {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const byName = typeByName(file.path, name);
  if (byName !== undefined) {
    return byName.scanners.length === 0 ? undefined : { file: file.path, link: file.link, ...byName };
  }
  const marker = LOCK_FILES[name];
  if (marker !== undefined) {
    return hasPackages((await read()) ?? '', marker)
      ? { file: file.path, link: file.link, type: 'lock-file', scanners: ['trivy'] }
      : undefined;
  }
  if (/\.(?:ya?ml|json|template)$/.test(name) && file.bytes <= TEMPLATE_BYTES && isTemplate((await read()) ?? '')) {
    const scanners: Scanner[] = name.endsWith('.template') ? ['checkov'] : ['trivy', 'checkov'];
    return { file: file.path, link: file.link, type: 'cloudformation', scanners };
  }
  return undefined;
}

/** A file that is no whole JSON may have had packages in it. */
function hasPackages(text: string, marker: RegExp): boolean {
  return marker.test(text) || (/^\s*\{/.test(text) && !isJson(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function typeByName(path: string, name: string): Pick<RequiredFile, 'type' | 'scanners'> | undefined {
  if (/\.(?:tf|tofu)(?:\.json)?$/.test(name)) {
    // Checkov's Terraform framework reads HCL in .tf files alone.
    return { type: 'terraform', scanners: name.endsWith('.tf') ? ['trivy', 'checkov'] : ['trivy'] };
  }
  if (/(?:^|\/)\.github\/workflows\/.*\.ya?ml$/.test(path)) {
    return { type: 'github-workflow', scanners: ['checkov'] };
  }
  const scanners: Scanner[] = [
    ...(isTrivyDockerfile(name) ? (['trivy'] as const) : []),
    ...(isCheckovDockerfile(name) ? (['checkov'] as const) : []),
  ];
  return scanners.length === 0 ? undefined : { type: 'dockerfile', scanners };
}

/** Trivy's own rule (pkg/iac/detection/detect.go), without the ignore files that it takes for Dockerfiles. */
function isTrivyDockerfile(name: string): boolean {
  return (
    (/^(?:Docker|Container)file(?:\.[^.]*)?$/.test(name) || /\.(?:docker|container)file$/i.test(name)) &&
    !isIgnoreFile(name)
  );
}

/** Checkov's own rule (checkov/common/util/dockerfile.py). */
function isCheckovDockerfile(name: string): boolean {
  return /^(?:.+\.)?[Dd]ockerfile(?:\..+)?$/.test(name) && !isIgnoreFile(name);
}

/** `Dockerfile.dockerignore` belongs to a Dockerfile and is none. */
export function isIgnoreFile(name: string): boolean {
  return /\.dockerignore$/i.test(name);
}

/** By its text alone, so that a template that no YAML parser can read is still known for one. */
function isTemplate(text: string): boolean {
  return (
    /^[\s{]*["']?AWSTemplateFormatVersion["']?\s*:/m.test(text) ||
    (/(?:^|[\s{,"'])Resources["']?\s*:/.test(text) && /["']?Type["']?\s*:\s*["']?(?:AWS|Alexa|Custom)::/.test(text))
  );
}
