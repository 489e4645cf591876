/** `surefoot status`: what runs now. */
import { readStatus, type ServiceStatus } from '../../operations/deploy/status.ts';
import { withConnection } from '../connect.ts';
import type { Outcome } from '../outcome.ts';
import type { CommonOptions, Session } from '../run.ts';

/** Reads and shows; judges nothing. */
export function statusAction(options: CommonOptions, session: Session): Promise<Outcome> {
  return withConnection(options, session, async ({ target, ports }) => {
    const status = await readStatus(target, ports);
    const message = `${status.service}: ${status.tasks.running} of ${status.tasks.desired} tasks run`;
    return {
      operation: 'status',
      verdict: 'pass',
      reasons: [{ code: 'read', message }],
      text: renderStatus(status),
      details: { status },
    };
  });
}

function renderStatus(status: ServiceStatus): string {
  const lines = [
    `${status.service} in ${status.cluster}`,
    `  revision    ${status.taskDefinition}`,
    ...status.images.map(({ image, digest }) => `  image       ${image}${digest === null ? '' : ` (${digest})`}`),
    `  tasks       ${status.tasks.running} running, ${status.tasks.pending} pending, ${status.tasks.desired} desired`,
    `  deployment  ${status.deployment === null ? 'none under way' : `${status.deployment.status} at ${status.deployment.stage ?? 'no stage yet'} (${status.deployment.arn})`}`,
  ];
  for (const group of status.targetGroups) {
    const states = Object.entries(group.states)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ');
    lines.push(
      `  target group ${group.name}: weight ${group.weight}${group.live ? ', live' : ''}; ${states || 'no targets'}`,
    );
  }
  return [...lines, ...status.recentEvents.map((event) => `  ${event}`)].join('\n');
}
