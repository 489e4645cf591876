/** A whole night as the action: a load, an experiment and a drill on the rehearsal platform, and the issue that it keeps. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { evidenceSchema } from '../../../src/report/evidence.ts';
import { type FakeGitHub, startFakeGitHub } from '../../actions/fake-github.ts';
import { describeOnRunner } from '../../actions/lab-step.ts';
import { startStep } from '../../actions/runner.ts';
import { K6 } from '../../measure/k6.ts';
import { CONFIG, experimentText, type Lab, startLab } from '../../operations/chaos/run/lab.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const ALWAYS = '[{ from: "00:00", to: "12:00", timezone: UTC }, { from: "12:00", to: "00:00", timezone: UTC }]';
const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: short
description: A few seconds
start: 10
stages:
  - { duration: 2s, target: 10 }
judge: every-request
`;
const BUCKET = 'states-of-nights';
const KEY = 'env/dev/terraform.tfstate';
const RESILIENCE = [
  `windows: ${ALWAYS}`,
  'load: short.yml, experiments: [kill.yml], allowIrreversible: true',
  `drill: { procedure: terraform-state, bucket: ${BUCKET}, key: ${KEY} }`,
].join(', ');

/** Takes so many of the tasks from the service, which is to serve all the same. */
const killing = (mode: string) =>
  experimentText({
    target: `resourceType: aws:ecs:task, parameters: { cluster: "\${cluster}", service: "\${service}" }, selectionMode: ${mode}`,
    load: 'rate: "30", before: 2s, after: 2s',
    expect: 'felt: not-expected, availability: 90',
  });

let lab: Lab;
let github: FakeGitHub;

async function put(where: string, body: string): Promise<void> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=rehearsal/20260101/rehearsal/s3/aws4_request';
  const answer = await fetch(`${lab.artguard.rehearsal.endpoint}/${BUCKET}${where}`, {
    method: 'PUT',
    headers: { authorization },
    ...(body === '' ? {} : { body }),
  });
  expect(answer.status).toBe(200);
}

const putState = (serial: number) =>
  put(`/${KEY}`, JSON.stringify({ version: 4, serial, lineage: 'one', outputs: {}, resources: [] }));

describeOnRunner('a night of load, experiment and drill', () => {
  beforeAll(async () => {
    [lab, github] = await Promise.all([startLab(), startFakeGitHub()]);
    const write = (name: string, content: string) => writeFile(path.join(lab.folder, name), content);
    await write('short.yml', PROFILE);
    await write('kill.yml', killing('ALL'));
    const text = await readFile(CONFIG, 'utf8');
    await write('surefoot.yml', text.replace(/^( {4}pausable: true\n)/m, `$1    resilience: { ${RESILIENCE} }\n`));
    await put('', '');
    await put('?versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
    await lab.untilWhole();
  });

  afterAll(async () => {
    await github?.stop();
    await lab?.close();
    expect(lab.artguard.bugs).toEqual([]);
  });

  async function night(runId: string) {
    const step = await startStep({
      action: 'nightly',
      workspace: lab.folder,
      token: 'ghs_token',
      with: { environment: 'dev', 'report-dir': `nights/${runId}`, history: 'nights' },
      env: {
        AWS_ENDPOINT_URL: lab.proxy.endpoint,
        SUREFOOT_K6: K6,
        ...github.env,
        GITHUB_RUN_ID: runId,
        GITHUB_RUN_ATTEMPT: '1',
      },
    });
    const end = await step.ended;
    const record = evidenceSchema.parse(JSON.parse(await readFile(end.outputs['evidence'] ?? '', 'utf8')));
    const steps = (record.nights?.nights.at(-1)?.steps ?? []).map(({ kind, verdict }) => [kind, verdict]);
    return { end, record, steps };
  }

  it('that fails opens an issue, with what each has come to; the next one passes and closes it', async () => {
    // A broken apply has left the only version that there is.
    await put(`/${KEY}`, '{"version": 4, "seri');
    const first = await night('101');
    expect(first.steps, first.end.log).toEqual([
      ['load', 'pass'],
      ['experiment', 'fail'],
      ['drill', null],
    ]);
    expect([first.end.code, first.record.verdict]).toEqual([1, 'fail']);
    expect(github.issues).toMatchObject([
      { number: 1, state: 'open', title: 'Nightly resilience of dev (rehearsal): fail' },
    ]);
    expect(github.issues[0]?.body).toMatch(/experiment \| kill\.yml \| ✗ Fail[\s\S]*drill \| terraform-state/);

    await writeFile(path.join(lab.folder, 'kill.yml'), killing('COUNT(1)'));
    await putState(1);
    await putState(2);
    await lab.untilWhole();
    const second = await night('102');
    expect(second.steps, second.end.log).toEqual([
      ['load', 'pass'],
      ['experiment', 'pass'],
      ['drill', 'pass'],
    ]);
    expect([second.end.code, second.record.verdict]).toEqual([0, 'pass']);
    expect(github.issues).toMatchObject([{ number: 1, state: 'closed' }]);
    expect(second.record.nights?.nights.map(({ verdict }) => verdict)).toEqual(['fail', 'pass']);
    expect(await lab.active()).toEqual([]);
  });
});
