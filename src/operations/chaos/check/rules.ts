/**
 * The rules by their names: what each finds, and how bad that is. `error`: AWS or surefoot would refuse it. `warning`: AWS would accept it and
 * you would regret it. `either`: it depends on where it stands, as said. docs/guides/chaos-rules.md is made from this table.
 */
interface RuleFact {
  readonly severity: 'error' | 'warning' | 'either';
  /** After "finds". */
  readonly finds: string;
}

const error = (finds: string) => ({ severity: 'error', finds }) as const;
const warning = (finds: string) => ({ severity: 'warning', finds }) as const;
const either = (finds: string) => ({ severity: 'either', finds }) as const;

export const RULES = {
  form: error('a field that is missing, unknown, of the wrong type or too long, as in the schema'),
  'left-over': either('`<YOUR …>`, `{{…}}` or CHANGEME that nobody has filled in; in a description or a tag a warning'),

  'unknown-action': error('an action id that is not in the catalogue'),
  'legacy-action': warning('an action that AWS keeps for old templates only'),
  'unknown-parameter': error('a parameter that the action or the target type does not take'),
  'missing-parameter': error('a parameter that it needs and that is not there'),
  'parameter-value': error('a value out of range, or none of those that the parameter takes'),
  duration: error('a duration that is not ISO 8601, or out of the range of the action'),
  sources: warning('spaces or IPv6 in `sources`: FIS finds fewer of them than meant'),
  'idle-parameter': warning('a parameter that is not looked at beside the others'),
  'document-duration': warning('an SSM document that lasts longer or shorter than its action'),
  fargate: warning('a network fault of ECS tasks without `useEcsFaultInjectionEndpoints`, the only way on Fargate'),

  'unknown-target': error('the name of a target that is not in the template'),
  'unknown-target-key': error('a kind of target that the action does not take (`Clusters` for `Tasks`)'),
  'missing-target': error('an action without the target that it needs'),
  'wrong-target-type': error('a target of another resource type than the action takes'),
  'unknown-target-type': error('a resource type that FIS does not know'),
  'unused-target': warning('a target that no action uses'),
  'same-target': warning('two targets, or ARNs, that may be the same resources'),
  'empty-selector': error('a target that says nothing of which resources it means'),
  'two-selectors': error('ARNs beside tags or filters'),
  selection: error('a way to choose targets that the action does not take, such as tags where it wants ARNs'),
  'selection-mode': error(
    'neither ALL nor COUNT(n) nor PERCENT(n), or one that chooses nothing or more than there are',
  ),
  'wrong-arn': error('the ARN of another kind of resource than the target is of, or no role, or no log group'),
  'filter-path': warning('a filter path that is not in Pascal case, with which FIS finds nothing'),
  'skips-empty-targets': warning(
    '`emptyTargetResolutionMode: skip` without `expect.evidence.targets`: a green run without a fault',
  ),

  'start-after-unknown': error('`startAfter` with the name of no action'),
  'start-after-circle': error('actions that wait for each other in a circle'),
  quota: error('more than 20 actions or 5 stop conditions'),
  'too-many-parallel': error('more than 10 actions at once, by the order that `startAfter` gives'),
  'too-long': error('an experiment of more than 12 hours'),
  'network-overlap': warning('two network faults of ECS tasks at the same time'),
  'no-fault': warning('an experiment that only waits and looks'),

  'two-regions': error('ARNs of two Regions'),
  'two-accounts': error('a resource or an alarm of another account than the role, without `multi-account`'),
  'same-region': warning('the Region of the experiment itself as the one to cut off'),
  'two-zones': warning('targets in more than one zone'),
  'zone-name': warning('the name of a zone with several accounts, where it means other zones'),
  'all-zones': warning('cut subnets that are not limited to a zone'),

  'stop-condition': either(
    'a stop condition that is no alarm, or `none` beside others; a value beside `none` is a warning',
  ),
  'no-stop-condition': warning('no alarm that would stop it'),
  'no-log': warning('no log of what was hit'),
  'log-group': warning('the ARN of a log group without `:*` at its end'),
  'old-log': warning('version 1 of the log, which says less'),
  'no-report': warning('a report that goes nowhere'),
  'reserved-tag': error('a tag that begins with `aws:`'),
  irreversible: either(
    'a fault that neither its end nor a stop puts back, without `irreversible: true`; in a plain template a warning',
  ),
  'idle-switch': warning('`irreversible: true` where everything is put back'),

  'fault-after-load': either(
    'a fault that begins when the load has ended; a warning where the load is an action of the template',
  ),
  'load-ends-early': warning('a load that ends before the RTO is over'),
  'alarm-after-load': warning('an alarm that may still be in time when the load has ended'),
  'nothing-measured': error('an expectation of the load without a load, or an RPO without writes'),
  'nothing-expected': warning('an experiment that could not fail'),
  'no-load': warning('neither load nor alarm that would show the fault'),
  evidence: error('more targets asked for as evidence than the targets can choose'),
  'longer-than-guard': error('a longer experiment than `guards.maximumDuration`'),
  'dearer-than-guard': error('a dearer one than `guards.maximumCost`'),
  protected: error('a protected environment among `guards.environments`'),
  reference: error('an environment, service, SLO or load profile that there is not'),
} as const satisfies Readonly<Record<string, RuleFact>>;

export type RuleId = keyof typeof RULES;

/** Those that may find something so bad. */
export type RuleOf<Severity extends 'error' | 'warning'> = {
  [Id in RuleId]: (typeof RULES)[Id]['severity'] extends Severity | 'either' ? Id : never;
}[RuleId];
