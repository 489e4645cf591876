/** A scenario of two regions, from their start to what it left. */
import path from 'node:path';
import type { Played, RehearsePorts, ScenarioOptions, Site } from '../playing.ts';
import type { RegionScenario } from '../scenarios/scenario.ts';
import { sidesOf, startRegions } from './regions.ts';

/** @throws InputError when the platform has no two regions */
export async function playRegions(
  scenario: RegionScenario,
  { platform, target }: Site,
  { speed, workDirectory }: ScenarioOptions,
  ports: RehearsePorts,
): Promise<Played> {
  const { reporter, clock, signal } = ports;
  const sides = sidesOf(platform, target.service);
  const regions = await startRegions({
    ...{ platform, sides, speed, workDirectory, signal },
    onBug: (error) =>
      reporter.warn(`the rehearsal platform has a bug: ${error instanceof Error ? error.stack : String(error)}`),
  });
  try {
    const { primary, standby, url } = regions;
    reporter.info(
      `regions ready: ${primary.region} at ${primary.endpoint}, ${standby.region} at ${standby.endpoint}, users at ${url}`,
    );
    const observation = await scenario.move({
      ...{ platform, sides, regions, speed, clock, reporter, signal, workDirectory },
      startLoad: (load, name, onProgress) => ports.startLoad(load, path.join(workDirectory, name), onProgress),
    });
    const { operation, load, measurements, series } = observation;
    return {
      operation: { ...operation, series: [...operation.series, ...series] },
      load,
      checks: scenario.judge(observation),
      measurements,
      summary: scenario.summarise(observation),
    };
  } finally {
    await regions.stop();
  }
}
