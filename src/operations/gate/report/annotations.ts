/** What a pull request shows beside the code: the worst of what fails the gate, as data for whoever renders it. */

import type { GateInput } from '../input.ts';
import type { Judgement } from '../judge.ts';

/** The runner keeps ten of each level for a step. */
const MOST = 10;

export interface GateAnnotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  /** A place in the scanned tree; `file` begins with the prefix. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
  /** The higher, the worse. */
  readonly rank: number;
}

/** New findings when there was something to compare with, else all; never waived ones. Errors when the gate fails, warnings otherwise. */
export function gateAnnotations(input: GateInput, judgement: Judgement, pathPrefix: string): GateAnnotation[] {
  const waived = new Set(judgement.waived);
  const { changes } = judgement;
  const shown = input.head.findings.filter(
    ({ id }) => !waived.has(id) && (changes === undefined || changes[id] === 'new'),
  );
  return shown.slice(0, MOST).map((finding, index): GateAnnotation => {
    const { location, artifact, package: found } = finding;
    const fix =
      found === undefined
        ? ''
        : found.fixedVersion === undefined
          ? ' No fix is known.'
          : ` Fixed in ${found.fixedVersion}.`;
    return {
      level: judgement.verdict === 'fail' ? 'error' : 'warning',
      title: `${finding.severity}: ${finding.rule}`,
      message:
        `${finding.message ?? finding.title}${found === undefined ? '' : ` (${found.name} ${found.installedVersion})`}.${fix}`.replace(
          /\.\.+$/,
          '.',
        ),
      ...(artifact.kind === 'tree' && location !== undefined
        ? { place: { file: `${pathPrefix}${location.file}`, line: location.startLine ?? 1, column: 1 } }
        : {}),
      rank: MOST - index,
    };
  });
}
