/** The dry run before the run: what it would hit, resolved by FIS with every action skipped. */
import type { Check, Reason } from '../../../report/evidence.ts';
import type { ExperimentTarget } from '../../../report/experiment/record.ts';
import type { Ports } from '../../ports.ts';
import type { Template } from '../experiment/template.ts';
import { resolvedRadius } from '../plan/blast-radius.ts';
import { readEcsFacts } from '../plan/ecs-facts.ts';
import { preview } from '../plan/preview.ts';
import { protectedAmong } from '../plan/protected-clusters.ts';
import { refusalOrThrow } from './fault/refusal-by-aws.ts';
import type { ChaosRunRequest } from './request.ts';

export interface DryRun {
  readonly check: Check;
  /** Why nothing may follow; undefined when all is well. */
  readonly reason: Reason | undefined;
  /** It was no dry run: something was injected. */
  readonly injected: boolean;
  readonly targets: readonly ExperimentTarget[];
  readonly experiment: string | undefined;
}

const EXPIRES_AFTER_MS = 3_600_000;

/** @throws OutsideError of AWS, but for its refusals of the template */
export async function dryRun(request: ChaosRunRequest, ports: Ports): Promise<DryRun> {
  const { experiment, runId } = request;
  ports.reporter.stage('dry run: the targets are resolved, every action is skipped');
  const expires = new Date(ports.clock.now().getTime() + EXPIRES_AFTER_MS);
  // A client token of its own: with the run's, FIS would give the run this template again.
  const marks = { experiment: experiment.name, runId: `${runId}-preview`, expires };
  const tried = await preview(experiment.template, marks, ports).catch(refusalOrThrow);
  if ('code' in tried) {
    return without(tried, false);
  }
  const { preview: found } = tried;
  switch (found.kind) {
    case 'not-dry':
      return without(
        {
          code: 'dry-run-not-dry',
          message: `${found.experiment} was no dry run: ${found.noticed}; ${found.stopped ? 'stopped at once' : 'a stop was asked for, and its end was not seen: look at it now'}`,
        },
        true,
      );
    case 'ended':
      return without(
        { code: 'dry-run-failed', message: `the dry run ${found.experiment} ended ${found.status}: ${found.reason}` },
        false,
      );
    default: {
      const facts = await readEcsFacts(experiment.template, ports);
      const targets = resolvedRadius(experiment.template, found.targets, facts);
      for (const target of targets) {
        ports.reporter.info(targetText(target));
      }
      const { reason, observed } = judgeTargets(request, targets);
      return {
        check: {
          name: 'targets by a dry run',
          verdict: reason === undefined ? 'pass' : 'inconclusive',
          expected: `at least ${experiment.expect.evidence.targets} (expect.evidence)`,
          observed,
        },
        reason,
        injected: false,
        targets,
        experiment: found.experiment,
      };
    }
  }
}

function without(reason: Reason, injected: boolean): DryRun {
  const check: Check = {
    name: 'targets by a dry run',
    verdict: injected ? 'fail' : 'inconclusive',
    expected: 'FIS resolves the targets and skips every action',
    observed: reason.message,
  };
  return { check, reason, injected, targets: [], experiment: undefined };
}

/** The most resources of a target that are named one by one. */
const NAMED = 10;

function targetText({ name, resourceType, count, of, resources }: ExperimentTarget): string {
  const more = resources.length > NAMED ? [`and ${resources.length - NAMED} more`] : [];
  const named = [...resources.slice(0, NAMED), ...more].join(', ');
  return `target ${name} (${resourceType}): ${count ?? 'not known'}${of === null ? '' : ` of ${of}`}${named === '' ? '' : `: ${named}`}`;
}

/** Pure. Without the option to skip, one target without a resource ends the whole experiment. */
function judgeTargets(
  { experiment, protectedClusters }: ChaosRunRequest,
  targets: readonly ExperimentTarget[],
): { reason: Reason | undefined; observed: string } {
  const mode = experiment.template.experimentOptions?.emptyTargetResolutionMode ?? 'fail';
  const total = targets.reduce((sum, { count }) => sum + (count ?? 0), 0);
  const observed = targets.map(({ name, count }) => `${name}: ${count ?? 'not known'}`).join(', ');
  const hit = protectedAmong(experiment.template, targets, protectedClusters);
  if (hit !== undefined) {
    return { reason: hit, observed: hit.message };
  }
  const empty = targets.filter(({ count }) => count === 0).map(({ name }) => name);
  const { targets: needed } = experiment.expect.evidence;
  if (total === 0 || (mode === 'fail' && empty.length > 0)) {
    const message = `FIS finds no resource for ${empty.join(', ')}: look at their tags, filters and parameters`;
    return { reason: { code: 'no-targets', message }, observed };
  }
  const message = `FIS finds ${total} resources, and expect.evidence asks for ${needed}`;
  const reason = total < needed ? { code: 'too-few-targets', message } : undefined;
  return { reason, observed: `${observed}${skippedText(experiment.template, empty)}` };
}

/** The actions that FIS will skip, as a target of theirs is empty; empty for none. */
function skippedText({ actions }: Template, emptyTargets: readonly string[]): string {
  const skipped = Object.entries(actions)
    .filter(([, { targets = {} }]) => Object.values(targets).some((name) => emptyTargets.includes(name)))
    .map(([name]) => name);
  return skipped.length === 0 ? '' : `; for want of a resource will not begin: ${skipped.join(', ')}`;
}
