/** The experiments of the examples: valid without a warning, planned where nobody is hit, refused where users are. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkChaosFiles, filesIn } from '../../src/entry/chaos/check-files.ts';
import { surefoot } from '../cli/surefoot.ts';

const PLATFORMS = [
  { name: 'auterity', service: 'relaycore', open: 'staging' },
  { name: 'arteraai', service: 'inference', open: 'dr' },
] as const;

const files = await Promise.all(
  PLATFORMS.map(async (platform) => {
    const names = (await readdir(`examples/${platform.name}/chaos`)).filter((name) => name.endsWith('.yml'));
    return names.map((name) => ({ ...platform, file: `examples/${platform.name}/chaos/${name}` }));
  }),
).then((found) => found.flat());

let reports: string;

beforeAll(async () => {
  reports = await mkdtemp(path.join(os.tmpdir(), 'surefoot-experiments-'));
});

afterAll(() => rm(reports, { recursive: true, force: true }));

async function plan(platform: (typeof files)[number], environment: string) {
  const { name, service, file } = platform;
  const where = ['--config', `examples/${name}/surefoot.yml`, '--environment', environment, '--service', service];
  const { code, stdout } = await surefoot([
    ...['chaos', 'plan', file, ...where, '--offline', '--json', '--report-dir', path.join(reports, environment)],
  ]);
  return { code, ...(JSON.parse(stdout) as { reasons: { message: string }[]; warnings: unknown[] }) };
}

describe('the experiments of an example', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThanOrEqual(5);
  });

  it.each(PLATFORMS)('are valid for $name, without a warning', async ({ name }) => {
    const checked = checkChaosFiles(await filesIn(`examples/${name}/chaos`));
    expect(checked.length).toBeGreaterThan(0);
    expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it.each(files)(
    'can be planned: $file',
    async (platform) => {
      const { code, warnings, reasons } = await plan(platform, platform.open);
      expect([code, warnings], reasons[0]?.message).toEqual([0, []]);
    },
    60_000,
  );

  it.each(PLATFORMS)(
    'are refused in prod of $name, which is protected',
    async ({ name }) => {
      const [first] = files.filter((one) => one.name === name);
      if (first === undefined) {
        throw new Error(`${name} has no experiment`);
      }
      const { code, reasons } = await plan(first, 'prod');
      expect(code).toBe(1);
      expect(reasons.map(({ message }) => message).join('; ')).toMatch(/prod, which is protected/);
    },
    60_000,
  );
});
