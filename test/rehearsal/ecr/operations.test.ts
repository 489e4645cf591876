import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ImageNotFoundException,
  InvalidParameterException,
  ListImagesCommand,
  paginateDescribeImages,
  paginateDescribeRepositories,
  paginateListImages,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { createEcr } from '../../../src/rehearsal/ecr/module.ts';
import { createRegistry } from '../../../src/rehearsal/ecr/registry.ts';
import { start } from '../wire/support/clients.ts';

const recipe = (version: number) => ({
  command: ['x'] as const,
  cwd: '/',
  environment: { VERSION: `${version}` },
  startDelayMs: 0,
});

/** `web`: 1 (v1, stable), 2 (untagged: its tag moved), 3 (v3); and an immutable repository beside it. */
async function filled() {
  const now = () => new Date('2026-11-21T10:00:00.250Z');
  const registry = createRegistry({ accountId: '000000000000', region: 'ca-central-1', now });
  const push = (tag: string, version: number) =>
    registry.push({ repository: 'web', tag, recipe: recipe(version) }).digest;
  const digests = [push('v1', 1), push('v3', 2), push('v3', 3)] as const;
  push('stable', 1);
  registry.push({ repository: 'base/alpine', tag: '3', recipe: recipe(1), mutable: false });
  return { ...(await start([createEcr(registry)])), digests };
}

describe('DescribeRepositories', () => {
  it('describes all, or those named', async () => {
    const { ecr } = await filled();
    const all = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(
      all.repositories?.map(({ repositoryName, imageTagMutability }) => [repositoryName, imageTagMutability]),
    ).toEqual([
      ['base/alpine', 'IMMUTABLE'],
      ['web', 'MUTABLE'],
    ]);
    const one = await ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['web'], registryId: '000000000000' }),
    );
    expect(one.repositories).toEqual([
      {
        repositoryArn: 'arn:aws:ecr:ca-central-1:000000000000:repository/web',
        registryId: '000000000000',
        repositoryName: 'web',
        repositoryUri: '000000000000.dkr.ecr.ca-central-1.amazonaws.com/web',
        createdAt: new Date('2026-11-21T10:00:00.250Z'),
        imageTagMutability: 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'AES256' },
      },
    ]);
  });

  it('pages, and knows what is not there', async () => {
    const { ecr, wire } = await filled();
    const names: unknown[] = [];
    for await (const page of paginateDescribeRepositories({ client: ecr, pageSize: 1 }, {})) {
      names.push(page.repositories?.map((r) => r.repositoryName));
    }
    expect(names).toEqual([['base/alpine'], ['web']]);
    const sent = wire.requests().length;
    for (const input of [
      { repositoryNames: ['web', 'wob'] },
      { repositoryNames: ['web'], registryId: '111111111111' },
    ]) {
      await expect(ecr.send(new DescribeRepositoriesCommand(input))).rejects.toBeInstanceOf(
        RepositoryNotFoundException,
      );
    }
    expect(wire.requests().length - sent).toBe(2);
    expect((await ecr.send(new DescribeRepositoriesCommand({ registryId: '111111111111' }))).repositories).toEqual([]);
  });
});

describe('DescribeImages', () => {
  it('gives details with all tags, and filters by tag status', async () => {
    const { ecr, digests } = await filled();
    const images = async (tagStatus: 'TAGGED' | 'UNTAGGED' | 'ANY') => {
      const answer = await ecr.send(new DescribeImagesCommand({ repositoryName: 'web', filter: { tagStatus } }));
      return answer.imageDetails?.map(({ imageDigest, imageTags }) => [imageDigest, imageTags]);
    };
    expect(await images('ANY')).toEqual([
      [digests[0], ['stable', 'v1']],
      [digests[1], undefined],
      [digests[2], ['v3']],
    ]);
    expect(await images('TAGGED')).toEqual([
      [digests[0], ['stable', 'v1']],
      [digests[2], ['v3']],
    ]);
    expect(await images('UNTAGGED')).toEqual([[digests[1], undefined]]);
    await expect(images('NONE' as 'ANY')).rejects.toBeInstanceOf(InvalidParameterException);
  });

  it('finds images by tag, by digest and by both, each once', async () => {
    const { ecr, digests } = await filled();
    const imageIds = [
      { imageTag: 'v1' },
      { imageTag: 'stable' },
      { imageDigest: digests[1] },
      { imageTag: 'v3', imageDigest: digests[2] },
    ];
    const answer = await ecr.send(new DescribeImagesCommand({ repositoryName: 'web', imageIds }));
    expect(answer.imageDetails?.map((detail) => detail.imageDigest)).toEqual([...digests]);
    expect(answer.imageDetails?.[0]).toMatchObject({
      imagePushedAt: new Date('2026-11-21T10:00:00.250Z'),
      imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
  });

  it("answers in AWS's words what is not there", async () => {
    const { ecr, digests } = await filled();
    const ask = (imageId: object) =>
      ecr
        .send(new DescribeImagesCommand({ repositoryName: 'web', imageIds: [imageId] }))
        .catch((error: unknown) => error);
    const error = await ask({ imageTag: 'v9' });
    expect(error).toBeInstanceOf(ImageNotFoundException);
    expect(error).toMatchObject({
      message:
        "The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name 'web' in the registry with id '000000000000'",
    });
    expect(await ask({ imageTag: 'v1', imageDigest: digests[2] })).toBeInstanceOf(ImageNotFoundException);
    await expect(ecr.send(new DescribeImagesCommand({ repositoryName: 'wob' }))).rejects.toBeInstanceOf(
      RepositoryNotFoundException,
    );
  });

  it('pages, and refuses page parameters that AWS refuses', async () => {
    const { ecr, digests } = await filled();
    const found: unknown[] = [];
    for await (const page of paginateDescribeImages({ client: ecr, pageSize: 2 }, { repositoryName: 'web' })) {
      found.push(page.imageDetails?.map((detail) => detail.imageDigest));
    }
    expect(found).toEqual([[digests[0], digests[1]], [digests[2]]]);
    for (const wrong of [
      { maxResults: 0 },
      { maxResults: 1001 },
      { maxResults: 1.5 },
      { nextToken: 'x' },
      { maxResults: 5, imageIds: [{ imageTag: 'v1' }] },
    ]) {
      await expect(ecr.send(new DescribeImagesCommand({ repositoryName: 'web', ...wrong }))).rejects.toBeInstanceOf(
        InvalidParameterException,
      );
    }
  });

  it('refuses filters that it does not know', async () => {
    const { ecr } = await filled();
    const command = new DescribeImagesCommand({ repositoryName: 'web', filter: { imageStatus: 'ARCHIVED' } });
    await expect(ecr.send(command)).rejects.toMatchObject({
      name: 'UnsupportedParameterException',
      message: expect.stringContaining('DescribeImages: filter.imageStatus.'),
    });
  });
});

describe('ListImages', () => {
  it('lists an id for each tag and each untagged image, page by page', async () => {
    const { ecr, digests } = await filled();
    const found: unknown[] = [];
    for await (const page of paginateListImages({ client: ecr, pageSize: 3 }, { repositoryName: 'web' })) {
      found.push(...(page.imageIds ?? []));
    }
    expect(found).toEqual([
      { imageDigest: digests[0], imageTag: 'stable' },
      { imageDigest: digests[0], imageTag: 'v1' },
      { imageDigest: digests[1] },
      { imageDigest: digests[2], imageTag: 'v3' },
    ]);
    const untagged = await ecr.send(
      new ListImagesCommand({ repositoryName: 'web', filter: { tagStatus: 'UNTAGGED' } }),
    );
    expect(untagged.imageIds).toEqual([{ imageDigest: digests[1] }]);
  });
});

describe('BatchGetImage', () => {
  it('gives manifests whose hash is the digest, and failures for the rest', async () => {
    const { ecr, digests } = await filled();
    const imageIds = [{ imageTag: 'v3' }, { imageTag: 'v9' }, {}, { imageTag: 'v1', imageDigest: digests[2] }];
    const answer = await ecr.send(
      new BatchGetImageCommand({
        repositoryName: 'web',
        imageIds,
        acceptedMediaTypes: ['application/vnd.oci.image.manifest.v1+json'],
      }),
    );
    expect(answer.images).toHaveLength(1);
    expect(answer.images?.[0]?.imageId).toEqual({ imageTag: 'v3', imageDigest: digests[2] });
    const manifest = answer.images?.[0]?.imageManifest ?? '';
    expect(`sha256:${createHash('sha256').update(manifest).digest('hex')}`).toBe(digests[2]);
    expect(answer.failures?.map((failure) => failure.failureCode)).toEqual([
      'ImageNotFound',
      'MissingDigestAndTag',
      'ImageTagDoesNotMatchDigest',
    ]);
  });
});
