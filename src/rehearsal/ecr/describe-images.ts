import {
  DescribeImages$,
  type DescribeImagesRequest,
  type DescribeImagesResponse,
  type ImageDetail,
  type ImageIdentifier,
} from '@aws-sdk/client-ecr';
import { AwsError, type Operation, operation } from '../wire/operation.ts';
import { findImage, invalid, pageOf, passesTagStatus, tagsOf } from './images.ts';
import { CONFIG_MEDIA_TYPE, MANIFEST_MEDIA_TYPE } from './manifest.ts';
import type { ImageRegistry, Repository, StoredImage } from './registry.ts';

/** ECR DescribeImages: the images of a repository with their tags, all or by id. */
export function describeImages(registry: ImageRegistry): Operation {
  return operation<DescribeImagesRequest, DescribeImagesResponse>({
    schema: DescribeImages$,
    supports: [
      'registryId',
      'repositoryName',
      'imageIds[].imageDigest',
      'imageIds[].imageTag',
      'filter.tagStatus',
      'nextToken',
      'maxResults',
    ],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html',
    handle: (input) => {
      const repository = registry.repository(input.repositoryName ?? '', input.registryId);
      const detail = (image: StoredImage) => describe(registry, repository, image);
      if (input.imageIds !== undefined) {
        if (input.nextToken !== undefined || input.maxResults !== undefined) {
          throw invalid('imageIds', 'cannot be used with nextToken or maxResults');
        }
        // Two ids of one image give one answer.
        const images = new Set(input.imageIds.map((id) => demand(registry, repository, id)));
        return { imageDetails: [...images].map(detail) };
      }
      const wanted = [...repository.images.values()].filter((image) =>
        passesTagStatus(input.filter?.tagStatus, tagsOf(repository, image.manifest.digest).length > 0),
      );
      const { items, next } = pageOf(wanted, input);
      return { imageDetails: items.map(detail), ...next };
    },
  });
}

function demand(registry: ImageRegistry, repository: Repository, id: ImageIdentifier): StoredImage {
  const image = findImage(repository, id);
  if (image === undefined) {
    const wanted = `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`;
    throw new AwsError(
      'ImageNotFoundException',
      `The image with imageId ${wanted} does not exist within the repository with name '${repository.name}' in the registry with id '${registry.accountId}'`,
    );
  }
  return image;
}

function describe(registry: ImageRegistry, repository: Repository, image: StoredImage): ImageDetail {
  const tags = tagsOf(repository, image.manifest.digest);
  return {
    registryId: registry.accountId,
    repositoryName: repository.name,
    imageDigest: image.manifest.digest,
    ...(tags.length > 0 ? { imageTags: tags } : {}),
    imageSizeInBytes: image.manifest.size,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: MANIFEST_MEDIA_TYPE,
    artifactMediaType: CONFIG_MEDIA_TYPE,
  };
}
