/** `surefoot nightly` by the bundled command line, on the rehearsal platform: a real load, a real fault, and what could not be done. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { evidenceSchema } from '../../../src/report/evidence.ts';
import { start, surefoot } from '../../cli/surefoot.ts';
import { CONFIG, experimentText, type Lab, startLab } from '../../operations/chaos/run/lab.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const ALWAYS = '[{ from: "00:00", to: "12:00", timezone: UTC }, { from: "12:00", to: "00:00", timezone: UTC }]';
const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: short
description: A few seconds
start: 10
stages:
  - { duration: 3s, target: 10 }
judge: every-request
`;

let lab: Lab;
let text: string;

beforeAll(async () => {
  lab = await startLab();
  text = await readFile(CONFIG, 'utf8');
  const write = (name: string, content: string) => writeFile(path.join(lab.folder, name), content);
  await write('short.yml', PROFILE);
  await write('kill.yml', experimentText({}));
  await write(
    'nobody.yml',
    experimentText({ target: 'resourceType: aws:ecs:task, resourceTags: { team: nobody }, selectionMode: ALL' }),
  );
  await lab.untilWhole();
});
afterAll(async () => {
  await lab?.close();
  expect(lab.artguard.bugs).toEqual([]);
});

/** artguard's own file, with this in its environment dev. */
const withNight = (resilience: string) =>
  text.replace(/^( {4}pausable: true\n)/m, `$1    resilience: { ${resilience} }\n`);

function night(resilience: string, ...args: string[]) {
  return nightOf(withNight(resilience), ...args);
}

async function nightOf(platformText: string, ...args: string[]) {
  await writeFile(path.join(lab.folder, 'surefoot.yml'), platformText);
  const common = ['--config', path.join(lab.folder, 'surefoot.yml'), '--environment', 'dev', '--json'];
  return start(['nightly', ...common, ...args], { cwd: lab.folder, env: { AWS_ENDPOINT_URL: lab.proxy.endpoint } });
}

describe('surefoot nightly', () => {
  it('loads, injects and judges together; what could not be decided hides nothing of the rest', async () => {
    const resilience = `windows: ${ALWAYS}, load: short.yml, experiments: [kill.yml, nobody.yml], allowIrreversible: true`;
    const { code, stdout, stderr } = await (await night(resilience, '--yes', '--report-dir', 'first')).ended;
    expect(code, `${stdout}\n${stderr}`).toBe(3);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({
      operation: 'nightly',
      verdict: 'inconclusive',
      reasons: [{ code: 'night-inconclusive' }, {}],
    });
    const record = evidenceSchema.parse(JSON.parse(await readFile(path.resolve(lab.folder, json.evidence), 'utf8')));
    expect(record).toMatchObject({ rehearsal: true, speed: 60, subject: { platform: 'artguard', environment: 'dev' } });
    const steps = record.nights?.nights.at(-1)?.steps ?? [];
    expect(steps.map(({ kind, name, verdict }) => [kind, name, verdict])).toEqual([
      ['load', 'short.yml', 'pass'],
      ['experiment', 'kill.yml', 'pass'],
      ['experiment', 'nobody.yml', 'inconclusive'],
    ]);
    expect(steps[0]?.availability).toBe(1);
    expect(steps[1]?.rto?.upper).toEqual(expect.any(Number));
    expect(await readdir(path.join(lab.folder, 'first'))).toEqual(
      expect.arrayContaining(['load.json', 'chaos-run.json', 'chaos-run-2.json', 'nightly.html', 'nightly.json']),
    );
    expect(await lab.active()).toEqual([]);
    const html = await readFile(path.join(lab.folder, 'first/nightly.html'), 'utf8');
    expect(html).toContain('kill.yml');
  });

  it('does what nothing undoes only where the file agrees to it, and injects nothing otherwise', async () => {
    await lab.untilWhole();
    const before = lab.proxy.calls.length;
    const running = await night(
      `windows: ${ALWAYS}, experiments: [kill.yml]`,
      '--yes',
      '--report-dir',
      'second',
      '--history',
      'first',
    );
    const { code, stdout } = await running.ended;
    expect(code, stdout).toBe(3);
    const { nights } = evidenceSchema.parse(
      JSON.parse(await readFile(path.join(lab.folder, 'second/nightly.json'), 'utf8')),
    );
    expect(nights?.nights.map(({ steps }) => steps.map((step) => step.code))).toEqual([
      [expect.any(String), expect.any(String), expect.any(String)],
      ['irreversible-not-allowed'],
    ]);
    const started = lab.proxy.calls
      .slice(before)
      .filter(({ method, path: at }) => method === 'POST' && at === '/experiments');
    expect(started).toEqual([]);
  });

  it('cancelled, ends the experiment that runs and begins nothing more', async () => {
    await lab.untilWhole();
    const lingering = experimentText({
      actions:
        '{ kill: { actionId: aws:ecs:stop-task, targets: { Tasks: main } }, linger: { actionId: aws:fis:wait, parameters: { duration: PT1H } } }',
    });
    await writeFile(path.join(lab.folder, 'linger.yml'), lingering);
    const resilience = `windows: ${ALWAYS}, experiments: [linger.yml, kill.yml], allowIrreversible: true`;
    const running = await night(resilience, '--yes', '--report-dir', 'third');
    await lab.untilRunning();
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code, `${stdout}\n${stderr}`).toBe(130);
    expect(await lab.active()).toEqual([]);
    const { nights, reasons } = evidenceSchema.parse(
      JSON.parse(await readFile(path.join(lab.folder, 'third/nightly.json'), 'utf8')),
    );
    expect(reasons[0]?.code).toBe('cancelled');
    expect(nights?.nights.at(-1)?.steps.at(-1)).toMatchObject({ name: 'kill.yml', code: 'cancelled', seconds: 0 });
  });

  it('says before anything begins that it does not know which of several services is meant', async () => {
    const before = lab.proxy.calls.length;
    const resilience = `windows: ${ALWAYS}, load: short.yml, experiments: [kill.yml, missing.yml]`;
    const [own = '', ...slos] = withNight(resilience).split(/^---$/m);
    const mistaken = parse(own);
    const { deploy: _, environments: __, ...rest } = mistaken.services.backend;
    mistaken.services.other = { ...rest, ecsService: 'other-{environment}' };
    const several = [stringify(mistaken), ...slos].join('---');
    const { code, stdout } = await (await nightOf(several, '--yes', '--report-dir', 'fourth')).ended;
    const { error } = JSON.parse(stdout);
    expect([code, error.code], stdout).toEqual([2, 'service-needed']);
    // The experiment names its own.
    expect(error.message).toMatch(
      /^load short\.yml: .*write `service: backend` under resilience of dev.*\n.*missing\.yml/,
    );
    expect(error.message).not.toContain('experiment kill.yml');
    expect(lab.proxy.calls).toHaveLength(before);
  });

  it('asks first, shows a plan, and says what is missing', async () => {
    const planned = await (await night(`windows: ${ALWAYS}, experiments: [kill.yml]`, '--dry-run')).ended;
    expect(planned.code, planned.stderr).toBe(0);
    expect(JSON.parse(planned.stdout)).toMatchObject({
      verdict: 'pass',
      steps: [{ kind: 'experiment', name: 'kill.yml' }],
    });
    const mistaken = `windows: ${ALWAYS}, load: smok, experiments: [kill.yml, ecs-task-kil, missing.yml]`;
    const wrong = JSON.parse((await (await night(mistaken, '--yes')).ended).stdout);
    expect(wrong.error.message).toMatch(/smok[\s\S]*ecs-task-kil[\s\S]*missing\.yml/);
    const unasked = await (await night(`windows: ${ALWAYS}, experiments: [kill.yml]`)).ended;
    expect([unasked.code, JSON.parse(unasked.stdout).error.code]).toEqual([2, 'nobody-to-ask']);
    const none = await surefoot(['nightly', '--config', CONFIG, '--environment', 'prod', '--json']);
    expect([none.code, JSON.parse(none.stdout).error.code]).toEqual([2, 'no-resilience']);
  });
});
