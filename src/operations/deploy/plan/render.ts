/** A plan as text for people. Pure. */
import type { DeploySettings } from '../../../platform/model/deploy.ts';
import { describeBudget, describeBurn } from '../../common/slo/describe.ts';
import { shiftsInSteps } from '../pauses/stages.ts';
import type { DeployPlan } from './plan.ts';

/** What would change, how, and why it may not start if so. */
export function renderPlan(plan: DeployPlan): string {
  const { target, live } = plan;
  const lines = [
    `${target.ecsService} in ${target.cluster}: ${live.service.runningCount ?? 0} of ${live.service.desiredCount ?? 0} tasks run ${live.service.taskDefinition}`,
    '',
  ];
  if (plan.resume !== undefined) {
    lines.push(`A deployment of the same thing is under way; it would be followed: ${plan.resume}`);
  } else if (plan.changes.length === 0) {
    lines.push('It runs this already: nothing to deploy.');
  } else {
    lines.push('Task definition:');
    for (const change of plan.changes) {
      lines.push(`  ${change.path}`, `    - ${change.before ?? '(none)'}`, `    + ${change.after ?? '(none)'}`);
    }
    lines.push('', ...strategyLines(plan));
  }
  lines.push(...budgetLines(plan));
  if (plan.findings.length > 0) {
    lines.push('', 'Worth knowing:', ...plan.findings.map((reason) => `  - ${reason.message} [${reason.code}]`));
  }
  if (plan.leftover !== undefined) {
    lines.push('', 'An earlier run left its pauses on the service; they are put back with this deployment.');
  }
  if (plan.refusals.length > 0) {
    lines.push('', 'It may not start:', ...plan.refusals.map((reason) => `  - ${reason.message} [${reason.code}]`));
  }
  return lines.join('\n');
}

function budgetLines({ errorBudgets, rehearsalSpeed }: DeployPlan): string[] {
  const { slos, overridden } = errorBudgets;
  const lines = slos.flatMap((slo) => [
    `  "${slo.objective}": ${describeBudget(slo, rehearsalSpeed)}`,
    ...slo.burn.slice(0, 1).map((burn) => `    burn rate ${describeBurn(burn, rehearsalSpeed)}: ${burn.state}`),
    ...slo.caveats.map((caveat) => `    ${caveat}`),
  ]);
  return [
    ...(lines.length === 0 ? [] : ['', 'Error budgets:', ...lines]),
    ...(overridden === undefined ? [] : [`  overridden: ${overridden.message}`]),
  ];
}

function strategyLines(plan: DeployPlan): string[] {
  const { deploy } = plan.target;
  const before =
    deploy.before === undefined
      ? []
      : [
          `First, one task of the new revision: ${deploy.before.command.join(' ')}; its container "${deploy.before.container}" must exit with 0`,
        ];
  if (deploy.strategy === 'ROLLING') {
    return [
      ...before,
      'Rolling by ECS: tasks are replaced under traffic; there is nothing to smoke-check or to watch beside the old revision',
    ];
  }
  if (shiftsInSteps(deploy)) {
    return [...before, ...shiftLines(deploy)];
  }
  const lines = [...before, `Blue-green by ECS, bake time ${deploy.bakeMinutes} min:`];
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
  lines.push(unanswered(deploy));
  return lines;
}

function unanswered({ hookTimeoutMinutes }: DeploySettings): string {
  return `  an unanswered pause rolls back after ${hookTimeoutMinutes} min, also when this program dies`;
}

function shiftLines(deploy: DeploySettings): string[] {
  const { canary, linear, judge, smoke, watch } = deploy;
  const steps =
    linear === undefined
      ? `${canary?.percent ?? 0} % of production traffic first`
      : `production traffic in steps of ${linear.stepPercent} %`;
  const lines = [`${deploy.strategy} by ECS, ${steps}, bake time at the end ${deploy.bakeMinutes} min:`];
  if (smoke !== undefined) {
    lines.push(
      `  pause before production traffic: ${smoke.requests} requests to ${smoke.path} through the test listener must answer ${smoke.status}`,
    );
  }
  if (judge !== undefined) {
    const metrics =
      judge.latency === undefined ? 'errors' : `errors, and requests slower than "${judge.latency}" allows`;
    lines.push(
      `  pause before each further step: both revisions are compared by a sequential test (${metrics}; tolerance ${judge.burnRate} × the error budget of "${judge.objective}")`,
      `  100 % only on evidence; when there is none within ${judge.horizonSeconds} s: ${judge.onInconclusive}`,
    );
  }
  if (watch !== undefined) {
    lines.push(
      `  pause with the old revision warm: ${watch.seconds} s of production traffic are held against "${watch.objective}"`,
    );
  }
  return [...lines, unanswered(deploy)];
}
