/** The dry run on a real socket: what is sent, what is believed, and that nothing stays behind however it ends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeExpired, removePreviewOf } from '../../../../src/operations/chaos/leftovers/templates.ts';
import { preview } from '../../../../src/operations/chaos/plan/preview.ts';
import { type FisServer, type Honesty, startFis } from './fis-server.ts';
import { experimentOf, KILL, TASKS } from './samples.ts';

const { template } = experimentOf(KILL, TASKS);
const MARKS = { experiment: 'sample', runId: 'run-1', expires: new Date('2026-11-21T12:00:00Z') };

let fis: FisServer;

beforeEach(async () => {
  fis = await startFis();
});
afterEach(() => fis.close());

const run = (signal?: AbortSignal) => preview(template, MARKS, fis.ports(signal));
const starts = () => fis.requests.filter(({ method, path }) => method === 'POST' && path === '/experiments');
const running = () =>
  [...fis.experiments.values()].filter(({ status }) => !['completed', 'stopped', 'failed'].includes(status));

describe('a dry run', () => {
  it('gives what FIS resolved, and leaves nothing', async () => {
    expect(await run()).toEqual({
      preview: {
        kind: 'resolved',
        experiment: 'EXP1',
        targets: [{ targetName: 'tasks', resourceType: 'aws:ecs:task', targetInformation: { arn: 'arn:a' } }],
      },
      leftover: undefined,
    });
    expect(fis.templates.size).toBe(0);
    expect(fis.journal).toEqual(['previewing run-1', 'previewed']);
  });

  it('says skip-all in the very bytes of the one start, and marks all that it makes', async () => {
    await run();
    const tags =
      '{"surefoot:experiment":"sample","surefoot:preview":"run-1","surefoot:expires":"2026-11-21T12:00:00.000Z"}';
    expect(starts().map(({ body }) => body)).toEqual([
      `{"clientToken":"run-1","experimentTemplateId":"EXT1","experimentOptions":{"actionsMode":"skip-all"},"tags":${tags}}`,
    ]);
    const [created] = fis.requests.filter(({ method, path }) => method === 'POST' && path === '/experimentTemplates');
    expect(JSON.parse(created?.body ?? '')).toEqual({
      clientToken: 'run-1',
      description: 'surefoot: dry run of sample, nothing is injected',
      stopConditions: template.stopConditions,
      targets: template.targets,
      actions: template.actions,
      roleArn: template.roleArn,
      tags: JSON.parse(tags),
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'skip' },
    });
  });
});

describe('a server that does not keep to it', () => {
  it.each<[Honesty, string]>([
    ['leaves-out', 'it answered with actionsMode left out instead of "skip-all"'],
    ['says-run-all', 'it answered with actionsMode "run-all" instead of "skip-all"'],
  ])('%s: is stopped before anything else is asked', async (honesty, noticed) => {
    fis.honesty = honesty;
    expect((await run()).preview).toEqual({ kind: 'not-dry', experiment: 'EXP1', noticed, stopped: true });
    const after = fis.requests.slice(fis.requests.findIndex(({ path }) => path === '/experiments') + 1);
    expect(after[0]).toMatchObject({ method: 'DELETE', path: '/experiments/EXP1' });
    expect(fis.experiments.get('EXP1')?.stopped).toBe(true);
    expect(fis.templates.size).toBe(0);
  });

  it('says skip-all and runs an action: is stopped as soon as that is seen', async () => {
    fis.honesty = 'says-and-runs';
    expect((await run()).preview).toEqual({
      kind: 'not-dry',
      experiment: 'EXP1',
      noticed: 'it said skip-all, but the action kill is running',
      stopped: true,
    });
    expect(fis.experiments.get('EXP1')?.stopped).toBe(true);
  });

  it.each<[Honesty, string]>([
    ['says-and-has-run', 'it said skip-all, but the action kill is completed'],
    ['says-nothing-of-actions', 'it said skip-all, but the action kill is without a state'],
  ])('%s: an end without proof is no dry run', async (honesty, noticed) => {
    fis.honesty = honesty;
    expect((await run()).preview).toMatchObject({ kind: 'not-dry', noticed });
  });

  it('cannot be stopped: that is told, not hidden', async () => {
    fis.honesty = 'says-run-all';
    fis.denies = 'DELETE /experiments';
    const { preview: found, leftover } = await run();
    // The fake ends its experiments by itself after a while.
    expect(found).toMatchObject({ kind: 'not-dry', stopped: true });
    expect(fis.experiments.get('EXP1')?.stopped).toBe(false);
    expect(fis.warnings.join()).toContain('fis:StopExperiment');
    expect(leftover).toBeUndefined();
  });

  it('goes on although it was told to stop: nobody says that it has ended', async () => {
    fis.honesty = 'says-run-all';
    fis.endless = true;
    fis.denies = 'DELETE /experiments';
    const { preview: found, leftover } = await run();
    expect(found).toMatchObject({ kind: 'not-dry', stopped: false });
    expect(leftover).toContain('EXT1 may be left in FIS');
  });
});

describe('what else may happen', () => {
  it('FIS fails it: in its own words', async () => {
    fis.honesty = 'fails';
    expect((await run()).preview).toEqual({
      kind: 'ended',
      experiment: 'EXP1',
      status: 'failed',
      reason: 'Target resolution returned empty set [InvalidTarget at targets.tasks]',
    });
    expect(fis.templates.size).toBe(0);
  });

  it('it never ends: it is given up, stopped and cleared away', async () => {
    fis.endless = true;
    await expect(run()).rejects.toMatchObject({ code: 'dry-run-too-long' });
    expect([fis.templates.size, running()]).toEqual([0, []]);
    expect(fis.journal.at(-1)).toBe('previewed');
  });

  it.each(['POST /experimentTemplates', 'POST /experiments', 'GET /experiments'])(
    'the answer to %s is lost: nothing runs on, nothing is left',
    async (call) => {
      fis.loseAnswerOf = call;
      const lost = run();
      // Reading is tried again for half a minute, and so is clearing away.
      await expect(lost).rejects.toMatchObject({ code: 'aws-no-answer' });
      fis.loseAnswerOf = undefined;
      expect(starts().every(({ body }) => body.includes('"actionsMode":"skip-all"'))).toBe(true);
      expect(call === 'GET /experiments' ? await removePreviewOf('run-1', fis.ports().aws.fis) : []).toEqual([]);
      expect([fis.templates.size, running()]).toEqual([0, []]);
    },
  );

  it('it is cancelled in the middle: what it has begun is ended all the same', async () => {
    fis.endless = true;
    const controller = new AbortController();
    const cancelled = run(controller.signal);
    while (fis.experiments.size === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    controller.abort(new Error('cancelled by a test'));
    await expect(cancelled).rejects.toThrow();
    expect([fis.templates.size, running()]).toEqual([0, []]);
  });

  it('the template may not be deleted: the outcome stands, and what is left is named', async () => {
    fis.denies = 'DELETE /experimentTemplates';
    const { preview: found, leftover } = await run();
    expect(found.kind).toBe('resolved');
    expect(leftover).toMatch(/^EXT1 may be left in FIS \(fis:DeleteExperimentTemplate: .*2026-11-21T12:00:00/);
    expect(fis.journal).toEqual(['previewing run-1']);
  });
});

describe('leftovers', () => {
  const create = (runId: string, expires: string, tags: Record<string, string> = {}) =>
    fis.ports().aws.fis.createTemplate({
      clientToken: runId,
      description: 'left',
      actions: {},
      stopConditions: [{ source: 'none' }],
      roleArn: template.roleArn,
      tags: { 'surefoot:preview': runId, 'surefoot:expires': expires, ...tags },
    });

  it('are deleted by anybody once their time is over; what is younger, or not a preview, stays', async () => {
    const now = new Date('2026-11-21T12:00:00Z');
    await create('old', '2026-11-21T11:59:59Z');
    await create('unreadable', 'soon');
    await create('young', '2026-11-21T12:00:01Z');
    await fis.ports().aws.fis.createTemplate({
      clientToken: 'kept',
      description: 'kept',
      actions: {},
      stopConditions: [{ source: 'none' }],
      roleArn: template.roleArn,
      tags: { 'surefoot:experiment': 'sample' },
    });
    const ports = fis.ports();
    expect(await removeExpired(ports.aws.fis, { ...ports.clock, now: () => now })).toEqual(['EXT1', 'EXT2']);
    expect([...fis.templates.keys()]).toEqual(['EXT3', 'EXT4']);
  });

  it('of one run are deleted, with what still runs of them stopped first', async () => {
    fis.endless = true;
    await create('mine', '2026-11-21T13:00:00Z');
    await create('other', '2026-11-21T13:00:00Z');
    await fis.ports().aws.fis.startExperiment({ experimentTemplateId: 'EXT1' });
    expect(await removePreviewOf('mine', fis.ports().aws.fis)).toEqual(['EXT1']);
    expect([[...fis.templates.keys()], running()]).toEqual([['EXT2'], []]);
  });
});
