import {
  DescribeRepositories$,
  type DescribeRepositoriesRequest,
  type DescribeRepositoriesResponse,
  type Repository as RepositoryDescription,
} from '@aws-sdk/client-ecr';
import { type Operation, operation } from '../wire/operation.ts';
import { invalid, pageOf } from './images.ts';
import type { ImageRegistry, Repository } from './registry.ts';

/** ECR DescribeRepositories: the registry's repositories, all or by name. */
export function describeRepositories(registry: ImageRegistry): Operation {
  return operation<DescribeRepositoriesRequest, DescribeRepositoriesResponse>({
    schema: DescribeRepositories$,
    supports: ['registryId', 'repositoryNames', 'nextToken', 'maxResults'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html',
    handle: (input) => {
      const { repositoryNames, registryId } = input;
      if (repositoryNames !== undefined) {
        if (input.nextToken !== undefined || input.maxResults !== undefined) {
          throw invalid('repositoryNames', 'cannot be used with nextToken or maxResults');
        }
        const named = repositoryNames.map((name) => registry.repository(name, registryId));
        return { repositories: named.map((repository) => description(registry, repository)) };
      }
      const all = registryId === undefined || registryId === registry.accountId ? registry.repositories() : [];
      const { items, next } = pageOf(all, input);
      return { repositories: items.map((repository) => description(registry, repository)), ...next };
    },
  });
}

function description(registry: ImageRegistry, repository: Repository): RepositoryDescription {
  return {
    repositoryArn: repository.arn,
    registryId: registry.accountId,
    repositoryName: repository.name,
    repositoryUri: repository.uri,
    createdAt: repository.createdAt,
    imageTagMutability: repository.mutable ? 'MUTABLE' : 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  };
}
