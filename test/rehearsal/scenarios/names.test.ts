import { describe, expect, it } from 'vitest';
import { requirePlatform } from '../../../src/platform/load.ts';
import { resolveService } from '../../../src/platform/select.ts';
import { defaultScenarios, scenarios } from '../../../src/rehearsal/scenarios/index.ts';
import { requireImages } from '../../../src/rehearsal/scenarios/request.ts';

describe('the scenarios', () => {
  it('are the four of a deployment when none is named, so that the first run stays short', () => {
    const names = defaultScenarios.map(({ name }) => name);
    expect(names).toEqual(['deploy-good', 'deploy-bad', 'deploy-crash-loop', 'runner-dies']);
    expect(scenarios.slice(0, names.length)).toEqual(defaultScenarios);
    expect(scenarios.length).toBeGreaterThan(names.length);
  });

  it('each have their image in the example', async () => {
    const platform = await requirePlatform('examples/artguard/surefoot.yml');
    for (const environment of Object.keys(platform.environments)) {
      expect(() => requireImages(resolveService(platform, { environment }), scenarios)).not.toThrow();
    }
  });
});
