/** From what was read to DORA's record. Pure: the same delivery, window and `now` always give the same numbers. */
import type { DoraRecord } from '../../report/dora/record.ts';
import type { Reason } from '../../report/evidence.ts';
import { attemptsOf } from './attempts.ts';
import { changesOf } from './changes.ts';
import { type Delivery, Exclusions, type IncidentEvent, type MeasureWindow } from './events.ts';
import { type LinkedIncident, linkIncidents } from './incidents.ts';
import { metricsOf } from './metrics.ts';
import { judgeOutcomes, type Outcomes } from './outcomes.ts';
import { replay, type Step } from './replay.ts';

export interface MeasureRequest {
  readonly environment: string;
  readonly service?: string | undefined;
  /** From and to, where `to` is at most now. */
  readonly window: MeasureWindow;
  readonly horizonSeconds: number;
  readonly now: number;
  readonly confidence: number;
}

/** Ids that the record lists of what was left out; the count is of all. */
const MOST_EXCLUDED = 20;

/** Measures one environment of one application. */
export function measure(delivery: Delivery, request: MeasureRequest): DoraRecord {
  const { window, now, confidence } = request;
  const horizonMs = request.horizonSeconds * 1000;
  const exclusions = new Exclusions();
  const attempts = delivery.unknown === undefined ? attemptsOf(delivery.deployments, now, horizonMs, exclusions) : [];
  const history = replay(attempts, delivery.commits, exclusions);
  const incidents = 'unknown' in delivery.incidents ? undefined : delivery.incidents;
  const linked = linkIncidents(incidents ?? [], history, now, horizonMs, exclusions);
  const outcomes = judgeOutcomes(history, linked, horizonMs);
  const steps = history.steps.filter(({ at }) => at >= window.from && at < window.to);
  const changes = steps.map((step) => changesOf(step, history, exclusions));
  const metrics = metricsOf({
    everything: history.steps,
    steps,
    changes: changes.flat(),
    outcomes,
    window,
    now,
    horizonMs,
    unknown: delivery.unknown,
    incidentsUnknown: reasonOf(delivery.incidents),
    confidence,
  });
  return {
    source: delivery.source,
    environment: request.environment,
    ...(request.service === undefined ? {} : { service: request.service }),
    window: { from: iso(window.from), to: iso(window.to) },
    horizonSeconds: request.horizonSeconds,
    metrics,
    deployments: steps.map((step, index) => row(step, changes[index]?.length ?? 0, outcomes, now - horizonMs)),
    changes: changes.flat(),
    incidents: linked
      .filter(({ event }) => event.openedAt >= window.from && event.openedAt < window.to)
      .map(incidentRow),
    excluded: [...delivery.excluded, ...exclusions.list()].map(({ code, message, ids }) => ({
      code,
      message,
      count: ids.length,
      ids: ids.slice(0, MOST_EXCLUDED),
    })),
    caveats: [...delivery.caveats, ...caveatsOf(history.steps, window)],
    ...(delivery.requests === undefined ? {} : { requests: delivery.requests }),
  };
}

function reasonOf(incidents: readonly IncidentEvent[] | { readonly unknown: Reason }): Reason | undefined {
  return 'unknown' in incidents ? incidents.unknown : undefined;
}

function row(
  step: Step,
  changes: number,
  outcomes: Outcomes,
  settledBefore: number,
): DoraRecord['deployments'][number] {
  const failure = outcomes.failures.get(step);
  const rework = outcomes.rework.get(step);
  const { id, sha, createdAt, url } = step.event;
  return {
    id,
    sha,
    createdAt: iso(createdAt),
    at: iso(step.at),
    ...(url === undefined ? {} : { url }),
    pending: step.at > settledBefore,
    first: step.first,
    changes,
    ...(failure === undefined
      ? {}
      : { failed: { because: failure.because, by: failure.by, recoveredAt: failure.recoveredAt } }),
    ...(rework === undefined ? {} : { rework }),
  };
}

function incidentRow({ event, cause }: LinkedIncident): DoraRecord['incidents'][number] {
  return {
    id: event.id,
    openedAt: iso(event.openedAt),
    closedAt: event.closedAt === null ? null : iso(event.closedAt),
    ...(event.url === undefined ? {} : { url: event.url }),
    ...(cause === undefined ? {} : { deployment: cause.step.event.id, linkedBy: cause.by }),
  };
}

function caveatsOf(steps: readonly Step[], window: MeasureWindow): string[] {
  const first = steps[0];
  return first !== undefined && first.at >= window.from && first.at < window.to
    ? [
        `The first deployment on record is of ${iso(first.at)}, inside the window: of the time before it nothing is known, and the frequency is over the whole window.`,
      ]
    : [];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
