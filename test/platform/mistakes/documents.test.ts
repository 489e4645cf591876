/** Documents as such: kind, version, keys of YAML; and what a target names. */
import { describe } from 'vitest';
import { eachGivesOneProblem, type Mistake } from './mistake.ts';

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a section misspelt': {
    from: '\nservices:',
    to: '\nservice:',
    at: 'service:\n',
    message: /service is not a key/,
    hint: /^services instead/,
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

describe('one mistake in the form of the document, or of a target', () => {
  eachGivesOneProblem(MISTAKES);
});
