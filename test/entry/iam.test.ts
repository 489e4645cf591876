/** `surefoot iam` as people start it. */
import { expect, it } from 'vitest';
import { OPERATIONS } from '../../src/aws/permissions/operations.ts';
import type { PolicyDocument } from '../../src/aws/permissions/statement.ts';
import { surefoot } from '../cli/surefoot.ts';

const iam = (...args: string[]) => surefoot(['iam', ...args]);
const ARTGUARD = ['-c', 'examples/artguard/surefoot.yml', '-e', 'prod'];
const PERMITTED = ['-c', 'test/aws/permissions/platform/surefoot.yml', '-e', 'dev'];

function resourcesOf(text: string, action: string): readonly string[] {
  const { Statement } = JSON.parse(text) as PolicyDocument;
  return Statement.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
}

it('prints the policy on stdout, of the environment and its services, and says on stderr what is left open', async () => {
  const { code, stdout, stderr } = await iam(
    'deploy',
    'chaos run',
    ...PERMITTED,
    '--name',
    'role=task',
    '--name',
    'role=exec',
  );
  expect(code, stderr).toBe(0);
  const place = 'eu-west-1:000000000000';
  expect(resourcesOf(stdout, 'ecs:UpdateService')).toEqual([`arn:aws:ecs:${place}:service/permitted-dev/web-dev`]);
  expect(resourcesOf(stdout, 'iam:PassRole')).toEqual(
    expect.arrayContaining(['arn:aws:iam::000000000000:role/exec', 'arn:aws:iam::000000000000:role/task']),
  );
  expect(resourcesOf(stdout, 'fis:StopExperiment')).toEqual([`arn:aws:fis:${place}:experiment/*`]);
  expect(stderr).toContain('log-group is left open (*)');
  expect(stderr).not.toContain('the account is left open');
});

it('takes the account from --account, and as JSON tells what is open', async () => {
  const { stdout } = await iam('pause', ...ARTGUARD, '--account', '123456789012', '--json');
  const { policy, open } = JSON.parse(stdout) as { policy: PolicyDocument; open: string[] };
  expect(JSON.stringify(policy)).toContain(
    'arn:aws:ecs:ca-central-1:123456789012:service/artguard-cluster-prod/artguard-backend-prod',
  );
  expect(open).toEqual([]);
});

it('lists the operations where none is named', async () => {
  const { code, stdout } = await iam();
  expect(code).toBe(0);
  for (const [name, { does }] of Object.entries(OPERATIONS)) {
    expect(stdout).toContain(name);
    expect(stdout).toContain(does);
  }
});

it.each([
  [['deplyo', ...ARTGUARD], /no operation "deplyo": did you mean deploy\?/],
  [['deploy', ...ARTGUARD, '--name', 'rol=x'], /--name rol=x: write kind=name.*role: a role/s],
  [['deploy', ...ARTGUARD, '--name', 'role='], /write kind=name/],
  [['deploy', ...ARTGUARD, '--account', '12'], /--account 12: write the twelve digits/],
  [['deploy', '-c', 'examples/artguard/surefoot.yml'], /dev.*prod/],
])('refuses %j', async (args, message) => {
  const { code, stdout, stderr } = await iam(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});
