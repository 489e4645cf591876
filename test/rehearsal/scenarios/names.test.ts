import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { requirePlatform } from '../../../src/platform/load.ts';
import { resolveService } from '../../../src/platform/select.ts';
import { defaultScenarios, scenarios } from '../../../src/rehearsal/scenarios/index.ts';
import { requireImages } from '../../../src/rehearsal/scenarios/request.ts';

const onArtguard = scenarios.filter(({ example = 'artguard' }) => example === 'artguard');
const chaos = scenarios.flatMap((scenario) => ('inject' in scenario ? [scenario] : []));

async function example(name: string, environment = 'dev') {
  const platform = await requirePlatform(`examples/${name}/surefoot.yml`);
  const target = resolveService(platform, { environment });
  return { target, zones: platform.environments[environment]?.zones ?? [] };
}

describe('the scenarios', () => {
  it('are the four of a deployment when none is named, so that the first run stays short', () => {
    const names = defaultScenarios.map(({ name }) => name);
    expect(names).toEqual(['deploy-good', 'deploy-bad', 'deploy-crash-loop', 'runner-dies']);
    expect(scenarios.slice(0, names.length)).toEqual(defaultScenarios);
    expect(scenarios.length).toBeGreaterThan(names.length);
  });

  it('each have their image in the example', async () => {
    for (const environment of ['dev', 'prod']) {
      const { target } = await example('artguard', environment);
      expect(() => requireImages(target, onArtguard)).not.toThrow();
    }
  });

  it('of experiments find on their example what they need', async () => {
    expect(chaos.length).toBeGreaterThan(0);
    for (const { example: name = 'artguard', requires } of chaos) {
      const { target, zones } = await example(name);
      expect(() => requires?.(target, zones)).not.toThrow();
    }
  });

  it('of experiments say what another platform lacks', async () => {
    const { target, zones } = await example('artguard');
    const failover = chaos.find(({ name }) => name === 'database-failover');
    expect(() => failover?.requires?.(target, zones)).toThrow(InputError);
    expect(() => failover?.requires?.(target, zones)).toThrow(/needs a database with `multiAz: true`/);
    const zoneLoss = chaos.find(({ name }) => name === 'zone-loss');
    expect(() => zoneLoss?.requires?.(target, zones.slice(1))).toThrow(/needs 2 zones, and the environment has 1/);
  });
});
