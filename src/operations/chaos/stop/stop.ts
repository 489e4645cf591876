/**
 * `chaos stop`: ends every experiment that surefoot has running in an environment, and takes away what was made for it. What it may not
 * touch, or what FIS itself has left, is shown with what to do about it.
 */
import type { ExperimentSummary } from '../../../aws/fis/fis.ts';
import type { Environment } from '../../../platform/model.ts';
import type { Check, Evidence, Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { createRecorder, type Recorder } from '../../recorder.ts';
import { leftAtTheEnd, residueCheck, residueText } from '../leftovers/of-fis.ts';
import { standingStops } from '../leftovers/scheduled-stop.ts';
import { ENVIRONMENT_TAG, EXPERIMENT_TAG, EXPIRES_TAG, ownerOf, RUN_TAG } from '../leftovers/tags.ts';
import { hasEnded, isPast, removeTemplate } from '../leftovers/templates.ts';
import { type Ending, endOf } from './end-of.ts';

export interface ChaosStopRequest {
  readonly platform: string;
  readonly environment: Environment;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
  readonly version: string;
}

type Tags = Readonly<Record<string, string>>;

/** The verdict is `pass` once none of them runs any more and nothing of FIS is left, also when none did. @throws OutsideError of AWS */
export async function stopExperiments(request: ChaosStopRequest, ports: Ports): Promise<Evidence> {
  const { environment, platform } = request;
  const recorder = createRecorder({
    operation: 'chaos-stop',
    title: `Stop of the experiments in ${environment.name}`,
    subject: { platform, environment: environment.name },
    rehearsalSpeed: request.rehearsalSpeed,
    tools: [{ name: 'surefoot', version: request.version }],
    clock: ports.clock,
  });
  ports.reporter.stage(`Stop of the experiments in ${environment.name}`);
  const running = (await ports.aws.fis.listExperiments()).filter(({ state }) => !hasEnded(state?.status));
  const ours = running.filter(({ tags }) => isOf(environment, tags));
  const others = running.filter((one) => !ours.includes(one));
  const ends = await Promise.all(ours.map((one) => endOf(one, ports)));
  for (const { name, status, ended } of ends) {
    recorder.check({ name, verdict: ended ? 'pass' : 'fail', expected: 'has ended', observed: status });
  }
  await removeTemplates(environment, recorder, ports);
  const going = ends.filter(({ ended }) => !ended);
  // As long as one may still run, the schedule that would stop it is of use.
  await (going.length === 0 ? removeStops(environment, recorder, ports) : undefined);
  for (const one of others) {
    recorder.check(leftAlone(one));
  }
  return conclude(ends, await residue(others, recorder, ports), recorder);
}

function isOf(environment: Environment, tags: Tags = {}): boolean {
  return tags[RUN_TAG] !== undefined && tags[ENVIRONMENT_TAG] === environment.name;
}

/** Those of runs in the environment, and whatever of surefoot's has outlived its time anywhere. */
async function removeTemplates(
  environment: Environment,
  recorder: Recorder,
  { aws: { fis }, clock }: Ports,
): Promise<void> {
  const now = clock.now();
  for (const { id, tags = {} } of await fis.listTemplates()) {
    const owner = ownerOf(tags);
    if (id === undefined || owner === undefined) {
      continue;
    }
    if (isOf(environment, tags) || isPast(tags[EXPIRES_TAG], now)) {
      await removeTemplate(fis, id);
      recorder.event('change', 'template deleted', id);
    } else {
      recorder.event(
        'note',
        'template left alone',
        `${id}, ${whose(tags)}; it may be deleted from ${tags[EXPIRES_TAG]} on`,
      );
    }
  }
}

/** Schedules have no tags: whose they are stands in their description. */
async function removeStops(
  environment: Environment,
  recorder: Recorder,
  { aws: { scheduler }, clock }: Ports,
): Promise<void> {
  const now = clock.now();
  const all = await standingStops(scheduler);
  if (all === undefined) {
    recorder.event(
      'note',
      'schedules not looked for',
      'the caller may not: it lacks scheduler:ListSchedules or scheduler:GetSchedule',
    );
    return;
  }
  for (const { name, environment: of, expires } of all) {
    if (of === environment.name || isPast(expires, now)) {
      await scheduler.delete(name);
      recorder.event('change', 'schedule deleted', name);
    }
  }
}

function whose(tags: Tags): string {
  const environment = tags[ENVIRONMENT_TAG];
  return `${tags[EXPERIMENT_TAG] ?? 'an experiment'} ${environment === undefined ? 'of a plan' : `in ${environment}`}`;
}

/** An experiment that is not for this command to stop. */
function leftAlone({ id = '?', tags = {}, state }: ExperimentSummary): Check {
  const mine = tags[RUN_TAG] !== undefined;
  const how = mine
    ? `of surefoot, ${whose(tags)}: \`surefoot chaos stop --environment ${tags[ENVIRONMENT_TAG] ?? '…'}\` ends it`
    : `not a run of surefoot's: \`aws fis stop-experiment --id ${id}\` ends it`;
  return {
    name: `left alone: ${id}`,
    verdict: 'inconclusive',
    expected: 'belongs to this environment',
    observed: `${state?.status ?? 'unknown'}; ${how}`,
  };
}

/** What FIS has left; nothing can be said of it while others' experiments may have made it. */
async function residue(others: readonly ExperimentSummary[], recorder: Recorder, ports: Ports): Promise<string> {
  if (others.length > 0) {
    return '';
  }
  const found = await leftAtTheEnd(ports);
  recorder.check(residueCheck(found));
  return residueText(found);
}

function conclude(ends: readonly Ending[], left: string, recorder: Recorder): Evidence {
  const going = ends.filter(({ ended }) => !ended);
  const reasons: Reason[] = [
    ...(going.length === 0
      ? []
      : [
          {
            code: 'not-stopped',
            message: `${going.map(({ name }) => name).join(', ')} did not end: look at them now; engaging the safety lever of FIS ends everybody's experiments`,
          },
        ]),
    ...(left === '' ? [] : [{ code: 'left-by-fis', message: `FIS has left behind ${left}` }]),
  ];
  if (reasons.length > 0) {
    return recorder.finish('fail', reasons);
  }
  const message =
    ends.length === 0 ? 'no experiment of surefoot was running' : `ended: ${ends.map(({ name }) => name).join(', ')}`;
  return recorder.finish('pass', [{ code: ends.length === 0 ? 'nothing-running' : 'stopped', message }]);
}
