/** Images are deployed by digest: a tag may move between the plan and the last task, a digest cannot. */
import type { Reason } from '../../../report/evidence.ts';
import { parseEcrReference } from '../../common/ecr-reference.ts';
import type { Ports } from '../../ports.ts';

/** An image as it was asked for, and what is deployed for it. */
export interface PinnedImage {
  readonly container: string;
  readonly requested: string;
  /** With the digest in place of the tag where the registry could be asked, else as requested. */
  readonly reference: string;
  readonly digest: string | undefined;
}

export interface PinResult {
  readonly images: readonly PinnedImage[];
  /** Why the deployment may not start. */
  readonly refusals: readonly Reason[];
  /** What is allowed but worth knowing: movable tags, registries that cannot be asked. */
  readonly findings: readonly Reason[];
}

/** Asks the registry what each image is. Nothing is changed. */
export async function pinImages(images: Readonly<Record<string, string>>, ports: Ports): Promise<PinResult> {
  const results = await Promise.all(
    Object.entries(images).map(([container, image]) => pinImage(container, image, ports)),
  );
  return {
    images: results.map((result) => result.image),
    refusals: results.flatMap((result) => result.refusals),
    findings: results.flatMap((result) => result.findings),
  };
}

interface OnePin {
  readonly image: PinnedImage;
  readonly refusals: readonly Reason[];
  readonly findings: readonly Reason[];
}

async function pinImage(container: string, requested: string, ports: Ports): Promise<OnePin> {
  const reference = parseEcrReference(requested);
  if (reference === undefined) {
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(requested)?.[1];
    const message = `${requested} is not in ECR, so its digest could not be asked for: what "${container}" runs may differ from task to task. Write it with @sha256:…`;
    const findings = digest === undefined ? [{ code: 'image-not-pinned', message }] : [];
    return { image: { container, requested, reference: requested, digest }, refusals: [], findings };
  }
  const found = await ports.aws.ecr.image(
    reference.registryId,
    reference.repository,
    reference.digest ?? reference.tag ?? 'latest',
  );
  if (found === undefined) {
    const message = `${requested} is not in ECR (account ${reference.registryId}, repository ${reference.repository}): was it pushed, and under this tag?`;
    return {
      image: { container, requested, reference: requested, digest: undefined },
      refusals: [{ code: 'image-not-found', message }],
      findings: [],
    };
  }
  const movable = reference.digest === undefined && found.mutableTags;
  return {
    image: { container, requested, reference: `${reference.name}@${found.digest}`, digest: found.digest },
    refusals: [],
    findings: movable
      ? [
          {
            code: 'mutable-tag',
            message: `the repository ${reference.repository} lets tags move; ${found.digest} is deployed, whatever ${requested} means later`,
          },
        ]
      : [],
  };
}
