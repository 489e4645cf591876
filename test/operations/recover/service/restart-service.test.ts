/** The procedure around a restart, on a service behind its port that dies, recovers, and is cut off. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { journalFile } from '../../../../src/entry/recover/journal-file.ts';
import type { Ports } from '../../../../src/operations/ports.ts';
import { createRecorder } from '../../../../src/operations/recorder.ts';
import { runOf } from '../../../../src/operations/recover/journal.ts';
import { carryOut } from '../../../../src/operations/recover/procedure.ts';
import { planRestartService, type ServiceRestart } from '../../../../src/operations/recover/service/restart-service.ts';
import { requirePlatform } from '../../../../src/platform/load.ts';
import type { Evidence } from '../../../../src/report/evidence.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { FILE } from '../lab.ts';

type Died = 'while-deploying' | 'taken-down' | 'before-anything';

/** A service that a restart heals, unless it is `hopeless`; `dies` cuts the first restart off. */
class Service implements ServiceRestart {
  readonly service = 'web-dev';
  readonly deploymentSeconds = 60;
  readonly calls: string[] = [];
  healthy: boolean;
  deploying = false;
  takenDown = false;
  dies: Died | undefined;
  readonly hopeless: boolean;

  constructor({
    healthy = false,
    hopeless = false,
    dies,
  }: { healthy?: boolean; hopeless?: boolean; dies?: Died } = {}) {
    this.healthy = healthy;
    this.hopeless = hopeless;
    this.dies = dies;
  }

  async look() {
    const seen = {
      healthy: this.healthy,
      seen: this.healthy ? '2 of 2 tasks run, 2 healthy' : '0 of 2 tasks run, 0 healthy',
      deploying: this.deploying,
      takenDown: this.takenDown,
      refusals: [
        ...(this.deploying ? [{ code: 'deployment-running', message: 'a deployment runs' }] : []),
        ...(this.takenDown ? [{ code: 'paused', message: 'it is paused' }] : []),
      ],
      steps: ['a forced new deployment'],
    };
    // What is under way ends by itself between two looks.
    if (this.deploying) {
      this.deploying = false;
      this.healthy = !this.hopeless;
    }
    return seen;
  }

  async restart() {
    this.calls.push('restart');
    const { dies } = this;
    this.dies = undefined;
    if (dies !== undefined) {
      this.deploying = dies === 'while-deploying';
      this.takenDown = dies === 'taken-down';
      throw new Death();
    }
    return this.#heal();
  }

  async bringBack() {
    this.calls.push('bringBack');
    this.takenDown = false;
    return this.#heal();
  }

  #heal(): Evidence {
    this.healthy = !this.hopeless;
    const recorder = createRecorder({
      operation: 'restart',
      title: 'Restart',
      subject: {},
      rehearsalSpeed: undefined,
      tools: [],
      clock: systemClock,
    });
    const reason = { code: this.healthy ? 'restarted' : 'restart-failed', message: 'its tasks ended with exit code 7' };
    return recorder.finish(this.healthy ? 'pass' : 'fail', [reason]);
  }
}

/** The process ends here: nothing that comes after it is heard. */
class Death extends Error {}

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-restart-'));
  folders.push(folder);
  return folder;
}

/** Resolves with undefined when the run died. */
async function recover(service: Service, folder: string, drill = false) {
  const platform = await requirePlatform(FILE);
  const environment = platform.environments['dev'];
  if (environment === undefined) {
    throw new Error('the platform of these tests has no dev');
  }
  const nothing = () => undefined;
  const ports = {
    clock: systemClock,
    reporter: { stage: nothing, info: nothing, warn: nothing, progress: nothing },
    signal: new AbortController().signal,
  } as unknown as Ports;
  const journal = journalFile(folder, 'restart-service', {});
  const request = {
    procedure: 'restart-service',
    platform,
    environment,
    rehearsalSpeed: 60,
    reason: undefined,
    drill,
    keep: false,
    failedAt: undefined,
    inputs: {},
    run: runOf(journal.entries, systemClock.now()),
  };
  const planned = await planRestartService(request, service, ports);
  if (planned.refusals.length > 0) {
    return { refusals: planned.refusals.map(({ code }) => code), evidence: undefined };
  }
  const evidence = await carryOut(request, planned, journal.note, ports).catch((error: unknown) => {
    if (error instanceof Death) {
      return undefined;
    }
    throw error;
  });
  return { refusals: [], evidence };
}

describe('restart-service', () => {
  it('restarts a dead service and sees it healthy', async () => {
    const service = new Service();
    const { evidence } = await recover(service, await folderOf());
    expect([evidence?.verdict, evidence?.reasons[0]?.code, service.calls]).toEqual(['pass', 'recovered', ['restart']]);
    expect(evidence?.measurements.map(({ indicator }) => indicator)).toEqual(['rto']);
  });

  it('leaves a healthy one alone', async () => {
    const service = new Service({ healthy: true });
    const { evidence } = await recover(service, await folderOf());
    expect([evidence?.reasons[0]?.code, service.calls]).toEqual(['nothing-to-do', []]);
  });

  it('fails with the reason when the restart does not help', async () => {
    const { evidence } = await recover(new Service({ hopeless: true }), await folderOf());
    expect([evidence?.verdict, evidence?.reasons[0]?.code]).toEqual(['fail', 'not-verified']);
    expect(evidence?.reasons[0]?.message).toContain('exit code 7');
  });

  it("refuses while somebody else's deployment runs", async () => {
    const service = new Service();
    service.deploying = true;
    expect((await recover(service, await folderOf())).refusals).toEqual(['deployment-running']);
    expect(service.calls).toEqual([]);
  });

  it('refuses to be drilled', async () => {
    expect((await recover(new Service({ healthy: true }), await folderOf(), true)).refusals).toEqual(['no-drill']);
  });

  it.each<[Died, readonly string[]]>([
    ['before-anything', ['restart', 'restart']],
    ['while-deploying', ['restart']],
    ['taken-down', ['restart', 'bringBack']],
  ])('is finished by the next run when it was cut off %s', async (dies, calls) => {
    const service = new Service({ dies });
    const folder = await folderOf();
    expect((await recover(service, folder)).evidence).toBeUndefined();
    const { evidence } = await recover(service, folder);
    expect([evidence?.verdict, evidence?.reasons[0]?.code, service.calls]).toEqual(['pass', 'recovered', calls]);
  });
});
