/** A plan of ARC Region switch does the steps: it is started, and followed with the state of each of its steps. */
import type { Execution } from '../../../aws/region-switch/region-switch.ts';
import { patiently } from '../../common/patience.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Recorder } from '../../recorder.ts';
import { type Step, StepFailed } from '../request.ts';
import { placeOf, type RegionInputs, type RegionPorts } from './request.ts';

/** Ended, and what was to be done was done. */
const DONE = new Set(['completed', 'completedWithExceptions', 'completedMonitoringApplicationHealth']);
const FAILED = new Set(['failed', 'canceled', 'planExecutionTimedOut']);
/** A person is waited for. */
const WAITING: Readonly<Record<string, string>> = {
  pendingManualApproval: 'waits for the approval of a step',
  pausedByFailedStep: 'is paused by a step that failed',
  pausedByOperator: 'was paused',
};

/** @param runId the same run starts no second execution */
export function executionStep(planArn: string, runId: string, inputs: RegionInputs, ports: RegionPorts): Step {
  const { to, planned, speed } = inputs;
  const input = {
    planArn,
    targetRegion: to.region,
    action: 'activate' as const,
    mode: planned ? ('graceful' as const) : ('ungraceful' as const),
    comment: `surefoot: ${inputs.direction} to ${to.name}`,
    clientToken: `surefoot-${runId}`,
  };
  return {
    id: 'execution',
    title: `run the plan ${planArn.split('/').at(-1)} of ARC Region switch, ${input.mode}: activate ${placeOf(to)}`,
    undo: 'run the plan for the other region; steps that were begun are not undone',
    done: async () => undefined,
    async carryOut(recorder) {
      const id = await ports.aws.regionSwitch.start(input);
      recorder.event('note', 'execution', id);
      const ended = await follow(planArn, id, speed, recorder, ports);
      if (ended.actualRecoveryTime !== undefined) {
        recorder.event('note', 'recovery time as AWS measures it', ended.actualRecoveryTime);
      }
      return `execution ${id} ${ended.state}`;
    },
  };
}

/** Until it ends. @throws StepFailed with AWS's own words where it does not do what it was to do */
async function follow(
  planArn: string,
  id: string,
  speed: number | undefined,
  recorder: Recorder,
  ports: RegionPorts,
): Promise<Execution> {
  const { aws, clock, signal, reporter } = ports;
  const known = new Map<string, string>();
  let told: string | undefined;
  for (;;) {
    const execution = await patiently(() => aws.regionSwitch.execution(planArn, id), ports);
    for (const { name = '', status = '' } of execution.steps) {
      if (known.get(name) !== status) {
        known.set(name, status);
        recorder.event(status === 'failed' ? 'problem' : 'stage', `step ${name}`, status);
        reporter.info(`${name}: ${status}`);
      }
    }
    const { state } = execution;
    if (DONE.has(state)) {
      return execution;
    }
    if (FAILED.has(state)) {
      const errors = (await aws.regionSwitch.events(planArn, id)).flatMap(({ error, stepName = '' }) =>
        error === undefined || error === '' ? [] : [`${stepName}: ${error}`],
      );
      throw new StepFailed(
        'plan-execution-failed',
        `the execution ${id} is ${state}${errors.length === 0 ? '' : `: ${errors.join('; ')}`}`,
      );
    }
    const waits = WAITING[state];
    if (waits !== undefined && told !== state) {
      reporter.warn(`the execution ${id} ${waits}: answer it in the console or with aws arc-region-switch`);
    }
    told = state;
    await clock.sleep(lookEveryMs(speed), signal);
  }
}
