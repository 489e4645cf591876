/** Runs surefoot on a fresh platform, kills it, and sees what becomes of the platform with nobody there and with the next run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from '../cli/surefoot.ts';
import type { Call, Fate } from './fault-proxy.ts';
import { type Environment, image, type Lab, startLab, surefoot } from './lab.ts';
import { leftovers, orphans, unsoundness, untilSettled } from './soundness.ts';

/** When surefoot dies: around the n-th call of an operation, or so many milliseconds after it was started. */
export type Strike =
  | { readonly when: 'before' | 'after'; readonly operation: string; readonly number: number }
  | { readonly afterMs: number };

export interface KillCase {
  readonly environment: Environment;
  readonly image: string;
  readonly strike: Strike;
  /** The run that was to help is killed as well. */
  readonly helper?: { readonly run: 'repair' | 'rollback'; readonly strike: Strike };
  /** What is run once ECS has come to rest; or at once, where ECS alone would go on for hours. */
  readonly next: 'repair' | 'deploy' | 'resume' | 'rollback';
}

export interface Aftermath {
  /** Of each run that was to be killed, whether it was. */
  readonly killed: readonly boolean[];
  /** With nobody there: what is wrong with the service, what of surefoot is on it, and what `surefoot status` says is left. */
  readonly alone: { readonly unsound: string[]; readonly left: string[]; readonly reported: boolean };
  /** The run after it. */
  readonly next: Ended;
  readonly after: { readonly unsound: string[]; readonly left: string[]; readonly reported: boolean };
  /** Tasks before a deployment that never ended. */
  readonly orphans: readonly string[];
  readonly failedRequests: readonly string[];
  readonly bugs: readonly unknown[];
}

/** The slowest way to rest is a pause of 36 s after which ECS rolls back; a busy machine adds to it. */
const SETTLED_WITHIN_MS = 150_000;

/** Plays a case from beginning to end. */
export async function play(killCase: KillCase): Promise<Aftermath> {
  const lab = await startLab(killCase.environment);
  try {
    const { helper } = killCase;
    const killed = [await runAndKill(lab, ['deploy', '--yes', '--image', image(killCase.image)], killCase.strike)];
    if (helper !== undefined) {
      await (helper.run === 'repair' ? untilSettled(lab, SETTLED_WITHIN_MS) : undefined);
      killed.push(await runAndKill(lab, RUNS[helper.run], helper.strike));
    }
    const endless = killCase.next === 'resume' || killCase.next === 'rollback';
    if (!endless) {
      await untilSettled(lab, SETTLED_WITHIN_MS);
    }
    const alone = endless ? { unsound: [], left: await leftovers(lab), reported: true } : await look(lab);
    const next = await surefoot(lab, nextRun(killCase)).ended;
    await untilSettled(lab, SETTLED_WITHIN_MS);
    const after = await look(lab);
    const tasks = await orphans(lab, 30_000);
    await lab.traffic.stop();
    return { killed, orphans: tasks, alone, next, after, failedRequests: lab.traffic.failures(), bugs: lab.bugs };
  } finally {
    await lab.stop();
  }
}

/** Resolves with whether it was still there to be killed. */
async function runAndKill(lab: Lab, args: readonly string[], strike: Strike): Promise<boolean> {
  const run = surefoot(lab, args);
  const kill = () => run.child.kill('SIGKILL');
  if ('afterMs' in strike) {
    await Promise.race([sleep(strike.afterMs), run.ended]);
    kill();
  } else {
    lab.proxy.setRule((call) => fateOf(call, strike, kill));
  }
  await run.ended;
  lab.proxy.setRule(() => 'pass');
  return run.child.signalCode === 'SIGKILL';
}

function fateOf(call: Call, strike: Exclude<Strike, { afterMs: number }>, kill: () => void): Fate {
  if (call.operation !== strike.operation || call.number !== strike.number) {
    return 'pass';
  }
  return strike.when === 'before' ? { before: kill } : { after: kill };
}

const RUNS = {
  repair: ['status', '--repair'],
  rollback: ['rollback', '--yes'],
  deploy: ['deploy', '--yes', '--image', image('3')],
} as const;

function nextRun({ next, image: name }: KillCase): readonly string[] {
  return next === 'resume' ? ['deploy', '--yes', '--image', image(name)] : RUNS[next];
}

async function look(lab: Lab): Promise<Aftermath['after']> {
  const unsound = await unsoundness(lab);
  const left = await leftovers(lab);
  const status = await surefoot(lab, ['status', '--json']).ended;
  if (status.code !== 0) {
    throw new Error(`surefoot status ended with ${status.code}: ${status.stderr}`);
  }
  const said = JSON.parse(status.stdout) as { status: { leftover: unknown } };
  return { unsound, left, reported: said.status.leftover !== null };
}
