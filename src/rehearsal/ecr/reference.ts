/** Image references as container runtimes read them: `[registry/]repository[:tag][@digest]`. */

export interface ImageReference {
  /** The registry's host, if the reference has one. */
  readonly registry: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/**
 * Takes a reference apart; undefined if it is none. As in Docker, the first part is a registry if it has a dot or a port, or is
 * `localhost`. Source: https://pkg.go.dev/github.com/distribution/reference
 */
export function parseReference(reference: string): ImageReference | undefined {
  const at = reference.indexOf('@');
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  const named = at < 0 ? reference : reference.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const { registry, repository } = splitRegistry(colon < 0 ? named : named.slice(0, colon));
  const valid =
    isRepositoryName(repository) && (tag === undefined || isTag(tag)) && (digest === undefined || isDigest(digest));
  return valid ? { registry, repository, tag, digest } : undefined;
}

/** Separates `registry/repository`; the registry is undefined for a bare repository name. */
export function splitRegistry(name: string): { registry: string | undefined; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  if (/[.:]/.test(first) || first === 'localhost') {
    return { registry: first, repository: name.slice(slash + 1) };
  }
  return { registry: undefined, repository: name };
}

/** AWS's rule for repository names: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export function isRepositoryName(name: string): boolean {
  const part = '[a-z0-9]+(?:[._-][a-z0-9]+)*';
  return name.length >= 2 && name.length <= 256 && new RegExp(`^(?:${part}/)*${part}$`).test(name);
}

/** Whether `tag` may be an image's tag. */
export function isTag(tag: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(tag);
}

function isDigest(digest: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(digest);
}
