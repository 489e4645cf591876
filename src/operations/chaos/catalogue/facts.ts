/** The words in which the catalogue says what an FIS action takes. */

/** How the text of a parameter must look. */
export type Form =
  | { readonly kind: 'text' }
  /** ISO 8601, such as PT5M. */
  | { readonly kind: 'duration'; readonly minimumSeconds: number; readonly maximumSeconds: number }
  | { readonly kind: 'number'; readonly minimum: number; readonly maximum: number; readonly whole: boolean }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /** true or false, in whatever case. */
  | { readonly kind: 'boolean' }
  /** Texts joined by commas; each one of `values`, when there are any. */
  | { readonly kind: 'list'; readonly values: readonly string[] | undefined; readonly atMost: number | undefined }
  /** Addresses, domain names and zones joined by commas without spaces. */
  | { readonly kind: 'sources' }
  | { readonly kind: 'arn' }
  | { readonly kind: 'region' }
  /** A JSON object. */
  | { readonly kind: 'json' };

export interface ParameterFact {
  readonly required: boolean;
  readonly form: Form;
}

/** Whether the end of the action, or a stop, puts back what it did. */
export type Reverts =
  | 'yes'
  | 'no'
  /** Only with the parameter that `endsWith` names. */
  | 'with-parameter'
  /** As its SSM document or Kubernetes resource does. */
  | 'depends'
  /** It changes nothing. */
  | 'nothing';

/** How the targets of an action may be chosen, where AWS allows less than ARNs, tags, filters and parameters. */
export type Selection = 'any' | 'arns' | 'one-arn' | 'tags';

export interface ActionFact {
  readonly id: string;
  /** The resource type by the key under which the action takes its target; empty for an action without targets. */
  readonly targets: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, ParameterFact>>;
  /** Whether it may take other parameters too, as nobody has said which it takes. */
  readonly open: boolean;
  readonly reverts: Reverts;
  /** The parameter that says how long it lasts; undefined: it is over when its call is. */
  readonly endsWith: string | undefined;
  readonly selection: Selection;
  /** What must be there first, for people. */
  readonly prerequisites: readonly string[];
  /** The action to use instead of this one, which AWS keeps only for old templates. */
  readonly replacedBy: string | undefined;
}

export interface TargetTypeFact {
  readonly id: string;
  readonly parameters: Readonly<Record<string, ParameterFact>>;
}

export interface Catalogue {
  /** The day on which AWS said so. */
  readonly date: string;
  readonly actions: ReadonlyMap<string, ActionFact>;
  readonly targetTypes: ReadonlyMap<string, TargetTypeFact>;
}

const MINUTE = 60;
const TWELVE_HOURS = 12 * 3600;

/** The forms as the tables write them. */
export const text: Form = { kind: 'text' };
export const arn: Form = { kind: 'arn' };
export const region: Form = { kind: 'region' };
export const json: Form = { kind: 'json' };
export const truth: Form = { kind: 'boolean' };
export const sources: Form = { kind: 'sources' };

/** Seconds; from one minute to twelve hours, as most actions have it. */
export function duration(minimumSeconds = MINUTE, maximumSeconds = TWELVE_HOURS): Form {
  return { kind: 'duration', minimumSeconds, maximumSeconds };
}

export function whole(minimum: number, maximum: number): Form {
  return { kind: 'number', minimum, maximum, whole: true };
}

/** A whole number for which AWS gives no range. */
export const count: Form = { kind: 'number', minimum: 0, maximum: 2_147_483_647, whole: true };

export function number(minimum: number, maximum: number): Form {
  return { kind: 'number', minimum, maximum, whole: false };
}

export function oneOf(...values: readonly string[]): Form {
  return { kind: 'choice', values };
}

export function listOf(values?: readonly string[], atMost?: number): Form {
  return { kind: 'list', values, atMost };
}

type Forms = Readonly<Record<string, Form>>;

function parametersOf(needed: Forms, optional: Forms): Record<string, ParameterFact> {
  const facts = (forms: Forms, required: boolean) =>
    Object.entries(forms).map(([name, form]) => [name, { required, form }] as const);
  return Object.fromEntries([...facts(needed, true), ...facts(optional, false)]);
}

interface ActionRow {
  readonly on?: Readonly<Record<string, string>>;
  readonly needs?: Forms;
  readonly takes?: Forms;
  readonly reverts?: Reverts;
  readonly endsWith?: string;
  readonly selection?: Selection;
  readonly first?: readonly string[];
  readonly replacedBy?: string;
}

/** An action; by default it lasts for its parameter `duration`, and its end puts everything back. */
export function action(id: string, row: ActionRow): ActionFact {
  const { needs = {}, takes = {} } = row;
  const lasts = row.endsWith ?? ('duration' in needs || 'duration' in takes ? 'duration' : undefined);
  return {
    id,
    targets: row.on ?? {},
    parameters: parametersOf(needs, takes),
    open: false,
    reverts: row.reverts ?? 'yes',
    endsWith: lasts,
    selection: row.selection ?? 'any',
    prerequisites: row.first ?? [],
    replacedBy: row.replacedBy,
  };
}

/** A target type with its parameters. */
export function targetType(id: string, needs: Forms = {}, takes: Forms = {}): TargetTypeFact {
  return { id, parameters: parametersOf(needs, takes) };
}
