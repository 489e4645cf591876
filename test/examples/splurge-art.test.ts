/** splurge-art: its peak is derived from 250,000 users a day, and its parts describe one platform. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { findProfile } from '../../src/entry/load/find-profile.ts';
import { levelsOf } from '../../src/operations/load/sizing.ts';
import { checkFiles, requirePlatform } from '../../src/platform/load.ts';
import { resolveService } from '../../src/platform/select.ts';

const FOLDER = 'examples/splurge-art';
const platform = await requirePlatform(`${FOLDER}/surefoot.yml`);
const prod = resolveService(platform, { environment: 'prod' });
const [USERS, REQUESTS_OF_EACH, DAY] = [250_000, 40, 86_400];

/** The shares of its highest rate that a profile has at the end of each hour. */
async function hoursOf(file: string): Promise<number[]> {
  const { stages } = await findProfile(file);
  return stages.map(({ target }) => (target.kind === 'share' ? target.ofLevel : Number.NaN));
}

describe('splurge-art', () => {
  it('has no problem', async () => {
    expect((await checkFiles([`${FOLDER}/surefoot.yml`])).problems).toEqual([]);
  });

  it('says how much its users ask for, and assumes a day that peaks in the evening', async () => {
    const hours = await hoursOf(`${FOLDER}/load-tests/evening.yml`);
    expect(hours).toHaveLength(24);
    const highest = Math.max(...hours);
    expect(highest).toBe(1);
    expect(hours.indexOf(highest) + 1).toBe(20);
    const ratio = highest / (hours.reduce((sum, hour) => sum + hour, 0) / 24);
    expect(prod.load.demand).toEqual({
      dailyUsers: USERS,
      requestsPerUser: REQUESTS_OF_EACH,
      peak: { kind: 'peak-to-mean', ratio },
    });
  });

  it('derives its peak from them: the busiest second of the highest hour', async () => {
    const peakHour = ((USERS * REQUESTS_OF_EACH) / DAY) * 2;
    const { average, peak, capacity } = levelsOf(prod);
    expect(average.requestsPerSecond).toBeCloseTo(peakHour, 6);
    expect(peak.requestsPerSecond).toBeCloseTo(peakHour + 3.09 * Math.sqrt(peakHour), 6);
    // As the README says it.
    const readme = await readFile(`${FOLDER}/README.md`, 'utf8');
    expect(readme).toContain(`**${Math.round(peakHour)} requests/s**`);
    expect(readme).toContain(`**${Math.round(peak.requestsPerSecond)} requests/s**`);
    // The profile `spike` asks for twice the peak.
    expect(capacity.requestsPerSecond).toBeGreaterThanOrEqual(2 * peak.requestsPerSecond);
  });

  it.each(['dev', 'prod'])('has Terraform for %s that fits', async (environment) => {
    const service = resolveService(platform, { environment });
    const variables = await readFile(`${FOLDER}/infra/${environment}.tfvars`, 'utf8');
    const number = (name: string) => Number(new RegExp(`\\b${name} += (\\d+)`).exec(variables)?.[1]);
    expect(service.tasks).toEqual({ minimum: number('minimum'), maximum: number('maximum') });
    expect([service.cpu, service.memory]).toEqual([number('cpu'), number('memory')]);
    // Ten requests a second are what a task of this size does.
    expect(service.capacity?.requestsPerSecond).toBe(service.tasks.maximum * 10);
    const bakes = /bake_time_in_minutes = local\.production \? (\d+) : (\d+)/.exec(
      await readFile(`${FOLDER}/infra/service.tf`, 'utf8'),
    );
    expect(Number(bakes?.[environment === 'prod' ? 1 : 2])).toBe(service.deploy.bakeMinutes);
  });
});
