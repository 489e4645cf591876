import {
  type ImageIdentifier,
  ListImages$,
  type ListImagesRequest,
  type ListImagesResponse,
} from '@aws-sdk/client-ecr';
import { type Operation, operation } from '../wire/operation.ts';
import { pageOf, passesTagStatus, tagsOf } from './images.ts';
import type { ImageRegistry, Repository } from './registry.ts';

/** ECR ListImages: an id for each tag, and one for each image without any. */
export function listImages(registry: ImageRegistry): Operation {
  return operation<ListImagesRequest, ListImagesResponse>({
    schema: ListImages$,
    supports: ['registryId', 'repositoryName', 'filter.tagStatus', 'nextToken', 'maxResults'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html',
    handle: (input) => {
      const repository = registry.repository(input.repositoryName ?? '', input.registryId);
      const wanted = identifiers(repository).filter((id) =>
        passesTagStatus(input.filter?.tagStatus, id.imageTag !== undefined),
      );
      const { items, next } = pageOf(wanted, input);
      return { imageIds: [...items], ...next };
    },
  });
}

function identifiers(repository: Repository): ImageIdentifier[] {
  return [...repository.images.keys()].flatMap((imageDigest) => {
    const tags = tagsOf(repository, imageDigest);
    return tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }));
  });
}
