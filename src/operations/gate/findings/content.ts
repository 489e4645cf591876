/** What stands at a place of a file, as a hash that survives moving, indenting and renaming; secrets only as a keyed hash. */
import { createHash, createHmac } from 'node:crypto';
import { type Location, overlaps } from './finding.ts';
import { indexBy } from './index-by.ts';

/** Texts of the tree's files by path. A file that is not there cannot be hashed; its findings are told apart without their content. */
export type Sources = ReadonlyMap<string, string>;

export interface ContentHashes {
  /** Hash of the lines at `location` (the whole file without lines); undefined when they cannot be read, or hold a known secret. */
  open(location: Location): string | undefined;
  /** Keyed hash of the same lines: equal only within one run, so that nobody can try guesses against it. */
  keyed(location: Location): string | undefined;
}

/** `key`: random, for this run alone; never written anywhere. `secrets`: where secrets were found. */
export function contentHashes(sources: Sources, key: Uint8Array, secrets: readonly Location[]): ContentHashes {
  const secretsIn = indexBy(secrets, ({ file }) => file);
  const lines = new Map<string, readonly string[]>();
  const blocks = new Map<string, string>();
  const read = ({ file, startLine, endLine }: Location): string | undefined => {
    const text = sources.get(file);
    if (text === undefined) {
      return undefined;
    }
    const all = lines.get(file) ?? text.split(/\r\n|\r|\n/);
    lines.set(file, all);
    const content = normalise(all.slice((startLine ?? 1) - 1, endLine ?? startLine ?? all.length));
    return content === '' ? undefined : content;
  };
  return {
    open(location) {
      if (secretsIn.get(location.file)?.some((secret) => overlaps(secret, location)) === true) {
        return undefined;
      }
      const place = `${location.startLine}-${location.endLine}\0${location.file}`;
      const known = blocks.get(place);
      if (known !== undefined) {
        return known;
      }
      const content = read(location);
      const hash = content === undefined ? undefined : sha256(content);
      if (hash !== undefined) {
        blocks.set(place, hash);
      }
      return hash;
    },
    keyed(location) {
      const content = read(location);
      return content === undefined ? undefined : createHmac('sha256', key).update(content).digest('hex').slice(0, 32);
    },
  };
}

/** The first 32 hexadecimal digits of SHA-256. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Without indentation and empty lines; a block's own name is left out, so that renaming a resource makes no new one. */
function normalise(lines: readonly string[]): string {
  const kept = lines.map((line) => line.trim().replace(/\s+/g, ' ')).filter((line) => line !== '');
  return kept
    .map((line) => line.replace(/^((?:resource|data|module|variable|output)\b(?: "[^"]*")*) "[^"]*" \{/, '$1 {'))
    .join('\n');
}
