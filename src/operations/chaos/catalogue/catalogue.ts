/** AWS's catalogue of actions: a snapshot, and what FIS itself answers in its place. */
import { COMPUTE_ACTIONS } from './compute-actions.ts';
import { type ActionFact, action, type Catalogue, type ParameterFact, targetType, text } from './facts.ts';
import { OTHER_ACTIONS } from './other-actions.ts';
import { TARGET_TYPES } from './target-types.ts';

/**
 * 50 actions and one that AWS keeps for old templates, as the AWS FIS user guide has them
 * (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html). Where AWS gives no range,
 * none is checked.
 */
export const SNAPSHOT: Catalogue = {
  date: '2026-11-21',
  actions: new Map([...COMPUTE_ACTIONS, ...OTHER_ACTIONS].map((one) => [one.id, one])),
  targetTypes: new Map(TARGET_TYPES.map((one) => [one.id, one])),
};

/** Actions that FIS no longer has, and what took their place. */
export const GONE: Readonly<Record<string, string>> = {
  'aws:dynamodb:encrypted-global-table-pause-replication': 'aws:dynamodb:global-table-pause-replication',
};

/** What FIS says of parameters (the shape of GetAction and GetTargetResourceType). */
type AnsweredParameters = Readonly<Record<string, { readonly required?: boolean | undefined }>>;

/** An action as FIS answers: `parameters` are in GetAction only, the rest in ListActions too. */
export interface ActionAnswer {
  readonly id?: string | undefined;
  readonly parameters?: AnsweredParameters | undefined;
  readonly targets?: Readonly<Record<string, { readonly resourceType?: string | undefined }>> | undefined;
}

/** A target type as GetTargetResourceType (with parameters) or ListTargetResourceTypes answers. */
export interface TargetTypeAnswer {
  readonly resourceType?: string | undefined;
  readonly parameters?: AnsweredParameters | undefined;
}

export interface Answers {
  /** The day they were given: `2026-11-21`. */
  readonly date: string;
  /** All of ListActions; what is not among them is not offered in this Region. Undefined: not asked. */
  readonly actions?: readonly ActionAnswer[];
  readonly targetTypes?: readonly TargetTypeAnswer[];
}

/**
 * The catalogue with FIS's own answers in place of the snapshot's: which actions there are, their targets, which parameters they take and
 * need. What FIS does not say (ranges, whether an action reverts) stays; for an action that the snapshot has not, nothing reverts it.
 */
export function withAnswers(catalogue: Catalogue, answers: Answers): Catalogue {
  const actions = answers.actions?.flatMap((answer) => answeredAction(catalogue, answer));
  const types = answers.targetTypes?.flatMap(({ resourceType: id, parameters }) => {
    if (id === undefined) {
      return [];
    }
    const known = catalogue.targetTypes.get(id) ?? targetType(id);
    return [{ ...known, parameters: answeredParameters(known.parameters, parameters) }];
  });
  return {
    date: answers.date,
    actions: actions === undefined ? catalogue.actions : new Map(actions.map((one) => [one.id, one])),
    targetTypes: types === undefined ? catalogue.targetTypes : new Map(types.map((one) => [one.id, one])),
  };
}

function answeredAction(catalogue: Catalogue, { id, parameters, targets }: ActionAnswer): ActionFact[] {
  if (id === undefined) {
    return [];
  }
  const before = catalogue.actions.get(id);
  const open = before === undefined && parameters === undefined;
  const known = before ?? { ...action(id, { reverts: 'no' }), open };
  const answered = answeredParameters(known.parameters, parameters);
  const on = targets === undefined ? known.targets : targetsOf(targets);
  return [{ ...known, targets: on, parameters: answered, endsWith: known.endsWith ?? endsWith(answered) }];
}

function targetsOf(targets: NonNullable<ActionAnswer['targets']>): Record<string, string> {
  return Object.fromEntries(Object.entries(targets).map(([key, { resourceType = '' }]) => [key, resourceType]));
}

function answeredParameters(
  known: Readonly<Record<string, ParameterFact>>,
  answered: AnsweredParameters | undefined,
): Readonly<Record<string, ParameterFact>> {
  if (answered === undefined) {
    return known;
  }
  return Object.fromEntries(
    Object.entries(answered).map(([name, { required = false }]) => [
      name,
      { required, form: known[name]?.form ?? text },
    ]),
  );
}

function endsWith(parameters: Readonly<Record<string, ParameterFact>>): string | undefined {
  return ['duration', 'maxDuration'].find((name) => name in parameters);
}
