import {
  BatchGetImage$,
  type BatchGetImageRequest,
  type BatchGetImageResponse,
  type ImageFailure,
  type ImageIdentifier,
} from '@aws-sdk/client-ecr';
import { type Operation, operation } from '../wire/operation.ts';
import { findImage } from './images.ts';
import { MANIFEST_MEDIA_TYPE } from './manifest.ts';
import type { ImageRegistry, Repository } from './registry.ts';

/** ECR BatchGetImage: manifests by id; ids without an image come back as failures, not as an error. */
export function batchGetImage(registry: ImageRegistry): Operation {
  return operation<BatchGetImageRequest, BatchGetImageResponse>({
    schema: BatchGetImage$,
    supports: ['registryId', 'repositoryName', 'imageIds[].imageDigest', 'imageIds[].imageTag'],
    inert: { acceptedMediaTypes: 'every image here has an OCI image manifest' },
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html',
    handle: (input) => {
      const repository = registry.repository(input.repositoryName ?? '', input.registryId);
      const answer: Required<BatchGetImageResponse> = { images: [], failures: [] };
      for (const id of input.imageIds ?? []) {
        const image = findImage(repository, id);
        if (image === undefined) {
          answer.failures?.push(failure(repository, id));
          continue;
        }
        answer.images?.push({
          registryId: registry.accountId,
          repositoryName: repository.name,
          imageId: { ...id, imageDigest: image.manifest.digest },
          imageManifest: image.manifest.text,
          imageManifestMediaType: MANIFEST_MEDIA_TYPE,
        });
      }
      return answer;
    },
  });
}

function failure(repository: Repository, imageId: ImageIdentifier): ImageFailure {
  if (imageId.imageDigest === undefined && imageId.imageTag === undefined) {
    return {
      imageId,
      failureCode: 'MissingDigestAndTag',
      failureReason: 'Invalid request parameters: both tag and digest cannot be null',
    };
  }
  if (imageId.imageDigest !== undefined && repository.images.has(imageId.imageDigest)) {
    return {
      imageId,
      failureCode: 'ImageTagDoesNotMatchDigest',
      failureReason: 'Requested image tag does not match the digest',
    };
  }
  return { imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}
