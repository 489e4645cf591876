/** The scorecard as lines for a terminal or a log: a target each, missed first. */

import { wrap } from '../terminal-text.ts';
import type { ScorecardRecord } from './record.ts';
import { changeText, intervalText, STATE_WORDS, sinceText, supportText, toKnow } from './words.ts';

/** Lines of at most `columns`, without line breaks at their ends. */
export function scorecardLines(scorecard: ScorecardRecord, columns: number): string[] {
  const { conflicts, previous, rows } = scorecard;
  const under = (text: string): string[] => wrap(text, columns - 4).map((line) => `    ${line}`);
  return [
    ...rows.flatMap(({ id, production, promise, rehearsal, unit }) => {
      const { sign, word } = STATE_WORDS[production.state];
      const support = supportText(production);
      const interval = intervalText({ unit }, production);
      return [
        ...wrap(`${sign} ${word.padEnd(7)} ${id}: ${production.reason.message}`, columns, 4),
        ...under(`promised: ${promise}`),
        ...(interval === undefined ? [] : under(interval)),
        ...(support === undefined ? [] : under(support)),
        ...(rehearsal === undefined ? [] : under(`in rehearsals ${rehearsal.state}: ${rehearsal.reason.message}`)),
      ];
    }),
    ...conflicts.flatMap(({ message }) => wrap(`conflict: ${message}`, columns, 4)),
    ...(previous === undefined ? [] : wrap(sinceText(previous), columns, 4)),
    ...(previous?.changes ?? []).flatMap((change) => under(`${change.id}: ${changeText(change)}`)),
    ...toKnow(scorecard).flatMap((note) => wrap(`to know: ${note}`, columns, 4)),
  ];
}
