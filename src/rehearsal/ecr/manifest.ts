/** What an image is here: a recipe for a process, held in an OCI manifest so that its digest means what it means in a registry. */
import { createHash } from 'node:crypto';
import type { ImageRecipe } from '../world/tasks/protocol.ts';

export const MANIFEST_MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const CONFIG_MEDIA_TYPE = 'application/vnd.oci.image.config.v1+json';

export interface Manifest {
  /** `sha256:` and the hash of `text`'s bytes, as registries define an image's digest. */
  readonly digest: string;
  readonly text: string;
  /** Bytes of what the manifest points to. */
  readonly size: number;
}

/** The manifest of a recipe: equal recipes have equal digests, whatever the order of their members. */
export function manifestOf(recipe: ImageRecipe): Manifest {
  const config = canonicalJson(recipe);
  const size = Buffer.byteLength(config);
  const text = canonicalJson({
    schemaVersion: 2,
    mediaType: MANIFEST_MEDIA_TYPE,
    config: { mediaType: CONFIG_MEDIA_TYPE, digest: sha256(config), size },
    layers: [],
  });
  return { digest: sha256(text), text, size };
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** JSON with the members of every object in order of their names. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
