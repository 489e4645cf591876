/** The step of scorecard.yml, to copy and reusable, that gathers evidence, run as the runner does, with a `gh` that answers from a file: what it takes, and what stops it. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  readonly jobs: {
    readonly scorecard: {
      readonly env?: Readonly<Record<string, string>>;
      readonly steps: readonly { readonly id?: string; readonly run?: string }[];
    };
  };
}

/** What the reusable one takes from its caller and its run; the other has the workflows in its `env`. */
const CALLED = { RUN: '9', WORKFLOWS: 'deploy.yml security.yml nightly-resilience.yml', ARTIFACT: 'scorecard' };

/** Runs 1 and 2 of deploy.yml, of which 2 kept nothing; 7 was the last scorecard. What `BROKEN` names ends with 1. */
const GH = `#!/usr/bin/env bash
echo "$*" >> "$CALLS"
case "$*" in *"$BROKEN"*) echo 'could not resolve host: api.github.com' >&2; exit 1;; esac
case "$*" in
  'run list --workflow deploy.yml'*) printf '1\\n2\\n';;
  'run list --workflow scorecard.yml'*) echo 7;;
  'run list --workflow 42'*) echo 7;;
  *runs/9' --jq .workflow_id') echo 42;;
  'run list'*) ;;
  *runs/1/artifacts*) echo deploy-report;;
  *runs/7/artifacts*) echo scorecard;;
  'run download 1'*) mkdir -p evidence/1 && echo '{}' > evidence/1/deploy.json;;
  'run download 7'*) echo '{}' > previous/scorecard.json;;
esac
`;

async function gather(file: string, broken: string) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-gather-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const workflow = parse(await readFile(file, 'utf8')) as Workflow;
  const { env, steps } = workflow.jobs.scorecard;
  const script = steps.find(({ id }) => id === 'gather')?.run ?? '';
  const at = (name: string) => path.join(folder, name);
  await Promise.all([mkdir(at('bin')), mkdir(at('.github/workflows'), { recursive: true })]);
  await Promise.all([
    writeFile(at('bin/gh'), GH).then(() => chmod(at('bin/gh'), 0o755)),
    writeFile(at('.github/workflows/deploy.yml'), ''),
    writeFile(at('.github/workflows/security.yml'), ''),
    writeFile(at('step.sh'), script),
    writeFile(at('output'), ''),
    writeFile(at('calls'), ''),
  ]);
  const variables = {
    ...CALLED,
    ...env,
    PATH: `${at('bin')}:${process.env['PATH']}`,
    CALLS: at('calls'),
    BROKEN: broken,
    GITHUB_OUTPUT: at('output'),
    GH_REPO: 'o/r',
    BRANCH: 'main',
  };
  // As GitHub starts a `run` without `shell`: bash -e.
  const { code, log } = await new Promise<{ code: number | string; log: string }>((resolve) => {
    execFile('bash', ['-e', 'step.sh'], { cwd: folder, env: variables }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, log: stdout + stderr }),
    );
  });
  const [output, calls] = await Promise.all([readFile(at('output'), 'utf8'), readFile(at('calls'), 'utf8')]);
  return { code, log, output, calls };
}

describe.each(['workflows/scorecard.yml', '.github/workflows/scorecard.yml'])('%s', (file) => {
  it('takes the runs of 90 days, and tells what kept nothing and which workflow is not there', async () => {
    const { calls, code, log, output } = await gather(file, 'nothing that is asked');
    expect(code, log).toBe(0);
    const [, since = ''] = /--workflow deploy\.yml .*--created >=(\S+)/.exec(calls) ?? [];
    expect(Math.round((Date.now() - Date.parse(since)) / 86_400_000 - 0.5)).toBe(90);
    expect(calls).toMatch(/run download 1 --dir evidence\/1\n/);
    expect(calls).not.toMatch(/run download 2/);
    expect(log).toContain('run 2 of deploy.yml kept no artifact');
    expect(log).toContain('there is no workflow nightly-resilience.yml');
    expect(output).toContain('previous=previous/scorecard.json');
  });

  it.each(['run list --workflow security.yml', 'runs/2/artifacts', 'run download 1', 'run download 7'])(
    'fails where `gh … %s` does: what could not be read is not what was not there',
    async (broken) => {
      const { code, log } = await gather(file, broken);
      expect(code, log).toBe(1);
      expect(log).toContain('could not resolve host');
    },
  );
});
