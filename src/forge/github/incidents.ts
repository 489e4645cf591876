/** Incidents as issues with a label. Their text is anybody's: only names of deployments and commits are taken from it. */
import type { Exclusions, IncidentEvent } from '../../operations/dora/events.ts';
import { type GitHubApi, Unreadable } from './api.ts';
import { nextOf, type RepositoryName } from './deployments.ts';
import { INCIDENTS, type IssueNode, incidentsAnswer } from './queries.ts';

/** Issues closed as one of these were none. */
const NONE = new Set(['NOT_PLANNED', 'DUPLICATE']);

/** All issues with the label. @throws Unreadable, also where the repository has no such label: none would look like no incidents */
export async function readIncidents(
  repository: RepositoryName,
  label: string,
  api: GitHubApi,
  exclusions: Exclusions,
): Promise<IncidentEvent[]> {
  const issues = new Map<number, IssueNode>();
  let total: number | undefined;
  for (let after: string | null = null, more = true; more; ) {
    const { repository: found } = await api.ask(INCIDENTS, { ...repository, label, after }, incidentsAnswer);
    if (found.label === null) {
      throw new Unreadable('no-such-label', `${repository.owner}/${repository.name} has no label "${label}"`);
    }
    total ??= found.issues.totalCount;
    for (const issue of found.issues.nodes) {
      issues.set(issue.number, issue);
    }
    after = nextOf(found.issues.pageInfo);
    more = after !== null;
  }
  if (issues.size < (total ?? 0)) {
    throw new Unreadable('partial-answer', `GitHub speaks of ${total} incidents, and gave ${issues.size}: read again`);
  }
  return [...issues.values()].flatMap((issue) => {
    if (NONE.has(issue.stateReason ?? '')) {
      exclusions.add('not-an-incident', 'issues closed as not planned or as duplicates', `#${issue.number}`);
      return [];
    }
    return [incidentOf(issue)];
  });
}

function incidentOf({ number, url, createdAt, closedAt, body }: IssueNode): IncidentEvent {
  const causedBy = named('caused-by', body);
  const fixedBy = named('fixed-by', body);
  return {
    id: `#${number}`,
    openedAt: createdAt,
    closedAt,
    ...(url.startsWith('https://') ? { url } : {}),
    ...(causedBy === undefined ? {} : { causedBy }),
    ...(fixedBy === undefined ? {} : { fixedBy }),
  };
}

/** A line such as `caused-by: 3f2c1ab` or `fixed-by: 1234567890`. */
function named(what: 'caused-by' | 'fixed-by', body: string): string | undefined {
  return new RegExp(`^[\\s>*-]{0,10}${what}:\\s{0,10}\`?([0-9a-f]{1,64})\`?\\s*$`, 'im').exec(body)?.[1];
}
