/** The example's parts describe one platform: surefoot.yml and the Terraform must say the same. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkFiles, requirePlatform } from '../../src/platform/load.ts';
import { sidesOf } from '../../src/rehearsal/regions/regions.ts';

const FOLDER = 'examples/arteraai';
const FILE = `${FOLDER}/surefoot.yml`;

/** All matches of the first group of `pattern` in a file of the Terraform. */
async function inTerraform(file: string, pattern: RegExp): Promise<string[]> {
  const text = await readFile(`${FOLDER}/infra/${file}`, 'utf8');
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

describe('arteraai', () => {
  it('has no problem', async () => {
    expect((await checkFiles([FILE])).problems).toEqual([]);
  });

  it('has two regions with the same names, as its Terraform has', async () => {
    const { primary, standby, settings } = sidesOf(await requirePlatform(FILE), 'inference');
    const sides = [primary, standby];
    expect(await inTerraform('region/variables.tf', / cluster += "(.*)"/g)).toEqual([primary.environment.cluster]);
    expect(await inTerraform('region/variables.tf', / name += "(.*)"/g)).toEqual([primary.target.ecsService]);
    expect(sides.map(({ environment }) => environment.cluster)).toEqual(['arteraai-prod', 'arteraai-prod']);
    expect(sides.map(({ target }) => target.ecsService)).toEqual(Array(2).fill('arteraai-inference-prod'));
    expect(await inTerraform('region/variables.tf', / port += (\d+)/g)).toEqual([String(primary.target.port)]);
    expect((await inTerraform('main.tf', /zones += (\[.*\])/g)).map((zones) => JSON.parse(zones))).toEqual(
      sides.map(({ environment }) => environment.zones),
    );
    const tasks = await inTerraform('main.tf', /tasks += \{ (.*) \}/g);
    expect(tasks).toEqual(
      sides.map(({ target }) => `minimum = ${target.tasks.minimum}, maximum = ${target.tasks.maximum}`),
    );
    expect(await inTerraform('region/data.tf', / identifier += "(.*)"/g)).toEqual(settings.replicas);
    expect(Object.keys(primary.environment.databases)).toEqual(settings.replicas);
  });

  it('has the DNS records that its Terraform makes', async () => {
    const { settings } = sidesOf(await requirePlatform(FILE), 'inference');
    const regions = await inTerraform('dns.tf', /region = "(.*?)"/g);
    expect([settings.dns?.primaryRecord, settings.dns?.standbyRecord]).toEqual(regions);
    expect(await inTerraform('dns.tf', /name +(?:)= "(api\..*)"/g)).toEqual([`api.$\{var.domain}`]);
    expect(settings.dns?.name).toMatch(/^api\./);
  });
});
