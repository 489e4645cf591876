/** What nobody has to report: counted from the platform file and from the runs of experiments, where no fact says otherwise. */
import type { Platform } from '../../platform/model.ts';
import type { Evidence } from '../../report/evidence.ts';
import { exactOf } from './exact.ts';
import type { Observation } from './observation.ts';

/** Counted by whoever brings facts, or else here: never added up. */
const DERIVED: ReadonlySet<string> = new Set(['chaos-experiments', 'slo-coverage', 'zones']);

/** The evidence without what facts count themselves in that environment. */
export function unlessFacts(
  observations: readonly Observation[],
  facts: readonly Observation[],
  environment: string,
): Observation[] {
  const said = new Set(
    facts.flatMap((fact) =>
      DERIVED.has(fact.indicator) && (fact.environment ?? environment) === environment ? fact.indicator : [],
    ),
  );
  return observations.filter((one) => !said.has(one.indicator));
}

/** The run of an experiment that came to an end which says something; one that is inconclusive has tested nothing. */
export function experimentOf(
  { operation, startedAt, title, verdict }: Evidence,
  about: Omit<Observation, 'indicator' | 'reading'>,
): Observation[] {
  return operation === 'chaos-run' && verdict !== 'inconclusive'
    ? [
        {
          ...about,
          snapshot: false,
          indicator: 'chaos-experiments',
          reading: { kind: 'amount', value: exactOf(1), of: undefined },
          event: `${title} ${startedAt}`,
          origin: 'runs of surefoot chaos run that were conclusive',
        },
      ]
    : [];
}

/**
 * What the platform file says of an environment: which of its services have an SLO, and how many zones it names. Neither is looked up in AWS.
 * `now` in milliseconds.
 */
export function declaredBy(
  platform: Platform,
  environment: string,
  file: { readonly file: string; readonly sha256: string },
  now: number,
): Observation[] {
  const about = {
    environment,
    service: undefined,
    rehearsal: false,
    snapshot: false,
    from: now,
    to: now,
    source: { ...file, operation: 'platform' },
  };
  const services = Object.values(platform.services).filter((one) => one.inEnvironment[environment] !== undefined);
  const covered = new Set([...platform.objectives, ...platform.unjudged].map(({ service }) => service));
  const count = services.filter(({ key }) => covered.has(key)).length;
  const zones = new Set(platform.environments[environment]?.zones ?? []).size;
  return [
    ...(services.length === 0
      ? []
      : [
          {
            ...about,
            indicator: 'slo-coverage',
            reading: { kind: 'share' as const, count, total: services.length },
            origin: 'services of the platform file with an SLO, of all that run here',
          },
        ]),
    ...(zones === 0
      ? []
      : [
          {
            ...about,
            indicator: 'zones',
            reading: { kind: 'amount' as const, value: exactOf(zones), of: undefined },
            origin: 'zones that the platform file names; what runs in them was not looked up',
          },
        ]),
  ];
}
