/** The share of good events that an objective asks for, from `target` or `targetPercent`, exactly as it was written. */
import type Big from 'big.js';
import { parseDecimal } from '../decimal.ts';
import type { Findings } from '../findings.ts';
import { explain } from '../schema/fields.ts';
import type { SloDocument } from '../schema/openslo.ts';

type Spec = SloDocument['spec'];

/** The share that must be good, 0 to 1, exactly. */
export function resolveShare(findings: Findings, spec: Spec, index: number): Big | undefined {
  const objective = spec.objectives[index];
  const path = ['spec', 'objectives', index];
  if (objective?.target !== undefined && objective.targetPercent !== undefined) {
    findings.report({
      path: [...path, 'targetPercent'],
      part: 'key',
      what: 'cannot stand beside target',
      write: 'no targetPercent, or no target',
      needs: [[...path, 'target']],
    });
    return undefined;
  }
  if (objective?.target === undefined && objective?.targetPercent === undefined) {
    findings.report({ path: [...path, 'target'], what: 'is missing', write: '0.999', needs: [path] });
    return undefined;
  }
  const percent = objective.target === undefined;
  const key = percent ? 'targetPercent' : 'target';
  const written = findings.document.textAt([...path, key]) ?? '';
  const value = parseDecimal(written);
  const advice =
    value === undefined ? explain('must be a plain decimal', percent ? '99.9' : '0.999') : outOfRange(value, percent);
  if (value === undefined || advice !== undefined) {
    const [what = '', write = ''] = (advice ?? '').split('\n');
    findings.report({ path: [...path, key], what: `${what}, not ${written === '' ? 'empty' : written}`, write });
    return undefined;
  }
  return percent ? value.div(100) : value;
}

/** What to say of a share outside (0, 1), or a percentage outside (1, 100): at 0 anything goes, at 1 there is no budget to judge with. */
function outOfRange(value: Big, percent: boolean): string | undefined {
  if (percent) {
    if (value.gt(1) && value.lt(100)) {
      return undefined;
    }
    const meant = value.gt(0) && value.lt(1) ? `${value.times(100).toFixed()} (or target: ${value.toFixed()})` : '99.9';
    return explain('must be a percentage between 1 and 100, both excluded', meant);
  }
  if (value.gt(0) && value.lt(1)) {
    return undefined;
  }
  const meant =
    value.gt(1) && value.lt(100) ? `${value.div(100).toFixed()} (or targetPercent: ${value.toFixed()})` : '0.999';
  return explain('must be a ratio between 0 and 1, both excluded', meant);
}

/** The share as text between 0 and 1: `target` as it was written, or `targetPercent` divided by 100. */
export function writtenShare(findings: Findings, index: number): string {
  const path = ['spec', 'objectives', index];
  const percent = parseDecimal(findings.document.textAt([...path, 'targetPercent']) ?? '');
  return percent === undefined ? (findings.document.textAt([...path, 'target']) ?? '') : percent.div(100).toFixed();
}
