/** `status`, from options to outcome: what runs now. */
import { InputError, OutsideError } from '../errors.ts';
import { readStatus, repair, type ServiceStatus } from '../operations/deploy/status.ts';
import { readScaling, renderScaling, type ScalingStatus } from '../operations/manage/status.ts';
import type { Ports } from '../operations/ports.ts';
import type { ServiceInEnvironment } from '../platform/model.ts';
import { withConnection } from './connect.ts';
import type { Outcome } from './outcome.ts';
import type { SelectionOptions, Session } from './session.ts';

export interface StatusOptions extends SelectionOptions {
  readonly repair?: boolean;
  readonly dryRun?: boolean;
}

/** Reads and shows; judges nothing. With `--repair` it first puts back what a dead run left. */
export function statusAction(options: StatusOptions, session: Session): Promise<Outcome> {
  return withConnection(options, session, async ({ target, ports }) => {
    const repaired = options.repair && !options.dryRun ? await repair(target, ports) : undefined;
    const full = await readFullStatus(target, ports);
    const { status, scaling } = full;
    const message = `${status.service}: ${status.tasks.running} of ${status.tasks.desired} tasks run`;
    return {
      operation: 'status',
      verdict: 'pass',
      reasons: [{ code: 'read', message }, ...(repaired === undefined ? [] : [{ code: 'repair', message: repaired }])],
      text: [renderFullStatus(full), ...(repaired === undefined ? [] : [repaired])].join('\n'),
      details: { status, scaling },
    };
  });
}

export interface FullStatus {
  readonly status: ServiceStatus;
  readonly scaling: ScalingStatus | { readonly unknown: string };
}

/** What runs, and what is paused, bounded and scheduled. @throws InputError when the service does not exist */
export async function readFullStatus(target: ServiceInEnvironment, ports: Ports): Promise<FullStatus> {
  const [status, scaling] = await Promise.all([readStatus(target, ports), tryScaling(target, ports)]);
  return { status, scaling };
}

/** Who may only read ECS still sees what runs; and a tag that cannot be read is shown, not stumbled over. */
async function tryScaling(target: ServiceInEnvironment, ports: Ports): Promise<FullStatus['scaling']> {
  try {
    return await readScaling(target, ports);
  } catch (error) {
    const denied = error instanceof OutsideError && error.code === 'aws-access-denied';
    if (denied || (error instanceof InputError && error.code === 'memory-unreadable')) {
      return { unknown: error.message };
    }
    throw error;
  }
}

/** For people. */
export function renderFullStatus({ status, scaling }: FullStatus): string {
  const lines = 'unknown' in scaling ? [`  scaling     not known: ${scaling.unknown}`] : renderScaling(scaling);
  return [renderStatus(status), ...lines].join('\n');
}

function renderStatus(status: ServiceStatus): string {
  const lines = [
    `${status.service} in ${status.cluster}`,
    `  revision    ${status.taskDefinition}`,
    ...status.images.map(({ image, digest }) => `  image       ${image}${digest === null ? '' : ` (${digest})`}`),
    `  tasks       ${status.tasks.running} running, ${status.tasks.pending} pending, ${status.tasks.desired} desired`,
    `  deployment  ${status.deployment === null ? 'none under way' : `${status.deployment.status} at ${status.deployment.stage ?? 'no stage yet'} (${status.deployment.arn})`}`,
  ];
  if (status.controller !== 'ECS') {
    lines.push(
      `  controller  ${status.controller}: its deployments are made and ended elsewhere; surefoot can only show them`,
    );
  }
  for (const set of status.taskSets) {
    lines.push(
      `  task set    ${set.status}: ${set.taskDefinition}, ${set.running} of ${set.desired} tasks run, ${set.stable ? 'steady' : 'not steady yet'}`,
    );
  }
  if (status.leftover !== null) {
    lines.push(`  leftover    ${status.leftover.message}`);
  }
  for (const group of status.targetGroups) {
    const states = Object.entries(group.states)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ');
    lines.push(
      `  target group ${group.name}: ${group.weight === null ? 'weight not known' : `weight ${group.weight}`}${group.live ? ', live' : ''}; ${states || 'no targets'}`,
    );
  }
  return [...lines, ...status.recentEvents.map((event) => `  ${event}`)].join('\n');
}
