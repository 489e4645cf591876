import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { image, type Lab, startLab } from '../survival/lab.ts';
import { leftovers, unsoundness } from '../survival/soundness.ts';
import { describeOnRunner, startLabStep } from './lab-step.ts';

let lab: Lab;

describeOnRunner('the deploy action', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    lab = await startLab('smoked');
  });
  afterAll(() => lab?.stop());

  it('plans: says what would change, changes nothing, leaves nothing for the post step', async () => {
    const step = await startLabStep(lab, { command: 'plan', image: image('2') });
    const end = await step.ended;
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({ verdict: 'pass', 'reason-code': 'planned' });
    expect(JSON.parse(end.outputs['changes'] ?? '')).toHaveLength(1);
    expect(end.outputs['deployment-arn']).toBeUndefined();
    expect(end.summary).toMatch(/^## ✓ Pass: deploy plan\n/);
    expect(lab.proxy.calls()).not.toContain('RegisterTaskDefinition');
    const post = await step.post();
    expect(post.log).toContain('nothing is left to be undone');
    expect(post.code).toBe(0);
  });

  it('hands on where blocks are to come from, and refuses in words of inputs', async () => {
    const end = await (await startLabStep(lab, { image: image('2'), blocks: 'prometheus' })).ended;
    expect(end.code, end.log).toBe(2);
    expect(end.log).toContain('`blocks:` prometheus is no source of blocks');
    expect(lab.proxy.calls()).not.toContain('UpdateService');
  });

  it('gives up a candidate that fails the smoke check: the step fails, with the verdict everywhere', async () => {
    const step = await startLabStep(lab, { image: image('broken') });
    const end = await step.ended;
    expect(end.code, end.log).toBe(1);
    expect(end.outputs).toMatchObject({
      verdict: 'fail',
      'reason-code': 'smoke-failed',
      changed: 'true',
      'deployment-status': 'ROLLBACK_SUCCESSFUL',
      'task-definition': lab.original.taskDefinition,
    });
    expect(end.summary).toMatch(/^## ✗ Fail: /);
    const errors = end.commands.filter(({ name }) => name === 'error');
    expect(errors[0]?.properties['title']).toBe('deploy: fail (smoke-failed)');
    expect((await step.post()).log).toContain('nothing is left to be undone');
    expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
  });

  it('deploys: outputs, summary, evidence and report', async () => {
    const step = await startLabStep(lab, { image: image('2'), 'report-dir': 'my reports' });
    const end = await step.ended;
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({
      verdict: 'pass',
      'reason-code': 'deployed',
      changed: 'true',
      'deployment-status': 'SUCCESSFUL',
    });
    expect(end.outputs['deployment-arn']).toMatch(/^arn:aws:ecs:.*:service-deployment\//);
    expect(end.outputs['revision']).toMatch(/^arn:aws:ecs:.*:service-revision\//);
    expect(end.outputs['task-definition']).toMatch(/^arn:aws:ecs:.*:task-definition\/web-smoked:\d+$/);
    expect(end.outputs['evidence']).toBe(`${lab.workDirectory}/my reports/deploy.json`);
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(end.outputs['evidence'] ?? '', 'utf8')));
    expect(evidence.deployment?.arn).toBe(end.outputs['deployment-arn']);
    expect(await readFile(end.outputs['report'] ?? '', 'utf8')).toMatch(/^<!doctype html>/i);
    expect(end.summary).toMatch(/^## ✓ Pass: Deploy /);
    expect(end.commands.map(({ name }) => name)).not.toContain('error');
    expect((await step.post()).log).toContain('nothing is left to be undone');
    expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
  });

  it('finds nothing to do the second time', async () => {
    const end = await (await startLabStep(lab, { image: image('2') })).ended;
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({ verdict: 'pass', 'reason-code': 'nothing-to-change', changed: 'false' });
  });

  it('does the same through the root action, and shows the status', async () => {
    const end = await (await startLabStep(lab, { operation: 'deploy', command: 'status' }, { action: 'root' })).ended;
    expect(end.code, end.log).toBe(0);
    expect(JSON.parse(end.outputs['status'] ?? '')).toMatchObject({ service: 'web-smoked', leftover: null });
  });

  it('rolls back to the revision before', async () => {
    const step = await startLabStep(lab, { command: 'rollback' });
    const end = await step.ended;
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({ verdict: 'pass', 'task-definition': lab.original.taskDefinition });
    expect([await unsoundness(lab), await leftovers(lab), lab.bugs]).toEqual([[], [], []]);
  });

  it('tells AWS who asks', async () => {
    const agents: string[] = [];
    lab.proxy.setRule(({ userAgent }) => {
      agents.push(userAgent);
      return 'pass';
    });
    const env = { GITHUB_RUN_ID: '77', GITHUB_RUN_ATTEMPT: '2' };
    await (await startLabStep(lab, { command: 'status' }, { env })).ended;
    expect(agents.length).toBeGreaterThan(0);
    for (const agent of agents) {
      expect(agent).toMatch(/ surefoot\/\d\S* surefoot-action-deploy-status\/\d\S* github-run\/77\.2( |$)/);
    }
  });
});
