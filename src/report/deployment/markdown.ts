/** A deployment as GitHub-flavoured Markdown. */
import { counted, formatSeconds, formatTime, secondsBetween } from '../format.ts';
import { codeMarkdown, escapeMarkdown, folded, tableMarkdown } from '../markdown-escape.ts';
import { shortName } from '../text.ts';
import type { DeploymentRecord } from './record.ts';

/** The stages of a deployment and its two revisions; values no longer than `limit`. */
export function deploymentMarkdown(record: DeploymentRecord, limit: number): string {
  const code = (text: string): string => codeMarkdown(text, limit);
  const revision = (role: string, one: typeof record.candidate): string =>
    `- ${role} ${code(shortName(one.revision))}${one.revision === record.live ? ' (serves at the end)' : ''}: ${one.images.map(code).join(', ')}`;
  const rows = record.stages.map((stage) => [
    code(stage.stage),
    formatTime(stage.startedAt),
    stage.finishedAt === undefined ? 'not ended' : formatSeconds(secondsBetween(stage.startedAt, stage.finishedAt)),
  ]);
  const reason = record.statusReason === undefined ? '' : `: ${escapeMarkdown(record.statusReason, limit)}`;
  return folded(
    'Deployment, stage by stage',
    [
      `${code(record.strategy)} ${code(record.status)}${reason}`,
      [
        ...(record.baseline === null ? [] : [revision('baseline', record.baseline)]),
        revision('candidate', record.candidate),
      ].join('\n'),
      ...(rows.length > 0 ? [tableMarkdown(['Stage', 'Began', 'Took'], rows, ['Took'])] : []),
    ].join('\n\n'),
  );
}

/** What the candidate's task definition changes; undefined where it is nothing. */
export function changesMarkdown({ changes }: DeploymentRecord, limit: number): string | undefined {
  const rows = changes.map((change) => [
    codeMarkdown(change.path, limit),
    change.before === null ? 'not set' : codeMarkdown(change.before, limit),
    change.after === null ? 'not set' : codeMarkdown(change.after, limit),
  ]);
  return rows.length === 0
    ? undefined
    : folded(
        `${counted(rows.length, 'change')} of the task definition`,
        tableMarkdown(['Path', 'Before', 'After'], rows),
      );
}
