/**
 * `openslo/v1` SLO documents, by the fields of the OpenSLO v1 specification (github.com/OpenSLO/OpenSLO). The whole of an SLO is
 * accepted; surefoot judges those whose ratio is of its own events, said in OpenSLO's open place for that, the metric source:
 * `good` (or `bad`) has `metricSource: { type: surefoot, spec: { indicator: availability } }`, or `indicator: latency` with a
 * `threshold`, and `total` has `indicator: requests`. Other sources are valid, kept, and reported as not judged here.
 */
import * as z from 'zod';
import { choice, decimal, duration, flag, listOf, section, text } from './fields.ts';

export const OPENSLO_VERSION = 'openslo/v1';
export const METRIC_SOURCE = 'surefoot';

/** RFC 1123 label, as OpenSLO asks for `metadata.name`. */
const LABEL = {
  pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  rule: 'a name in lower-case letters, digits and hyphens',
  longest: 63,
} as const;
const SHORTHAND = {
  pattern: /^[1-9]\d{0,5}[mhdwMQY]$/,
  rule: 'a whole number and one of m (minutes), h, d, w, M (months), Q, Y',
} as const;

function anything(description: string) {
  return z.unknown().meta({ description });
}

const freeMapping = (description: string) => z.record(z.string(), z.unknown()).meta({ description });

/** OpenSLO leaves `spec` open; what is in it for surefoot is checked by `countedSchema` and `totalSchema`. */
const metric = section(
  'Metric',
  'A stream of events.',
  {
    metricSource: section(
      'Metric source',
      'Where the events are counted. `type: surefoot` takes them from the load balancer and from the load itself.',
      {
        metricSourceRef: text('Name of an OpenSLO DataSource.', { example: 'prometheus' }).optional(),
        type: text('Kind of source; `surefoot` for what surefoot counts.', { example: METRIC_SOURCE }).optional(),
        spec: freeMapping('For surefoot: `indicator` and, for latency, `threshold`.').optional(),
      },
      '{ type: surefoot, spec: { indicator: availability } }',
    ),
  },
  '{ metricSource: { type: surefoot, spec: { indicator: availability } } }',
);

/** The open `spec` of a metric source of type surefoot, on `good` or `bad`. */
export const countedSchema = section('Counted', 'Which requests are counted as good (or bad).', {
  indicator: choice('What makes a request good.', ['availability', 'latency'], { example: 'availability' }),
  threshold: duration('For latency: a request is good when it took at most this long.', {
    minimum: '1ms',
    maximum: '1h',
    example: '8s',
  }).optional(),
});

/** The same on `total`. */
export const totalSchema = section('All requests', 'All requests are counted.', {
  indicator: choice('All requests.', ['requests'], { example: 'requests' }),
});

const ratioMetric = section(
  'Ratio metric',
  'Good (or bad) events of all events.',
  {
    counter: flag('The counts only grow.', true).optional(),
    good: metric.optional(),
    bad: metric.optional(),
    total: metric.optional(),
    rawType: choice('With `raw`: which ratio it is.', ['success', 'failure'], { example: 'success' }).optional(),
    raw: metric.optional(),
  },
  '{ good: …, total: … }',
);

const metadata = section(
  'Metadata',
  'Name and labels.',
  {
    name: text('Name of the SLO.', { ...LABEL, example: 'availability' }),
    displayName: text('Name for people.', { example: 'Availability' }).optional(),
    labels: freeMapping('Labels.').optional(),
    annotations: freeMapping('Annotations.').optional(),
  },
  '{ name: availability }',
);

const indicator = section(
  'Indicator',
  'What is measured (an OpenSLO SLI).',
  {
    metadata: metadata.optional(),
    spec: section(
      'SLI',
      'Exactly one of ratioMetric and thresholdMetric.',
      {
        description: text('A sentence for people.', { example: 'Share of answered requests' }).optional(),
        ratioMetric: ratioMetric.optional(),
        thresholdMetric: metric.optional(),
      },
      '{ ratioMetric: … }',
    ),
  },
  '{ spec: { ratioMetric: … } }',
);

const OPERATORS = ['lte', 'gte', 'lt', 'gt'] as const;

const objective = section(
  'Objective',
  'The share of events that must be good.',
  {
    displayName: text('Name for people.', { example: 'Monthly' }).optional(),
    op: choice('For threshold metrics: the comparison.', OPERATORS, { example: 'lte' }).optional(),
    value: decimal('For threshold metrics: the threshold.', 1).optional(),
    target: decimal('The share that must be good, between 0 and 1, read exactly as written.', 0.999).optional(),
    targetPercent: decimal('The same in per cent, between 0 and 100.', 99.9).optional(),
    timeSliceTarget: decimal('For Timeslices: the share within one slice.', 0.99).optional(),
    timeSliceWindow: text('For Timeslices and RatioTimeslices: length of a slice.', {
      ...SHORTHAND,
      example: '5m',
    }).optional(),
    indicator: indicator.optional(),
    indicatorRef: text('Name of an OpenSLO SLI.', { example: 'availability' }).optional(),
    compositeWeight: decimal('Weight in a composite SLO.', 1).optional(),
  },
  '{ target: 0.999 }',
);

const timeWindow = section(
  'Time window',
  'What the objective is counted over.',
  {
    duration: text('Length: a whole number and m (minutes), h, d, w, M (months), Q or Y.', {
      ...SHORTHAND,
      example: '30d',
    }),
    isRolling: flag('Rolling: always the last so many days.', true).optional(),
    calendar: section('Calendar', 'For calendar windows.', {
      startTime: text('First moment, without a zone.', { example: '2026-01-01 00:00:00' }),
      timeZone: text('IANA time zone.', { example: 'America/Toronto' }),
    }).optional(),
  },
  '{ duration: 30d, isRolling: true }',
);

export const sloSchema = section('SLO', 'A service level objective, OpenSLO v1.', {
  apiVersion: choice('Version of the format.', [OPENSLO_VERSION], { example: OPENSLO_VERSION }),
  kind: choice('Kind of document.', ['SLO'], { example: 'SLO' }),
  metadata,
  spec: section('SLO specification', 'The objective.', {
    description: text('A sentence for people.', { example: 'Requests answered without a server error' }).optional(),
    service: text('Name of the service in this file that it is about.', { example: 'backend' }),
    indicator: indicator.optional(),
    indicatorRef: text('Name of an OpenSLO SLI.', { example: 'availability' }).optional(),
    timeWindow: listOf('Exactly one window.', timeWindow, {
      example: '[{ duration: 30d, isRolling: true }]',
      atMost: 1,
    }),
    budgetingMethod: choice('How the error budget is counted.', ['Occurrences', 'Timeslices', 'RatioTimeslices'], {
      example: 'Occurrences',
    }),
    objectives: listOf('The objectives.', objective, { example: '[{ target: 0.999 }]' }),
    alertPolicies: anything('OpenSLO alert policies; not used here.').optional(),
  }),
});
export type SloDocument = z.output<typeof sloSchema>;
