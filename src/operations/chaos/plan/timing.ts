/** When what happens: the load, the baseline, each action as `startAfter` orders them, and the observation after the last. Pure. */
import type { Experiment } from '../experiment/experiment.ts';
import { parseIsoDuration } from '../experiment/iso-duration.ts';
import type { Template, TemplateAction } from '../experiment/template.ts';
import { timelineOf } from '../experiment/timeline.ts';

/** How sure a length is: as the template says, no longer than it says, or AWS says nothing and this is a guess. */
export type Certainty = 'exact' | 'at-most' | 'assumed';

/** Seconds relative to the start of the experiment. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ActionSpan extends Span {
  readonly name: string;
  readonly actionId: string;
  readonly certainty: Certainty;
  readonly startAfter: readonly string[];
}

export interface Timing {
  /** In the order in which they start. */
  readonly actions: readonly ActionSpan[];
  /** From the first action to the end of the last. */
  readonly experiment: Span;
  /** Undefined without a load. */
  readonly load: Span | undefined;
  readonly baseline: Span | undefined;
  readonly observation: Span | undefined;
}

/** The parameters that say how long an action takes, and whether it may be over earlier. */
const LENGTHS = [
  { parameter: 'duration', certainty: 'exact' },
  { parameter: 'maxDuration', certainty: 'at-most' },
  { parameter: 'startInstancesAfterDuration', certainty: 'exact' },
] as const;

/** AWS interrupts a Spot instance two minutes after it has said so ("aws:ec2:send-spot-instance-interruptions"). */
const SPOT_NOTICE_SECONDS = 120;

/** AWS's bounds for what has no duration: an Aurora failover takes less than 60 s, one of an instance 60 to 120 s; the rest is a minute, the grain of the bill. */
const ASSUMED_SECONDS: Readonly<Record<string, number>> = { 'aws:rds:reboot-db-instances': 120 };
const OTHERWISE_SECONDS = 60;

/** How long an action takes, in seconds. */
export function lengthOf({ actionId, parameters = {} }: TemplateAction): { seconds: number; certainty: Certainty } {
  for (const { parameter, certainty } of LENGTHS) {
    const seconds = parseIsoDuration(parameters[parameter] ?? '');
    if (seconds !== undefined) {
      return { seconds, certainty };
    }
  }
  const notice = parseIsoDuration(parameters['durationBeforeInterruption'] ?? '');
  return notice === undefined
    ? { seconds: ASSUMED_SECONDS[actionId] ?? OTHERWISE_SECONDS, certainty: 'assumed' }
    : { seconds: notice + SPOT_NOTICE_SECONDS, certainty: 'exact' };
}

/** When each action begins and ends, in the order in which they begin. @throws Error for actions that wait for each other in a circle */
export function actionSpans({ actions }: Template): ActionSpan[] {
  const planned = Object.entries(actions).map(([name, action]) => ({
    name,
    actionId: action.actionId,
    startAfter: action.startAfter ?? [],
    ...lengthOf(action),
  }));
  const spans = timelineOf(planned);
  if (spans === undefined) {
    throw new Error('the actions wait for each other in a circle, which the check should have found');
  }
  return planned
    .flatMap(({ name, actionId, certainty, startAfter }, index) => {
      const span = spans[index];
      return span === undefined
        ? []
        : [{ name, actionId, certainty, startAfter, from: span.startSeconds, to: span.endSeconds }];
    })
    .sort((a, b) => a.from - b.from);
}

/** The whole run. The load begins `beforeSeconds` before the experiment, which is the baseline, and goes on after its end. */
export function timingOf({ template, load }: Pick<Experiment, 'template' | 'load'>): Timing {
  const actions = actionSpans(template);
  const experiment = { from: 0, to: Math.max(0, ...actions.map(({ to }) => to)) };
  if (load === undefined) {
    return { actions, experiment, load: undefined, baseline: undefined, observation: undefined };
  }
  const from = -load.beforeSeconds;
  const to = load.durationSeconds === undefined ? experiment.to + load.afterSeconds : from + load.durationSeconds;
  return {
    actions,
    experiment,
    load: { from, to },
    baseline: { from, to: 0 },
    observation: to > experiment.to ? { from: experiment.to, to } : undefined,
  };
}
