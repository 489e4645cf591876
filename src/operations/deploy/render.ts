/** A plan as text for people. Pure. */
import type { DeployPlan } from './plan.ts';

/** What would change, how, and why it may not start if so. */
export function renderPlan(plan: DeployPlan): string {
  const { target, live } = plan;
  const lines = [
    `${target.ecsService} in ${target.cluster}: ${live.service.runningCount ?? 0} of ${live.service.desiredCount ?? 0} tasks run ${live.service.taskDefinition}`,
    '',
  ];
  if (plan.changes.length === 0) {
    lines.push('The task definition would not change: nothing to deploy.');
  } else {
    lines.push('Task definition:');
    for (const change of plan.changes) {
      lines.push(`  ${change.path}`, `    - ${change.before ?? '(none)'}`, `    + ${change.after ?? '(none)'}`);
    }
    lines.push('', ...strategyLines(plan));
  }
  if (plan.refusals.length > 0) {
    lines.push('', 'It may not start:', ...plan.refusals.map((reason) => `  - ${reason.message} [${reason.code}]`));
  }
  return lines.join('\n');
}

function strategyLines(plan: DeployPlan): string[] {
  const { deploy } = plan.target;
  const lines = [`Blue-green by ECS, bake time ${deploy.bakeMinutes} min:`];
  if (deploy.smoke !== undefined) {
    lines.push(
      `  pause before production traffic: ${deploy.smoke.requests} requests to ${deploy.smoke.path} through the test listener must answer ${deploy.smoke.status}`,
    );
  }
  if (deploy.watch !== undefined) {
    lines.push(
      `  pause with the old revision warm: ${deploy.watch.seconds} s of production traffic are held against "${deploy.watch.objective}"`,
    );
  }
  lines.push(`  an unanswered pause rolls back after ${deploy.hookTimeoutMinutes} min, also when this program dies`);
  return lines;
}
