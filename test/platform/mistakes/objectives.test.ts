/** SLO documents of OpenSLO: targets, windows, indicators. */
import { describe } from 'vitest';
import { eachGivesOneProblem, type Mistake } from './mistake.ts';

const SOURCE = 'type: surefoot, spec: { indicator: availability }';

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'SLO of no service': {
    from: '  service: web\n  indicator',
    to: '  service: wbe\n  indicator',
    at: 'wbe',
    message: /the services here are web, admin/,
    hint: /^service: web$/,
  },
  'target in per cent': {
    from: 'target: 0.9995',
    to: 'target: 99.95',
    at: '99.95',
    message: /between 0 and 1/,
    hint: /^target: 0\.9995 \(or targetPercent: 99\.95\)$/,
  },
  'target of one': {
    from: 'target: 0.9995',
    to: 'target: 1.0',
    at: '1.0 }]',
    message: /between 0 and 1/,
    hint: /^target: 0\.999$/,
  },
  'percentage as ratio': {
    from: 'target: 0.9995',
    to: 'targetPercent: 0.9995',
    at: '0.9995',
    message: /between 1 and 100/,
    hint: /^targetPercent: 99\.95 \(or target: 0\.9995\)$/,
  },
  'target with an exponent': {
    from: 'target: 0.9995',
    to: 'target: 9.995e-1',
    at: '9.995e-1',
    message: /plain decimal/,
    hint: /^target: 0\.999$/,
  },
  'two targets': {
    from: 'target: 0.9995',
    to: 'target: 0.9995, targetPercent: 99.95',
    at: 'targetPercent',
    message: /cannot stand beside target/,
    hint: /no targetPercent/,
  },
  'no target': {
    from: '{ target: 0.9995 }',
    to: '{ displayName: x }',
    at: '{ displayName',
    message: /target is missing/,
    hint: /^target: 0\.999$/,
  },
  'a minute for a month': {
    from: 'duration: 4w',
    to: 'duration: 1m',
    at: '1m,',
    message: /m is minutes/,
    hint: /^duration: 1M$/,
  },
  'no window': {
    from: '  timeWindow: [{ duration: 4w, isRolling: true }]\n',
    to: '',
    at: 'spec:\n  service',
    message: /timeWindow is missing/,
    hint: /^timeWindow: \[\{ duration: 30d/,
  },
  'two windows': {
    from: '[{ duration: 4w, isRolling: true }]',
    to: '[{ duration: 4w, isRolling: true }, { duration: 1w, isRolling: true }]',
    at: '[{ duration: 4w',
    message: /at most 1 entry/,
    hint: /timeWindow/,
  },
  'window neither rolling nor calendar': {
    from: '{ duration: 4w, isRolling: true }',
    to: '{ duration: 4w }',
    at: '{ duration: 4w }',
    message: /isRolling must be true/,
    hint: /^isRolling: true$/,
  },
  'indicator missing': {
    from: SOURCE,
    to: 'type: surefoot, spec: {}',
    at: 'spec: {}',
    message: /indicator is missing/,
    hint: /^indicator: availability or latency$/,
  },
  'indicator misspelt': {
    from: SOURCE,
    to: 'type: surefoot, spec: { indicator: availibility }',
    at: 'availibility',
    message: /one of availability, latency/,
    hint: /^indicator: availability$/,
  },
  'latency without threshold': {
    from: SOURCE,
    to: 'type: surefoot, spec: { indicator: latency }',
    at: 'spec: { indicator: latency',
    message: /threshold is missing for latency/,
    hint: /^threshold: 8s$/,
  },
  'threshold without latency': {
    from: SOURCE,
    to: 'type: surefoot, spec: { indicator: availability, threshold: 8s }',
    at: 'threshold: 8s',
    message: /for latency/,
    hint: /no threshold/,
  },
  'good and bad': {
    from: '        total:',
    to: `        bad: { metricSource: { ${SOURCE} } }\n        total:`,
    at: 'ratioMetric',
    message: /exactly one of good and bad/,
    hint: /total/,
  },
  'source misspelt': {
    from: SOURCE,
    to: 'type: sure-foot, spec: { indicator: availability }',
    at: 'sure-foot',
    message: /is "sure-foot"/,
    hint: /^type: surefoot$/,
  },
  'two sources': {
    from: SOURCE,
    to: 'type: Prometheus, spec: { query: up }',
    at: 'Prometheus',
    message: /must be surefoot too/,
    hint: /^type: surefoot$/,
  },
  'value on a ratio': {
    from: 'target: 0.9995',
    to: 'target: 0.9995, op: lte, value: 8',
    at: 'value: 8',
    message: /for threshold metrics/,
    hint: /no value here/,
  },
};

describe('one mistake of an objective', () => {
  eachGivesOneProblem(MISTAKES);
});
