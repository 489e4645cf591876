/** Composite alarms: evaluated whenever an alarm that they speak of changes. Source: AWS, PutCompositeAlarm, DeleteAlarms. */
import type { CompositeAlarm, PutCompositeAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch';
import type { RehearsalClock } from '../../world/clock.ts';
import { validationError } from '../errors.ts';
import type { AlarmHistoryEntry, AlarmRegistry } from './registry.ts';
import { type AlarmRule, parseRule } from './rule.ts';

export interface CompositeRegistry {
  /** Adds one in INSUFFICIENT_DATA and evaluates it at once; replaces one and leaves its state. @throws ValidationError */
  put(input: PutCompositeAlarmInput): void;
  /** By name, in order of their names. */
  list(): readonly CompositeAlarm[];
  has(name: string): boolean;
  /** False when there was none. */
  remove(name: string): boolean;
  /** The composite alarms that speak of an alarm. */
  using(name: string): readonly string[];
  enableActions(names: readonly string[], enabled: boolean): void;
  /** State changes, oldest first. */
  history(): readonly AlarmHistoryEntry[];
}

export interface CompositeParts {
  readonly alarms: Pick<AlarmRegistry, 'state' | 'onChange'>;
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly accountId: string;
}

interface Composite {
  input: PutCompositeAlarmInput;
  rule: AlarmRule;
  state: StateValue;
  reason: string;
  actionsEnabled: boolean;
  configuredAt: Date;
  transitionedAt: Date;
}

const HISTORY_KEPT = 10_000;
/** One of composite alarms of composite alarms, and so on; AWS stops at a cycle. */
const DEEPEST = 10;

/** An empty registry over the metric alarms. */
export function createCompositeRegistry({ alarms, clock, region, accountId }: CompositeParts): CompositeRegistry {
  const composites = new Map<string, Composite>();
  const history: AlarmHistoryEntry[] = [];
  const stateOf = (name: string) => composites.get(name)?.state ?? alarms.state(name);
  const using = (name: string) =>
    [...composites].filter(([, { rule }]) => rule.names.includes(name)).map(([user]) => user);

  const evaluate = (name: string, because: string, depth = 0): void => {
    const composite = composites.get(name);
    const state = composite?.rule.holds(stateOf) ? 'ALARM' : 'OK';
    if (composite === undefined || composite.state === state || depth > DEEPEST) {
      return;
    }
    const at = clock.now();
    const reason = `${because}, and the rule of ${name} ${state === 'ALARM' ? 'holds' : 'does not hold'}`;
    const previous = { state: composite.state, reason: composite.reason, reasonData: undefined };
    Object.assign(composite, { state, reason, transitionedAt: at });
    history.push({ name, at, previous, next: { state, reason, reasonData: undefined } });
    history.splice(0, history.length - HISTORY_KEPT);
    for (const user of using(name)) {
      evaluate(user, `${name} changed to ${state}`, depth + 1);
    }
  };

  alarms.onChange(({ name, state }) => {
    for (const user of using(name)) {
      evaluate(user, `${name} changed to ${state}`);
    }
  });

  return {
    put(input) {
      const { AlarmName: name = '', AlarmRule = '' } = input;
      const rule = parseRule(AlarmRule);
      const unknown = rule.names.filter((child) => child === name || stateOf(child) === undefined);
      if (name === '' || unknown.length > 0) {
        throw validationError(
          `The composite alarm "${name}" speaks of alarms that do not exist: ${unknown.join(', ')}.`,
        );
      }
      const now = clock.now();
      const present = composites.get(name);
      composites.set(name, {
        ...(present ?? {
          state: 'INSUFFICIENT_DATA',
          reason: 'Unchecked: Initial alarm creation',
          transitionedAt: now,
        }),
        input,
        rule,
        actionsEnabled: input.ActionsEnabled ?? true,
        configuredAt: now,
      });
      evaluate(name, 'it was put');
    },
    list: () =>
      [...composites.values()]
        .sort((a, b) => ((a.input.AlarmName ?? '') < (b.input.AlarmName ?? '') ? -1 : 1))
        .map((composite) => describe(composite, `arn:aws:cloudwatch:${region}:${accountId}:alarm:`)),
    has: (name) => composites.has(name),
    remove: (name) => composites.delete(name),
    using,
    enableActions(names, enabled) {
      for (const name of names) {
        const composite = composites.get(name);
        if (composite !== undefined) {
          composite.actionsEnabled = enabled;
        }
      }
    },
    history: () => history,
  };
}

function describe(composite: Composite, arn: string): CompositeAlarm {
  const { Tags: _tags, ...input } = composite.input;
  return {
    ...input,
    AlarmArn: `${arn}${input.AlarmName}`,
    AlarmConfigurationUpdatedTimestamp: composite.configuredAt,
    ActionsEnabled: composite.actionsEnabled,
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    StateValue: composite.state,
    StateReason: composite.reason,
    StateUpdatedTimestamp: composite.transitionedAt,
    StateTransitionedTimestamp: composite.transitionedAt,
  };
}
