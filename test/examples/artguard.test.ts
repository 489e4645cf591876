/** The example's parts describe one platform: surefoot.yml, the task definition and the Terraform must say the same. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { actionsOf } from '../../src/operations/manage/schedule.ts';
import { allowedBad } from '../../src/platform/decimal.ts';
import { checkFiles, requirePlatform } from '../../src/platform/load.ts';
import { resolveService } from '../../src/platform/select.ts';

const FOLDER = 'examples/artguard';
const FILE = `${FOLDER}/surefoot.yml`;

interface TaskDefinition {
  family: string;
  cpu: string;
  memory: string;
  containerDefinitions: { name: string; image: string; portMappings: { containerPort: number }[] }[];
}

/** The first group of `pattern` in a file of the Terraform. */
async function inTerraform(file: string, pattern: RegExp): Promise<string> {
  const found = pattern.exec(await readFile(`${FOLDER}/infra/${file}`, 'utf8'))?.[1];
  if (found === undefined) {
    throw new Error(`${file} has no ${pattern}`);
  }
  return found;
}

describe('artguard', () => {
  it('has no problem', async () => {
    expect((await checkFiles([FILE])).problems).toEqual([]);
  });

  it('has a task definition for dev that fits', async () => {
    const dev = resolveService(await requirePlatform(FILE), { environment: 'dev' });
    const definition: TaskDefinition = JSON.parse(await readFile(`${FOLDER}/task-definition.json`, 'utf8'));
    const [container] = definition.containerDefinitions;
    expect(definition).toMatchObject({ family: dev.ecsService, cpu: String(dev.cpu), memory: String(dev.memory) });
    expect(container).toMatchObject({ name: dev.container, image: dev.rehearsal?.initialImage });
    expect(container?.portMappings).toMatchObject([{ containerPort: dev.port }]);
  });

  it.each(['dev', 'prod'])('has Terraform for %s that fits', async (environment) => {
    const platform = await requirePlatform(FILE);
    const service = resolveService(platform, { environment });
    const variables = `${environment}.tfvars`;
    const number = async (name: string) => Number(await inTerraform(variables, new RegExp(`\\b${name} += (\\d+)`)));
    expect(service.tasks).toEqual({ minimum: await number('minimum'), maximum: await number('maximum') });
    expect([service.cpu, service.memory]).toEqual([await number('cpu'), await number('memory')]);
    expect(JSON.parse(await inTerraform(variables, /zones += (\[.*?\])/))).toEqual(
      platform.environments[environment]?.zones,
    );
    expect((await number('requests_per_minute')) * service.tasks.maximum).toBe(
      (service.capacity?.requestsPerSecond ?? 0) * 60,
    );

    const named = (text: string) => text.replace(`$\{var.environment}`, environment);
    expect(named(await inTerraform('variables.tf', / name += "(.*)"/))).toBe(service.ecsService);
    expect(named(await inTerraform('service.tf', / name = "(artguard-cluster.*)"/))).toBe(service.cluster);
    expect(await inTerraform('variables.tf', /container += "(.*)"/)).toBe(service.container);
    expect(Number(await inTerraform('variables.tf', /port += (\d+)/))).toBe(service.port);
    expect(await inTerraform('balancer.tf', /health_check \{\s+path += "(.*)"/)).toBe(service.healthPath);
    const bake = await inTerraform(
      'service.tf',
      environment === 'prod' ? /production \? (\d+) :/ : /production \? \d+ : (\d+)/,
    );
    expect(Number(bake)).toBe(service.deploy.bakeMinutes);
  });

  it('sleeps by the schedule that Terraform makes, so that `surefoot schedule` finds nothing to do after it', async () => {
    const platform = await requirePlatform(FILE);
    const schedule = platform.environments['dev']?.schedule;
    if (schedule === undefined) {
      throw new Error('dev has no schedule');
    }
    const wanted = actionsOf(schedule, resolveService(platform, { environment: 'dev' }));
    const cron = (name: string) => inTerraform('dev.tfvars', new RegExp(`\\b${name} += "(.*)"`));
    expect(wanted.map((action) => action.schedule)).toEqual([await cron('stop'), await cron('start')]);
    expect(schedule.timeZone).toBe(await cron('zone'));
  });

  it('allows one bad request of a thousand', async () => {
    const availability = (await requirePlatform(FILE)).objectives.find(({ name }) => name === 'availability');
    expect(availability && allowedBad(availability.budget, 45_999n)).toBe(45n);
  });
});
