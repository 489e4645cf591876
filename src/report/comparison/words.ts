/** Changes against a baseline in words. */

import { formatIn, formatRatio } from '../format.ts';
import type { Compared, ComparedState } from './record.ts';

/** How a state is written and drawn: a word and a shape, so that colour is never the only signal. */
export const STATES: Readonly<Record<ComparedState, { readonly word: string; readonly sign: string }>> = {
  better: { word: 'better', sign: '▲' },
  worse: { word: 'worse', sign: '▼' },
  'no-difference-shown': { word: 'no difference shown', sign: '=' },
  'too-small-to-tell': { word: 'too small to tell', sign: '?' },
};

/** A change with its sign, `+4.2 %`, or in percentage points for a difference of shares; `plain` without the sign of a positive one. */
export function formatChange(
  { scale, unit }: Pick<Compared, 'scale' | 'unit'>,
  change: number,
  style: 'signed' | 'plain' = 'signed',
): string {
  const sign = change < 0 ? '−' : style === 'signed' && change > 0 ? '+' : '';
  const size = formatRatio(Math.abs(change));
  if (scale === 'relative') {
    return `${sign}${size}`;
  }
  return unit === 'ratio' ? `${sign}${size.replace(/ %$/, ' points')}` : `${sign}${formatIn(unit, Math.abs(change))}`;
}
