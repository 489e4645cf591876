/** One mistake in a good file gives one problem, at its place, that says what to write. */
import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';
import { edit, FULL } from './samples.ts';

/** Where `needle` stands in the text, 1-based. */
function placeOf(text: string, needle: string): { line: number; column: number } {
  const before = text.slice(0, text.indexOf(needle)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

interface Mistake {
  readonly from: string;
  readonly to: string;
  /** The text at whose start the problem must be located, in the edited file. */
  readonly at: string;
  readonly message: RegExp;
  readonly hint: RegExp;
}

const SOURCE = 'type: surefoot, spec: { indicator: availability }';

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'no unit': {
    from: 'bake: 5m',
    to: 'bake: 90',
    at: '90',
    message: /bake must be a duration with its unit/,
    hint: /^bake: 90s .* or 90m/,
  },
  'a unit in words': {
    from: 'coldStart: 20s',
    to: 'coldStart: 20 seconds',
    at: '20 seconds',
    message: /unit/,
    hint: /^coldStart: 20s/,
  },
  'part of a minute': { from: 'bake: 5m', to: 'bake: 90s', at: '90s', message: /whole minutes/, hint: /bake: 5m/ },
  'too long a duration': { from: 'bake: 5m', to: 'bake: 25h', at: '25h', message: /from 0s to 24h/, hint: /bake: 5m/ },
  'quoted number': {
    from: 'port: 8080',
    to: 'port: "8080"',
    at: '"8080"',
    message: /whole number/,
    hint: /8080, without quotes/,
  },
  'port out of range': {
    from: 'port: 8080',
    to: 'port: 0',
    at: '0\n    healthPath',
    message: /1 to 65535, not 0/,
    hint: /^port: \d+$/,
  },
  'port missing': {
    from: '    port: 8080\n',
    to: '',
    at: 'web:\n    ecsService',
    message: /services\.web\.port is missing/,
    hint: /^port: 8000$/,
  },
  'key misspelt': {
    from: 'healthPath:',
    to: 'healtPath:',
    at: 'healtPath',
    message: /not a key that is known/,
    hint: /^healthPath instead of healtPath$/,
  },
  'required key misspelt': {
    from: 'ecsService: shop-web',
    to: 'ecsservice: shop-web',
    at: 'ecsservice',
    message: /not a key/,
    hint: /^ecsService instead/,
  },
  'a section misspelt': {
    from: '\nservices:',
    to: '\nservice:',
    at: 'service:\n',
    message: /service is not a key/,
    hint: /^services instead/,
  },
  'unknown key': {
    from: 'cpu: 512',
    to: 'colour: red',
    at: 'colour',
    message: /colour is not a key/,
    hint: /^one of ecsService, port/,
  },
  'minimum over maximum': {
    from: '{ minimum: 2, maximum: 10 }',
    to: '{ minimum: 12, maximum: 10 }',
    at: '12,',
    message: /minimum \(12\) larger than the maximum \(10\) in prod/,
    hint: /^minimum: 10$/,
  },
  'maximum under a base minimum': {
    from: '{ minimum: 2, maximum: 10 }',
    to: '{ maximum: 0 }',
    at: '0 }\n        deploy',
    message: /1 to 5000/,
    hint: /maximum/,
  },
  'placeholder {env}': {
    from: 'ecsService: shop-web-{environment}',
    to: 'ecsService: shop-web-{env}',
    at: 'shop-web-{env}',
    message: /\{env\}/,
    hint: /^ecsService: shop-web-\{environment\}$/,
  },
  'placeholder of a shell': {
    from: 'ecsService: shop-web-{environment}',
    to: `ecsService: shop-web-$${'{environment}'}`,
    at: 'shop-web-$',
    message: /only placeholder/,
    hint: /shop-web-\{environment\}$/,
  },
  'same name in one cluster': {
    from: 'ecsService: shop-admin-{environment}',
    to: 'ecsService: shop-web-{environment}',
    at: 'shop-web-{environment}\n    port: 9000',
    message: /the same as services\.web\.ecsService/,
    hint: /of its own/,
  },
  'zone of another region': {
    from: '[eu-west-1a, eu-west-1b]',
    to: '[eu-west-1a, us-east-1b]',
    at: 'us-east-1b',
    message: /not a zone of eu-west-1/,
    hint: /eu-west-1b/,
  },
  'zone twice': {
    from: '[eu-west-1a, eu-west-1b]',
    to: '[eu-west-1a, eu-west-1a ]',
    at: 'eu-west-1a ]',
    message: /second time/,
    hint: /once/,
  },
  'a zone as region': {
    from: 'region: eu-west-1\n    cluster: shop-{environment}\n    protected',
    to: 'region: eu-west-1b\n    cluster: shop-{environment}\n    protected',
    at: 'eu-west-1b\n    cluster',
    message: /an AWS region/,
    hint: /^region: eu-west-1$/,
  },
  'strategy in lower case': {
    from: 'strategy: BLUE_GREEN',
    to: 'strategy: blue-green',
    at: 'blue-green',
    message: /one of BLUE_GREEN, ROLLING/,
    hint: /^strategy: BLUE_GREEN$/,
  },
  'command as text': {
    from: '[node, web.mjs, --quiet]',
    to: 'node web.mjs',
    at: 'node web.mjs',
    message: /must be a list/,
    hint: /^command: \[node, web\.mjs\]$/,
  },
  'command empty': {
    from: '[node, web.mjs, --quiet]',
    to: '[]',
    at: '[]',
    message: /at least 1 entry/,
    hint: /^command: \[node/,
  },
  'path without slash': {
    from: 'healthPath: /healthz',
    to: 'healthPath: healthz',
    at: 'healthz',
    message: /path that starts with \//,
    hint: /^healthPath: \/healthz$/,
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
  'health check too slow': {
    from: 'interval: 10s, timeout: 3s',
    to: 'interval: 10s, timeout: 10s',
    at: '10s, healthy',
    message: /less than the interval of 10s/,
    hint: /^timeout: 2s$/,
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
    at: 'objective: availability }\n    rehearsal',
    message: /an SLO of admin/,
    hint: /no watch/,
  },
  'objective that cannot be judged': {
    from: 'budgetingMethod: Occurrences\n  objectives: [{ target: 0.9995 }]',
    to: 'budgetingMethod: RatioTimeslices\n  objectives: [{ target: 0.9995, timeSliceWindow: 1h }]',
    at: 'objective: availability }\n    rehearsal',
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
  'override of an unknown environment': {
    from: '      prod:\n        tasks',
    to: '      prd:\n        tasks',
    at: 'prd:',
    message: /environments here are dev, prod/,
    hint: /^prod instead of prd$/,
  },
  'runs in an unknown environment': {
    from: 'runsIn: [prod]',
    to: 'runsIn: [pord]',
    at: 'pord',
    message: /environments here are dev, prod/,
    hint: /prod instead of pord/,
  },
  'environment name in capitals': {
    from: '  dev:\n',
    to: '  Dev:\n',
    at: 'Dev:',
    message: /lower-case/,
    hint: /^dev$/,
  },
  'wrong version': {
    from: 'apiVersion: surefoot/v1\nkind: Platform',
    to: 'apiVersion: surefoot/v2\nkind: Platform',
    at: 'surefoot/v2',
    message: /surefoot\/v1, not "surefoot\/v2"/,
    hint: /^apiVersion: surefoot\/v1$/,
  },
  'kind in lower case': {
    from: 'kind: Platform',
    to: 'kind: platform',
    at: 'platform',
    message: /Platform, not "platform"/,
    hint: /^kind: Platform$/,
  },
  'unknown kind': {
    from: 'kind: Target',
    to: 'kind: Deployment',
    at: 'Deployment',
    message: /does not read/,
    hint: /Platform.*Target.*SLO/,
  },
  'another OpenSLO kind': {
    from: 'kind: SLO',
    to: 'kind: AlertPolicy',
    at: 'AlertPolicy',
    message: /does not read of OpenSLO/,
    hint: /file of their own/,
  },
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
  'target of no service': {
    from: 'service: web\nenvironment: prod',
    to: 'service: wbe\nenvironment: prod',
    at: 'wbe',
    message: /services here are web, admin/,
    hint: /^service: web$/,
  },
  'target of no environment': {
    from: 'service: web\nenvironment: prod',
    to: 'service: web\nenvironment: live',
    at: 'live',
    message: /environments here are dev, prod/,
    hint: /^environment: dev or prod$/,
  },
  'comparison as a sign': {
    from: 'comparison: lte',
    to: 'comparison: "<="',
    at: '"<="',
    message: /one of lte, lt, gte, gt/,
    hint: /^comparison: /,
  },
  'value that is no number': {
    from: 'value: 29.50',
    to: 'value: half',
    at: 'half',
    message: /plain decimal, not "half"/,
    hint: /^value: 30$/,
  },
  'key twice': {
    from: '    cpu: 512\n',
    to: '    cpu: 512\n    cpu: 1024\n',
    at: 'cpu: 1024',
    message: /already there/,
    hint: /each key once/,
  },
  'merge key': {
    from: 'cpu: 512',
    to: '<<: { cpu: 512 }',
    at: '<<',
    message: /merge keys/,
    hint: /the keys themselves/,
  },
};
describe('one mistake', () => {
  it.each(Object.entries(MISTAKES))('%s', (_, { from, to, at, message, hint }) => {
    const text = edit(FULL, from, to);
    const { platform, problems } = parsePlatform(text, 'surefoot.yml');
    expect(platform).toBeUndefined();
    expect(problems).toEqual([
      {
        file: 'surefoot.yml',
        ...placeOf(text, at),
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      },
    ]);
  });
});
