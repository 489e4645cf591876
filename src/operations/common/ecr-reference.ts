/** Names of images in ECR, taken apart. Pure. */

export interface EcrReference {
  readonly registryId: string;
  /** Where the registry is. */
  readonly region: string;
  readonly name: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>[:tag][@sha256:…]`, also for the China partition; undefined for other registries. */
export function parseEcrReference(image: string): EcrReference | undefined {
  const match =
    /^((\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([a-z0-9._/-]+?))(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      image,
    );
  const [, name, registryId, region, repository, tag, digest] = match ?? [];
  return name === undefined || registryId === undefined || region === undefined || repository === undefined
    ? undefined
    : { name, registryId, region, repository, tag, digest };
}
