import type { ServiceModule } from '../wire/operation.ts';
import { batchGetImage } from './batch-get-image.ts';
import { describeImages } from './describe-images.ts';
import { describeRepositories } from './describe-repositories.ts';
import { listImages } from './list-images.ts';
import type { ImageRegistry } from './registry.ts';

/** Amazon ECR over a registry, as far as deployments read it. Images come in by `registry.push`, not over the wire. */
export function createEcr(registry: ImageRegistry): ServiceModule {
  return {
    id: 'ecr',
    operations: [
      describeRepositories(registry),
      describeImages(registry),
      listImages(registry),
      batchGetImage(registry),
    ],
  };
}
