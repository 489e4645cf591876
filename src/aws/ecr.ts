/** ECR as a deployment needs it: which digest a tag means now, and whether the tag may move. */
import { DescribeImagesCommand, DescribeRepositoriesCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { awsCall, isAwsError } from './errors.ts';

export { ECRClient } from '@aws-sdk/client-ecr';

export interface EcrImage {
  readonly digest: string;
  /** False when the repository refuses to move tags. */
  readonly mutableTags: boolean;
}

export interface EcrGateway {
  /** The image that `reference` (a tag or a `sha256:` digest) means in the repository; undefined when there is none. */
  image(registryId: string, repository: string, reference: string): Promise<EcrImage | undefined>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createEcrGateway(client: ECRClient, signal?: AbortSignal): EcrGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async image(registryId, repositoryName, reference) {
      const imageIds = [reference.startsWith('sha256:') ? { imageDigest: reference } : { imageTag: reference }];
      try {
        const [images, repositories] = await Promise.all([
          awsCall('ecr:DescribeImages', () =>
            client.send(new DescribeImagesCommand({ registryId, repositoryName, imageIds }), options),
          ),
          awsCall('ecr:DescribeRepositories', () =>
            client.send(new DescribeRepositoriesCommand({ registryId, repositoryNames: [repositoryName] }), options),
          ),
        ]);
        const digest = images.imageDetails?.[0]?.imageDigest;
        const mutability = repositories.repositories?.[0]?.imageTagMutability;
        return digest === undefined ? undefined : { digest, mutableTags: mutability !== 'IMMUTABLE' };
      } catch (error) {
        if (isAwsError(error, 'ImageNotFoundException', 'RepositoryNotFoundException')) {
          return undefined;
        }
        throw error;
      }
    },
  };
}
