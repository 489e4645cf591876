/** The Terraform module behind the guide to OpenID Connect: its logic by Terraform itself where that is installed, the rest as it is written. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkovSpec } from '../../src/tools/checkov.ts';
import { locateTool } from '../../src/tools/find-tool.ts';
import { trivySpec } from '../../src/tools/trivy.ts';
import { surefoot } from '../cli/surefoot.ts';

const run = promisify(execFile);
const MODULE = 'infra/github-oidc';
const read = (file: string) => readFileSync(path.join(MODULE, file), 'utf8');

const terraform = await run('terraform', ['version']).then(
  () => true,
  () => false,
);
const reporter = { info: () => undefined, warn: () => undefined, progress: () => undefined, stage: () => undefined };
const scanners = await Promise.all([trivySpec, checkovSpec].map((spec) => locateTool(spec, { reporter })));
// CI installs both; a laptop without them is told by name that this was skipped.
const scannable = process.env['CI'] !== undefined || scanners.every((tool) => tool !== undefined);

const GITHUB = { owner: 'acme', owner_id: 1234, repository: 'shop', repository_id: 5678 };

/** What is left of the module without AWS: variables with their rules, and what is made of them. */
async function outputsOf(variables: object): Promise<{ ok: boolean; said: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-oidc-'));
  try {
    for (const file of ['variables.tf', 'locals.tf']) {
      await cp(path.join(MODULE, file), path.join(folder, file));
    }
    const output = (name: string) => `output "${name}" {\n  value = local.${name}\n}\n`;
    await writeFile(path.join(folder, 'outputs.tf'), output('subjects') + output('policies'));
    await writeFile(path.join(folder, 'test.auto.tfvars.json'), JSON.stringify(variables));
    const options = { cwd: folder, env: { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null' } };
    await run('terraform', ['apply', '-auto-approve', '-input=false', '-no-color'], options);
    return { ok: true, said: (await run('terraform', ['output', '-json'], options)).stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ok: false, said: `${stdout}${stderr}`.replaceAll(/[│\s]+/g, ' ') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the module for GitHub in AWS', () => {
  it('trusts both forms of the subject, by equality', () => {
    const subject =
      /condition \{[^}]*?test\s*=\s*"(\w+)"\s+variable = "\$\{local\.issuer\}:sub"\s+values\s+= (\S+)/s.exec(
        read('main.tf'),
      );
    expect(subject?.slice(1)).toEqual(['StringEquals', 'local.subjects[each.key]']);
    const values = [...read('locals.tf').matchAll(/"(repo:[^"]*)"/g)].map((match) =>
      (match[1] ?? '').replace(/\$\{(?:var|role)\.(?:github\.)?(\w+)\}/g, '<$1>'),
    );
    expect(values).toEqual([
      'repo:<owner>@<owner_id>/<repository>@<repository_id>:environment:<environment>',
      'repo:<owner>/<repository>:environment:<environment>',
    ]);
  });

  it('lets roles last as long as the workflows ask for', () => {
    const asked = ['workflows/deploy.yml', '.github/workflows/deploy.yml'].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:role-duration-seconds: |default: )(\d{4,})/g)].map(
        (match) => match[1],
      ),
    );
    const given = /max_session_duration = optional\(number, (\d+)\)/.exec(read('variables.tf'))?.[1];
    expect(new Set(asked)).toEqual(new Set([given]));
  });

  it.skipIf(!terraform)(
    'makes a policy of each that surefoot prints, and trusts one environment',
    { timeout: 60_000 },
    async () => {
      const where = ['-c', 'examples/artguard/surefoot.yml', '-e', 'prod', '--account', '123456789012'];
      const [deploy, pause] = await Promise.all(
        ['deploy', 'pause'].map(async (operation) => (await surefoot(['iam', operation, ...where])).stdout),
      );
      const { ok, said } = await outputsOf({
        github: GITHUB,
        roles: { 'deploy-prod': { environment: 'prod', policies: [deploy, pause] } },
      });
      expect(ok, said).toBe(true);
      const { subjects, policies } = JSON.parse(said);
      expect(subjects.value['deploy-prod']).toEqual([
        'repo:acme@1234/shop@5678:environment:prod',
        'repo:acme/shop:environment:prod',
      ]);
      expect(Object.keys(policies.value)).toEqual(['deploy-prod-1', 'deploy-prod-2']);
      expect(JSON.parse(policies.value['deploy-prod-1'].policy)).toEqual(JSON.parse(deploy ?? ''));
    },
  );

  it.skipIf(!terraform).each([
    [
      'a pattern for an owner',
      { github: { ...GITHUB, owner: '*' } },
      /Write owner and repository by their names alone/,
    ],
    [
      'a pattern for an environment',
      { roles: { all: { environment: '*', policies: ['{"Statement":[]}'] } } },
      /Write each environment by its name/,
    ],
    ['no policy', { roles: { none: { environment: 'prod', policies: [] } } }, /Each role needs policies/],
    [
      'text that is no policy',
      { roles: { none: { environment: 'prod', policies: ['deploy'] } } },
      /Each role needs policies/,
    ],
    [
      'a policy that is too long',
      { roles: { long: { environment: 'prod', policies: [JSON.stringify({ Statement: 'x'.repeat(6200) })] } } },
      /at most 6144 characters/,
    ],
  ])('refuses %s', { timeout: 60_000 }, async (_, wrong, message) => {
    const roles = { fine: { environment: 'prod', policies: ['{"Statement":[]}'] } };
    const { ok, said } = await outputsOf({ github: GITHUB, roles, ...wrong });
    expect(ok).toBe(false);
    expect(said).toMatch(message);
  });

  it.skipIf(!terraform)('is written as Terraform writes it', async () => {
    expect(await run('terraform', ['fmt', '-check', '-recursive', 'infra'])).toMatchObject({ stdout: '' });
  });

  it.skipIf(!scannable)("passes surefoot's own gate, with every file parsed", { timeout: 120_000 }, async () => {
    const reports = await mkdtemp(path.join(os.tmpdir(), 'surefoot-oidc-gate-'));
    try {
      const { code, stdout, stderr } = await surefoot(['gate', MODULE, '--offline', '--json', '--report-dir', reports]);
      expect(code, stderr).toBe(0);
      const evidence = JSON.parse(await readFile(JSON.parse(stdout).evidence, 'utf8'));
      const parsed = evidence.measurements.find(({ indicator }: { indicator: string }) => indicator === 'files-parsed');
      expect(parsed).toMatchObject({ value: 1, unit: 'ratio' });
      expect(parsed.n).toBeGreaterThanOrEqual(5);
    } finally {
      await rm(reports, { recursive: true, force: true });
    }
  });
});
