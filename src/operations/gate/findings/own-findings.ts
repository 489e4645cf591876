/** What neither scanner says: images that a tag names, actions that are not pinned, secrets written into an environment. */

import type { Sources } from './content.ts';
import type { RawFinding, RawMisconfiguration, Severity } from './finding.ts';
import { plainSecrets } from './own-secrets.ts';

/** Findings of surefoot's own rules in the texts of a tree. Trivy's DS-0001 and Checkov's CKV_DOCKER_7 see only `latest`, and none sees actions. */
export function ownFindings(sources: Sources): RawFinding[] {
  return [...sources].flatMap(([file, text]) => {
    const lines = text.split(/\r\n|\r|\n/);
    return [...mutableImages(file, lines), ...unpinnedActions(file, lines), ...plainSecrets(file, lines)];
  });
}

const DOCKERFILE = /(^|\/)(?:(?:Docker|Container)file(?:\.[\w.-]+)?|[\w.-]+\.(?:Docker|Container)file)$/i;
const WORKFLOW = /(^|\/)\.github\/(?:workflows\/[^/]+|actions\/.+\/action|.*\/action)\.ya?ml$|(^|\/)action\.ya?ml$/;
const IMAGE_FILE = /\.(?:tf|tofu|json|template|ya?ml)$/;

/** An image's name as it stands after `image:`, `"image":` or `image =`; whatever holds a reference to a value is not judged. */
const IMAGE_VALUE = /^[\s-]*["']?image["']?\s*[:=]\s*["']?([^\s"',#]+)["']?\s*,?\s*(?:#.*)?$/;
const INLINE_IMAGE = /["']image["']\s*:\s*["']([^"']+)["']/g;

function mutableImages(file: string, lines: readonly string[]): RawMisconfiguration[] {
  if (DOCKERFILE.test(file)) {
    return dockerfileImages(file, lines);
  }
  if (!IMAGE_FILE.test(file) || /(^|\/)(package|package-lock|tsconfig)\.json$/.test(file)) {
    return [];
  }
  return lines.flatMap((line, index) => {
    const plain = IMAGE_VALUE.exec(line)?.[1];
    const images = plain === undefined ? [...line.matchAll(INLINE_IMAGE)].map((match) => match[1] ?? '') : [plain];
    return images.filter(looksLikeImage).flatMap((image) => mutable(file, index + 1, image));
  });
}

function dockerfileImages(file: string, lines: readonly string[]): RawMisconfiguration[] {
  const stages = new Set<string>();
  return lines.flatMap((line, index) => {
    const [, image, stage] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? [];
    const isStage = image === undefined || stages.has(image.toLowerCase()) || image === 'scratch';
    if (stage !== undefined) {
      stages.add(stage.toLowerCase());
    }
    return isStage || image.includes('$') ? [] : mutable(file, index + 1, image);
  });
}

/** A name with a tag, or with a registry or path; a bare word such as `image: main` may be anything. */
function looksLikeImage(value: string): boolean {
  return (
    !/[${}<>]/.test(value) &&
    /^[\w.-]+(?::\d+)?(?:\/[\w.-]+)*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(value) &&
    /[:/]/.test(value)
  );
}

function mutable(file: string, line: number, image: string): RawMisconfiguration[] {
  if (image.includes('@sha256:')) {
    return [];
  }
  const tag = /:([\w.-]+)$/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1];
  const floating = tag === undefined || tag === 'latest';
  const name = tag === undefined ? image : image.slice(0, -tag.length - 1);
  return [
    own(file, line, 'surefoot-mutable-image', floating ? 'medium' : 'low', `image ${name}`, {
      title: 'The image is named by a tag that can be moved',
      message: `${image} can be another image tomorrow: write ${name}${tag === undefined ? '' : `:${tag}`}@sha256:<digest>`,
    }),
  ];
}

/** Owners of actions that GitHub itself publishes. */
const GITHUB_OWNERS: ReadonlySet<string> = new Set(['actions', 'github']);

function unpinnedActions(file: string, lines: readonly string[]): RawMisconfiguration[] {
  if (!WORKFLOW.test(file)) {
    return [];
  }
  return lines.flatMap((line, index) => {
    const uses = /^\s*(?:-\s*)?["']?uses["']?\s*:\s*["']?([^\s"'#]+)/.exec(line)?.[1];
    // `$/` is the repository of the workflow itself, at the commit that runs.
    if (uses === undefined || /^(?:\.\.?|\$)\//.test(uses)) {
      return [];
    }
    if (uses.startsWith('docker://')) {
      return mutable(file, index + 1, uses.slice('docker://'.length));
    }
    const [action = '', ref = ''] = uses.split('@', 2);
    if (/^[0-9a-f]{40}$/.test(ref)) {
      return [];
    }
    const severity = GITHUB_OWNERS.has(action.split('/')[0] ?? '') ? 'medium' : 'high';
    return [
      own(file, index + 1, 'surefoot-unpinned-action', severity, `uses ${action}`, {
        title: 'The action is not pinned to a commit',
        message: `${uses} runs whatever its ${ref === '' ? 'default branch' : `tag or branch ${ref}`} points to: write ${action}@<commit of 40 digits> # ${ref || 'version'}`,
      }),
    ];
  });
}

function own(
  file: string,
  line: number,
  rule: string,
  severity: Severity,
  resource: string,
  words: { readonly title: string; readonly message: string },
): RawMisconfiguration {
  const location = { file, startLine: line, endLine: line };
  return {
    kind: 'misconfiguration',
    scanner: 'surefoot',
    rule,
    severity,
    location,
    resource,
    url: undefined,
    ...words,
  };
}
