import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { parsePlatform } from '../../src/platform/parse.ts';
import { resolveService, resolveServices, type Selection } from '../../src/platform/select.ts';
import { didYouMean, editDistance } from '../../src/platform/suggest.ts';
import { FULL, MINIMAL } from './samples.ts';

function select(text: string, selection?: Selection) {
  const { platform } = parsePlatform(text, 'surefoot.yml');
  if (platform === undefined) {
    throw new Error('the sample is broken');
  }
  try {
    return resolveService(platform, selection).ecsService;
  } catch (error) {
    if (error instanceof InputError) {
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
}

describe('resolveService', () => {
  it('takes the only service and the only environment', () => {
    expect(select(MINIMAL)).toBe('shop-web-dev');
  });

  it('takes the only environment that the service runs in', () => {
    expect(select(FULL, { service: 'admin' })).toBe('shop-admin-prod');
  });

  it.each([
    [{}, 'service-needed: surefoot.yml has several services; add --service with one of web, admin'],
    [
      { service: 'web' },
      'environment-needed: surefoot.yml has several environments; add --environment with one of dev, prod',
    ],
    [
      { service: 'wbe', environment: 'dev' },
      'unknown-service: there is no service "wbe" in surefoot.yml; it has web, admin. Did you mean web?',
    ],
    [
      { service: 'web', environment: 'production' },
      'unknown-environment: there is no environment "production" in surefoot.yml; it has dev, prod. Did you mean prod?',
    ],
    [
      { service: 'wbe', environment: 'production' },
      'unknown-service: there is no service "wbe" in surefoot.yml; it has web, admin. Did you mean web?\nthere is no environment "production" in surefoot.yml; it has dev, prod. Did you mean prod?',
    ],
    [
      { service: 'constructor', environment: 'dev' },
      'unknown-service: there is no service "constructor" in surefoot.yml; it has web, admin.',
    ],
    [
      { service: 'admin', environment: 'dev' },
      'not-in-environment: admin does not run in dev; it runs in prod (surefoot.yml)',
    ],
  ])('%j', (selection, expected) => {
    expect(select(FULL, selection)).toBe(expected);
  });
});

function selectAll(text: string, selection: Parameters<typeof resolveServices>[1]) {
  const { platform } = parsePlatform(text, 'surefoot.yml');
  if (platform === undefined) {
    throw new Error('the sample is broken');
  }
  try {
    return resolveServices(platform, selection).map(({ ecsService }) => ecsService);
  } catch (error) {
    if (error instanceof InputError) {
      return error.code;
    }
    throw error;
  }
}

describe('resolveServices', () => {
  it.each([
    [{ environment: 'dev' }, ['shop-web-dev']],
    [{ environment: 'prod' }, 'services-needed'],
    [{ environment: 'prod', all: true }, ['shop-web-prod', 'shop-admin-prod']],
    [{ environment: 'prod', services: ['admin', 'web', 'admin'] }, ['shop-admin-prod', 'shop-web-prod']],
    [{ environment: 'prod', services: [] }, 'services-needed'],
    [{ environment: 'prod', services: ['web'], all: true }, 'all-and-names'],
    [{ services: ['admin'] }, ['shop-admin-prod']],
    [{ all: true }, 'environment-needed'],
    [{ environment: 'dev', services: ['admin'] }, 'not-in-environment'],
    [{ environment: 'dev', services: ['web', 'nobody'] }, 'unknown-service'],
  ])('%j', (selection, expected) => {
    expect(selectAll(FULL, selection)).toEqual(expected);
  });
});

describe('didYouMean', () => {
  it.each([
    ['healtPath', 'healthPath'],
    ['blue-green', 'BLUE_GREEN'],
    ['min', 'minimum'],
    ['tsaks', 'tasks'],
    ['colour', undefined],
    ['', undefined],
    ['a', undefined],
  ])('%s → %s', (word, expected) => {
    expect(didYouMean(word, ['healthPath', 'BLUE_GREEN', 'minimum', 'maximum', 'tasks', 'port'])).toBe(expected);
  });

  it('counts a swap of neighbours as one edit', () => {
    expect(editDistance('tsaks', 'tasks')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
  });
});
