import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../../src/rehearsal/ecr/registry.ts';
import type { ImageRecipe } from '../../../src/rehearsal/world/tasks/protocol.ts';

const HOST = '000000000000.dkr.ecr.ca-central-1.amazonaws.com';
const recipe = (version: string): ImageRecipe => ({
  command: ['node', 'server.js'],
  cwd: '/srv',
  environment: { VERSION: version, PORT: '8000' },
  startDelayMs: 100,
});
const create = () => createRegistry({ accountId: '000000000000', region: 'ca-central-1' });

describe('the image registry', () => {
  it('gives equal recipes equal digests, whatever the order of members, and others another', () => {
    const registry = create();
    const first = registry.push({ repository: 'web', tag: 'a', recipe: recipe('1') });
    const { startDelayMs, environment, cwd, command } = recipe('1');
    const reordered = {
      startDelayMs,
      environment: { PORT: '8000', VERSION: String(environment['VERSION']) },
      cwd,
      command,
    };
    expect(registry.push({ repository: 'web', tag: 'b', recipe: reordered })).toEqual(first);
    expect(create().push({ repository: 'other', tag: 'x', recipe: recipe('1') })).toEqual(first);
    expect(registry.push({ repository: 'web', tag: 'c', recipe: recipe('2') })).not.toEqual(first);
    expect(registry.repository('web').images.size).toBe(2);
  });

  it("gives the digest that a registry's client would compute from the manifest", () => {
    const registry = create();
    const { digest } = registry.push({ repository: 'web', tag: 'a', recipe: recipe('1') });
    const text = registry.repository('web').images.get(digest)?.manifest.text ?? '';
    expect(`sha256:${createHash('sha256').update(text).digest('hex')}`).toBe(digest);
  });

  it('finds an image by every form of reference', () => {
    const registry = create();
    const { digest } = registry.push({ repository: 'team/web', tag: 'v1', recipe: recipe('1') });
    const image = { repository: 'team/web', digest, recipe: recipe('1') };
    expect(registry.resolve('team/web:v1')).toEqual({ ...image, tag: 'v1' });
    expect(registry.resolve(`${HOST}/team/web:v1`)).toEqual({ ...image, tag: 'v1' });
    expect(registry.resolve(`team/web@${digest}`)).toEqual(image);
    expect(registry.resolve(`${HOST}/team/web@${digest}`)).toEqual(image);
    expect(registry.resolve(`${HOST}/team/web:v1@${digest}`)).toEqual({ ...image, tag: 'v1' });
    expect(registry.catalogue(`${HOST}/team/web:v1`)).toEqual(recipe('1'));
    registry.push({ repository: 'team/web', tag: 'latest', recipe: recipe('1') });
    expect(registry.resolve('team/web')).toEqual({ ...image, tag: 'latest' });
  });

  it.each([
    'web:v2',
    'web',
    'wob:v1',
    `web@sha256:${'0'.repeat(64)}`,
    `web:v1@sha256:${'0'.repeat(64)}`,
    'web@sha256:12',
    'web:',
    'Web:v1',
    '',
    ':v1',
    'web:v1:v1',
    '111111111111.dkr.ecr.ca-central-1.amazonaws.com/web:v1',
    'localhost:5000/web:v1',
  ])('finds nothing for %j', (reference) => {
    const registry = create();
    registry.push({ repository: 'web', tag: 'v1', recipe: recipe('1') });
    expect(registry.resolve(reference)).toBeUndefined();
    expect(registry.catalogue(reference)).toBeUndefined();
  });

  it('moves a tag, and keeps the old image under its digest', () => {
    const registry = create();
    const old = registry.push({ repository: 'web', tag: 'v1', recipe: recipe('1') });
    const moved = registry.push({ repository: 'web', tag: 'v1', recipe: recipe('2') });
    expect(registry.resolve('web:v1')?.digest).toBe(moved.digest);
    expect(registry.resolve(`web:v1@${old.digest}`)?.recipe).toEqual(recipe('1'));
  });

  it('moves no tag of an immutable repository, which stays immutable', () => {
    const registry = create();
    registry.push({ repository: 'web', tag: 'v1', recipe: recipe('1'), mutable: false });
    expect(() => registry.push({ repository: 'web', tag: 'v1', recipe: recipe('2') })).toThrow(
      "tag 'v1' already exists in the 'web'",
    );
    registry.push({ repository: 'web', tag: 'v1', recipe: recipe('1') });
    registry.push({ repository: 'web', tag: 'v2', recipe: recipe('2') });
    registry.push({ repository: 'web', tag: 'v1', recipe: recipe('2'), mutable: true });
    expect(registry.resolve('web:v1')?.recipe).toEqual(recipe('2'));
  });

  it('holds images of other registries apart', () => {
    const registry = create();
    registry.push({ repository: 'public.ecr.aws/xray/daemon', tag: '3', recipe: recipe('1') });
    expect(registry.resolve('public.ecr.aws/xray/daemon:3')?.repository).toBe('public.ecr.aws/xray/daemon');
    expect(registry.resolve('xray/daemon:3')).toBeUndefined();
    expect(registry.repositories()).toEqual([]);
    registry.push({ repository: `${HOST}/web`, tag: 'v1', recipe: recipe('1') });
    expect(registry.repositories().map(({ name, uri }) => [name, uri])).toEqual([['web', `${HOST}/web`]]);
  });

  it('refuses names that no registry takes, and leaves nothing behind', () => {
    const registry = create();
    expect(() => registry.push({ repository: 'web', tag: 'not a tag', recipe: recipe('1') })).toThrow(
      '"not a tag" is not an image tag',
    );
    expect(() => registry.push({ repository: 'Web', tag: 'v1', recipe: recipe('1') })).toThrow(
      '"Web" is not a repository name',
    );
    expect(registry.repositories()).toEqual([]);
  });

  it('is not changed by a later change of the recipe it was given', () => {
    const registry = create();
    const environment: Record<string, string> = { VERSION: '1' };
    const mine = { ...recipe('1'), environment };
    registry.push({ repository: 'web', tag: 'v1', recipe: mine });
    environment['VERSION'] = 'changed';
    expect(registry.catalogue('web:v1')?.environment).toEqual({ VERSION: '1' });
  });
});
