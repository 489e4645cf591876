/** The load of an experiment: its profile's highest rate, or its own, held from the beginning to the end. */
import path from 'node:path';
import { InputError } from '../../errors.ts';
import type { Experiment } from '../../operations/chaos/experiment/experiment.ts';
import type { LedgerAddress } from '../../operations/chaos/run/measure/ledger.ts';
import type { PlannedRate } from '../../operations/chaos/run/request.ts';
import { type LoadRequest, type PlannedLoad, planRun, shownUrl } from '../../operations/load/plan.ts';
import type { Profile, Rate } from '../../operations/load/profile.ts';
import type { Connection } from '../connect.ts';
import { findProfile } from '../load/find-profile.ts';
import { environmentOf } from './surroundings.ts';
import { asWrites, ledgerOf } from './writes-of.ts';

export interface LoadOfExperiment {
  readonly planned: PlannedRate;
  /** For so many seconds. @throws InputError when the environment does not allow it */
  readonly lasting: (seconds: number) => PlannedLoad;
  /** The address without what is secret in it. */
  readonly shownUrl: string;
  readonly secrets: readonly string[];
  /** Undefined: its requests are no writes. */
  readonly ledger: LedgerAddress | undefined;
}

/** @param runId what the ids of its writes begin with. @throws InputError of the profile, of the ledger, and for a load that the environment does not allow, before anything is sent */
export async function loadOf(
  { load, file }: Pick<Experiment, 'load' | 'file'>,
  { platform, target, rehearsal }: Connection,
  runId: string,
): Promise<LoadOfExperiment | undefined> {
  if (load === undefined) {
    return undefined;
  }
  const profile = await findProfile(besideFile(load.profile, file));
  const inRehearsal = rehearsal?.services[target.ecsService]?.url;
  const request: LoadRequest = {
    platform: platform.name,
    environment: environmentOf(platform, target.environment),
    target,
    objectives: [],
    profile,
    url: undefined,
    rehearsalOrigins: inRehearsal === undefined ? [] : [new URL(inRehearsal).origin],
    script: undefined,
    compress: 1,
    rehearsalSpeed: rehearsal?.speed,
    variables: process.env,
  };
  const { writes } = load;
  const steady = (rate: Rate, seconds: number) => {
    const planned = planRun({ ...request, profile: steadyProfile(profile, rate, seconds) });
    return writes === undefined ? planned : asWrites(planned, writes, runId);
  };
  const rate: Rate =
    load.rate === undefined ? { kind: 'fixed', perSecond: planRun(request).plan.rate } : rateOf(load.rate);
  const first = allowed(steady(rate, 1));
  return {
    planned: { rate: first.plan.rate, probeRate: first.probe?.shape.startRate ?? 0 },
    lasting: (seconds) => allowed(steady(rate, seconds)),
    shownUrl: shownUrl(first.url),
    secrets: first.secrets,
    ledger: writes && ledgerOf(writes, first),
  };
}

function steadyProfile(profile: Profile, rate: Rate, seconds: number): Profile {
  return { ...profile, start: rate, stages: [{ seconds, target: rate }], abort: undefined, scaling: undefined };
}

/** A path stands relative to the file of the experiment. */
function besideFile(profile: string, file: string): string {
  return /[/\\]|\.ya?ml$/.test(profile) ? path.resolve(path.dirname(file), profile) : profile;
}

function rateOf(written: string): Rate {
  return written.endsWith('%')
    ? { kind: 'share', ofLevel: Number(written.slice(0, -1)) / 100 }
    : { kind: 'fixed', perSecond: Number(written) };
}

function allowed(planned: PlannedLoad): PlannedLoad {
  const [refusal] = planned.refusals;
  if (refusal !== undefined) {
    throw new InputError(refusal.code, planned.refusals.map(({ message }) => message).join('\n'));
  }
  const { probe, load } = planned;
  // A request is lost when the load's own would be; when it was sent says when the service was down, not when it failed.
  const patient = probe && { ...probe, timeoutSeconds: Math.max(probe.timeoutSeconds, load.timeoutSeconds) };
  return { ...planned, probe: patient };
}
