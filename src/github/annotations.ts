/** Annotations: the runner keeps ten errors and ten warnings of a step and drops the rest, so they are spent on the worst. */
import { error as errorCommand, warning as warningCommand } from '@actions/core';
import type { Remark } from '../entry/outcome.ts';
import { clip, printable } from '../report/text.ts';

export type Annotation = Remark;

/** actions/runner, ExecutionContext: 10 of each level for a step. */
const MOST = 10;
/** The runner cuts messages there (ExecutionContext, _maxIssueMessageLength). */
const LONGEST = 4000;

/** Those to show: the worst of each level, and one that counts the others when there are more than fit. */
export function spend(annotations: readonly Annotation[]): Annotation[] {
  return (['error', 'warning'] as const).flatMap((level) => {
    const distinct = new Map(
      annotations
        .filter((one) => one.level === level)
        .map((one) => [`${one.message}\n${JSON.stringify(one.place)}`, one]),
    );
    const sorted = [...distinct.values()].sort((a, b) => b.rank - a.rank);
    if (sorted.length <= MOST) {
      return sorted;
    }
    const rest = sorted.length - (MOST - 1);
    const message = `${rest} more of these are in the log and in the summary of this step`;
    return [...sorted.slice(0, MOST - 1), { level, title: `${rest} more`, message, rank: Number.NEGATIVE_INFINITY }];
  });
}

/** Writes them as workflow commands, escaped by GitHub's own toolkit. */
export function annotate(annotations: readonly Annotation[], redact: (text: string) => string): void {
  for (const { level, title, message, place } of spend(annotations)) {
    const properties = {
      title: clip(printable(redact(title)), 200),
      ...(place === undefined ? {} : { file: place.file, startLine: place.line, startColumn: place.column }),
    };
    const command = level === 'error' ? errorCommand : warningCommand;
    command(clip(printable(redact(message)), LONGEST), properties);
  }
}
