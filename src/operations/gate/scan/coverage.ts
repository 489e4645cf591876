/** Which of the files that had to be read were read: what surefoot found beside what the scanners gave proof of. */
import type { CoveredFile, Scanner } from '../findings/finding.ts';
import type { RequiredFile } from './scan-kinds.ts';

/** What one scanner gave proof of; paths relative to the root. */
export interface ScannerProof {
  readonly parsed: ReadonlySet<string>;
  readonly failed: ReadonlyMap<string, string>;
  /** Files that it took for configuration of a kind that surefoot does not look for, and could not parse. */
  readonly alsoFailed: readonly string[];
}

/** Each required file once for each scanner that had to read it. A scanner without proof has read nothing. */
export function coverFiles(
  required: readonly RequiredFile[],
  proofs: Readonly<Partial<Record<Scanner, ScannerProof>>>,
): CoveredFile[] {
  const files = required.flatMap((one) => one.scanners.map((scanner) => cover(one, scanner, proofs[scanner])));
  const known = new Set(required.map(({ file }) => file));
  const others = Object.entries(proofs).flatMap(([scanner, proof]) =>
    proof.alsoFailed
      .filter((file) => !known.has(file))
      .map(
        (file): CoveredFile => ({
          file,
          scanner: scanner as Scanner,
          type: 'other',
          state: 'failed',
          detail: proof.failed.get(file),
        }),
      ),
  );
  return [...files, ...others];
}

function cover({ file, type, link }: RequiredFile, scanner: Scanner, proof: ScannerProof | undefined): CoveredFile {
  const failure = proof?.failed.get(file);
  if (failure !== undefined) {
    return { file, scanner, type, state: 'failed', detail: failure };
  }
  if (proof?.parsed.has(file) === true) {
    return { file, scanner, type, state: 'parsed', detail: undefined };
  }
  const why = link && scanner === 'trivy' ? 'Trivy does not follow symbolic links' : WHY[type];
  return { file, scanner, type, state: 'unproven', detail: proof === undefined ? 'the scan did not end' : why };
}

const WHY: Readonly<Record<RequiredFile['type'], string>> = {
  terraform: 'it passed over the file without a word',
  cloudformation: 'it did not take the file for a template: it may not be YAML or JSON',
  dockerfile: 'it passed over the file without a word',
  'github-workflow': 'it did not take the file for a workflow: it may not be YAML, or have no jobs',
  'lock-file': 'it read no package from the file',
};
