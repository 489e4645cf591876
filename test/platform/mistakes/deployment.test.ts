/** How a service is deployed: strategy, steps, the watch of an objective, and the images of a rehearsal. */
import { describe } from 'vitest';
import { eachGivesOneProblem, type Mistake } from './mistake.ts';

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'strategy in lower case': {
    from: 'strategy: BLUE_GREEN',
    to: 'strategy: blue-green',
    at: 'blue-green',
    message: /one of BLUE_GREEN, ROLLING, CANARY, LINEAR/,
    hint: /^strategy: BLUE_GREEN$/,
  },
  'a canary under another strategy': {
    from: 'strategy: CANARY, canary',
    to: 'canary',
    at: 'canary: { percent',
    message: /canary is of the strategy CANARY, but the strategy is BLUE_GREEN in prod/,
    hint: /^no canary here, or strategy: CANARY$/,
  },
  'linear steps under another strategy': {
    from: 'strategy: LINEAR, linear',
    to: 'strategy: CANARY, linear',
    at: 'linear: { step',
    message: /linear is of the strategy LINEAR, but the strategy is CANARY in prod/,
    hint: /^no linear here, or strategy: LINEAR$/,
  },
  'a share with its sign': {
    from: 'percent: 2.5',
    to: 'percent: 2.5%',
    at: '2.5%',
    message: /percent must be a percentage from 0\.1 to 100 with one decimal at most, not "2\.5%"/,
    hint: /^percent: 2\.5$/,
  },
  'a share that ECS cannot tell from another': {
    from: 'percent: 2.5',
    to: 'percent: 2.55',
    at: '2.55',
    message: /one decimal at most, not 2\.55/,
    hint: /^percent: 10$/,
  },
  'no share': {
    from: 'percent: 2.5',
    to: 'percent: 0',
    at: '0, bake: 15m',
    message: /from 0\.1 to 100/,
    hint: /^percent: 10$/,
  },
  'steps smaller than those of ECS': {
    from: 'step: 33.3',
    to: 'step: 2',
    at: '2, bake: 3m',
    message: /step must be a percentage from 3 to 100/,
    hint: /^step: 20$/,
  },
  'a step that waits for part of a minute': {
    from: 'bake: 3m',
    to: 'bake: 90s',
    at: '90s',
    message: /whole minutes/,
    hint: /^bake: 5m$/,
  },
  'initial image not there': {
    from: 'initialImage: web:1.0.0',
    to: 'initialImage: web:1.0.1',
    at: 'web:1.0.1',
    message: /not among the images/,
    hint: /^initialImage: web:1\.\d\.0$/,
  },
  'scenario of an image not there': {
    from: 'deploy-good: web:1.1.0',
    to: 'deploy-good: web:1.1.1',
    at: 'web:1.1.1',
    message: /not among the images/,
    hint: /^deploy-good: web:1\.\d\.0$/,
  },
  'image without tag': {
    from: 'web:1.1.0: {',
    to: 'web: {',
    at: 'web: {',
    message: /image with its tag/,
    hint: /^web:1\.0\.0$/,
  },
  'no images': {
    from: '      images:\n        web:1.0.0: {}\n        web:1.1.0: { DELAY_MS: 5 }\n      initialImage: web:1.0.0\n      tasks: 3\n      scenarios: { deploy-good: web:1.1.0 }\n',
    to: '      images: {}\n',
    at: '{}',
    message: /images is empty/,
    hint: /^images: /,
  },
  'objective misspelt': {
    from: 'objective: availability',
    to: 'objective: availabilty',
    at: 'availabilty',
    message: /no SLO document has that name/,
    hint: /^objective: availability$/,
  },
  'objective of another service': {
    from: '  service: web\n  indicator',
    to: '  service: admin\n  indicator',
    at: 'objective: availability }\n    jobs',
    message: /an SLO of admin/,
    hint: /no watch/,
  },
  'objective that cannot be judged': {
    from: 'budgetingMethod: Occurrences\n  objectives: [{ target: 0.9995 }]',
    to: 'budgetingMethod: RatioTimeslices\n  objectives: [{ target: 0.9995, timeSliceWindow: 1h }]',
    at: 'objective: availability }\n    jobs',
    message: /cannot judge/,
    hint: /no watch/,
  },
  'watch under rolling': {
    from: '    deploy:\n      strategy: BLUE_GREEN\n      bake: 5m\n      hookTimeout: 30m\n      smoke: { path: /ready, status: 204, requests: 3, timeout: 2s, url: "http://test.{environment}.example.com" }\n',
    to: '    deploy:\n      strategy: ROLLING\n',
    at: 'watch:',
    message: /ROLLING/,
    hint: /BLUE_GREEN/,
  },
  'watch longer than the pause': {
    from: 'watch: { duration: 2m',
    to: 'watch: { duration: 40m',
    at: 'watch:',
    message: /may take 7440 s/,
    hint: /hookTimeout: 248m/,
  },
};

describe('one mistake of a deployment or its rehearsal', () => {
  eachGivesOneProblem(MISTAKES);
});
