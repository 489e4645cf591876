import { expect, it } from 'vitest';
import { atTestListener } from '../../src/platform/in-rehearsal.ts';
import { requirePlatform } from '../../src/platform/load.ts';
import { resolveService } from '../../src/platform/select.ts';

const URL_HERE = 'http://127.0.0.1:4711';
const platform = await requirePlatform('examples/artguard/surefoot.yml');
const target = resolveService(platform, { environment: 'dev' });
const smoke = { path: '/ready', status: 200, requests: 1, timeoutSeconds: 1 };
const withSmoke = (url: string | undefined) => ({
  ...target,
  deploy: { ...target.deploy, smoke: { ...smoke, url } },
});

it.each([
  ['its own where none is configured', undefined],
  ['its own in place of the real environment’s', 'http://test.dev.example.com'],
])('a rehearsal smokes %s', (_what, configured) => {
  expect(atTestListener(withSmoke(configured), URL_HERE)).toEqual(withSmoke(URL_HERE));
});

it('a service without a smoke check, or without a rehearsal, stays as it is', () => {
  const without = { ...target, deploy: { ...target.deploy, smoke: undefined } };
  expect(atTestListener(without, URL_HERE)).toEqual(without);
  expect(atTestListener(withSmoke('http://test.dev.example.com'), undefined)).toEqual(
    withSmoke('http://test.dev.example.com'),
  );
});
