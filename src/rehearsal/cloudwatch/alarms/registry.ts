/** All alarms with their states, evaluated on the rehearsal's clock. */
import type { MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../wire/operation.ts';
import type { RehearsalClock } from '../../world/clock.ts';
import { validationError } from '../errors.ts';
import { floorTo, type MetricStore, MINUTES_KEPT } from '../metric-store.ts';
import type { AlarmDefinition } from './definition.ts';
import { datapoints, evaluateAlarm } from './evaluate.ts';

export interface AlarmChange {
  readonly name: string;
  readonly arn: string;
  readonly previous: StateValue;
  readonly state: StateValue;
  readonly reason: string;
  readonly at: Date;
}

export interface AlarmHistoryEntry {
  readonly name: string;
  readonly at: Date;
  readonly previous: AlarmCondition;
  readonly next: AlarmCondition;
}

/** A state with AWS's explanation of it; `reasonData` is JSON text. */
export interface AlarmCondition {
  readonly state: StateValue;
  readonly reason: string;
  readonly reasonData: string | undefined;
}

export interface AlarmRegistry {
  /** Adds an alarm in INSUFFICIENT_DATA, or replaces one and leaves its state. Throws LimitExceededFault beyond 5,000, ValidationError for longer than metrics are kept. */
  put(definition: AlarmDefinition): void;
  /** By name, in order of their names. */
  list(): readonly MetricAlarm[];
  /** False when there was no such alarm. */
  remove(name: string): boolean;
  /** Sets a state until the next evaluation. Throws ResourceNotFound. */
  override(name: string, condition: AlarmCondition): void;
  /** ActionsEnabled of the alarms that exist; other names are ignored. */
  enableActions(names: readonly string[], enabled: boolean): void;
  /** State changes, oldest first, of deleted alarms too; the latest 10,000. */
  history(): readonly AlarmHistoryEntry[];
  /** Undefined when there is no such alarm. */
  state(name: string): StateValue | undefined;
  /** The values of the metric in the last `EvaluationPeriods` periods that have any, oldest first; none when there is no such alarm. */
  recent(name: string): readonly number[];
  /** Calls `listener` at every change of a state; returns a function that ends this. */
  onChange(listener: (change: AlarmChange) => void): () => void;
  stop(): void;
}

export interface AlarmParts {
  readonly store: MetricStore;
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly accountId: string;
}

/** AWS's quota. */
const MOST_ALARMS = 5000;
const HISTORY_KEPT = 10_000;
/**
 * How long after a period's end it is evaluated. The balancer reports a second within the next one, so its rows are in by then;
 * with AWS metrics arrive late, too.
 */
const GRACE_MS = 1500;
/** AWS evaluates alarms with periods of a minute or longer every minute. */
const EVALUATION_INTERVAL_MS = 60_000;

interface Alarm {
  definition: AlarmDefinition;
  condition: AlarmCondition;
  actionsEnabled: boolean;
  configuredAt: Date;
  updatedAt: Date;
  transitionedAt: Date;
  evaluation: AbortController;
}

/**
 * How many whole seconds an AWS duration of `seconds` lasts on this clock, at least 1. An alarm of 60 s at speed 20 looks at windows of
 * 3 s: a Sum over one is then a twentieth of what AWS would see, so thresholds on counts have to allow for it; rates and times do not.
 */
export function shortened(clock: RehearsalClock, seconds: number): number {
  return Math.max(1, Math.floor(clock.scaled(seconds * 1000) / 1000));
}

/** An empty registry. Alarms are evaluated until `stop`. */
export function createAlarmRegistry({ store, clock, region, accountId }: AlarmParts): AlarmRegistry {
  const alarms = new Map<string, Alarm>();
  const history: AlarmHistoryEntry[] = [];
  const listeners = new Set<(change: AlarmChange) => void>();
  const arnOf = (name: string) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

  const become = (alarm: Alarm, condition: AlarmCondition): void => {
    const { name } = alarm.definition;
    const at = clock.now();
    const previous = alarm.condition;
    alarm.condition = condition;
    alarm.updatedAt = at;
    if (previous.state === condition.state) {
      return;
    }
    alarm.transitionedAt = at;
    history.push({ name, at, previous, next: condition });
    history.splice(0, history.length - HISTORY_KEPT);
    const { state, reason } = condition;
    for (const listener of listeners) {
      listener({ name, arn: arnOf(name), previous: previous.state, state, reason, at });
    }
  };

  const evaluateOnce = (alarm: Alarm): void => {
    const now = clock.now();
    const until = Math.floor((now.getTime() - GRACE_MS) / 1000);
    const verdict = evaluateAlarm(alarm.definition, store, shortened(clock, alarm.definition.period), until, now);
    // The reason is that of the last change: AWS leaves it while the state stays.
    if (verdict !== undefined && verdict.state !== alarm.condition.state) {
      become(alarm, verdict);
    }
  };

  const start = async (alarm: Alarm, signal: AbortSignal): Promise<void> => {
    const period = shortened(clock, alarm.definition.period);
    const interval = Math.min(period, shortened(clock, EVALUATION_INTERVAL_MS / 1000)) * 1000;
    while (!signal.aborted) {
      await clock.sleep(interval - ((clock.now().getTime() - GRACE_MS) % interval), signal);
      evaluateOnce(alarm);
    }
  };

  /** (Re)starts the evaluation. An error other than our own abort is a bug and must be seen: it stays an unhandled rejection. */
  const restart = (alarm: Alarm): void => {
    alarm.evaluation.abort();
    alarm.evaluation = new AbortController();
    const { signal } = alarm.evaluation;
    void start(alarm, signal).catch((error: unknown) => {
      if (!signal.aborted) {
        throw error;
      }
    });
  };

  return {
    put(definition) {
      const evaluated = shortened(clock, definition.period) * definition.evaluationPeriods;
      if (evaluated > MINUTES_KEPT) {
        throw validationError(
          `The alarm would look back for ${evaluated} s; metrics are kept for ${MINUTES_KEPT} s here.`,
        );
      }
      const present = alarms.get(definition.name);
      if (present === undefined && alarms.size >= MOST_ALARMS) {
        throw new AwsError('LimitExceededFault', `There can be at most ${MOST_ALARMS} alarms.`);
      }
      const alarm = present ?? newAlarm(definition, clock.now());
      alarm.definition = definition;
      alarm.actionsEnabled = definition.input.ActionsEnabled ?? true;
      alarm.configuredAt = clock.now();
      alarms.set(definition.name, alarm);
      restart(alarm);
    },
    list: () =>
      [...alarms.values()]
        .sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1))
        .map((alarm) => describe(alarm, arnOf(alarm.definition.name))),
    remove(name) {
      alarms.get(name)?.evaluation.abort();
      return alarms.delete(name);
    },
    override(name, condition) {
      const alarm = alarms.get(name);
      if (alarm === undefined) {
        throw new AwsError('ResourceNotFound', `There is no alarm named "${name}".`, 404);
      }
      become(alarm, condition);
    },
    enableActions(names, enabled) {
      for (const name of names) {
        const alarm = alarms.get(name);
        if (alarm !== undefined) {
          alarm.actionsEnabled = enabled;
        }
      }
    },
    history: () => history,
    state: (name) => alarms.get(name)?.condition.state,
    recent(name) {
      const definition = alarms.get(name)?.definition;
      if (definition === undefined) {
        return [];
      }
      const period = shortened(clock, definition.period);
      const end = floorTo(Math.floor((clock.now().getTime() - GRACE_MS) / 1000), period);
      const range = { start: end - definition.evaluationPeriods * period, end, period };
      return datapoints(definition, store, range).flatMap(({ value }) => value ?? []);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      for (const alarm of alarms.values()) {
        alarm.evaluation.abort();
      }
    },
  };
}

function newAlarm(definition: AlarmDefinition, now: Date): Alarm {
  return {
    definition,
    condition: { state: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', reasonData: undefined },
    actionsEnabled: true,
    configuredAt: now,
    updatedAt: now,
    transitionedAt: now,
    evaluation: new AbortController(),
  };
}

/** AWS's shape: what the request said, plus the state. */
function describe(alarm: Alarm, arn: string): MetricAlarm {
  const { Tags: _tags, ...input } = alarm.definition.input;
  return {
    ...input,
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt,
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    Dimensions: input.Dimensions ?? [],
    StateValue: alarm.condition.state,
    StateReason: alarm.condition.reason,
    StateReasonData: alarm.condition.reasonData,
    StateUpdatedTimestamp: alarm.updatedAt,
    StateTransitionedTimestamp: alarm.transitionedAt,
  };
}
