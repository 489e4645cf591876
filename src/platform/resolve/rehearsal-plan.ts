/** What of a platform is rehearsed as a whole: checked against its environments. */
import type { Findings } from '../findings.ts';
import type { RehearsalPlan } from '../model/rehearsal.ts';
import type { Environment } from '../model.ts';
import { mapValues } from '../records.ts';
import { shown } from '../schema/fields.ts';
import type { RehearsalPlanDocument } from '../schema/rehearsal-plan.ts';
import { didYouMean } from '../suggest.ts';
import { seconds } from './service-context.ts';

export function resolveRehearsalPlan(
  findings: Findings,
  { scenarios, scorecards }: RehearsalPlanDocument,
  environments: Readonly<Record<string, Environment>>,
): RehearsalPlan {
  const known = Object.keys(environments);
  for (const [index, environment] of (scorecards ?? []).entries()) {
    if (!known.includes(environment)) {
      findings.report({
        path: ['rehearsal', 'scorecards', index],
        what: `is ${shown(environment)}, but the environments here are ${known.join(', ')}`,
        write: didYouMean(environment, known) ?? known.join(' or '),
        keysOf: [['environments']],
      });
    }
  }
  const guarded = known.filter((environment) => environments[environment]?.protected);
  return {
    budgets: mapValues(scenarios, seconds),
    scorecards: scorecards ?? (guarded.length > 0 ? guarded : known),
  };
}
