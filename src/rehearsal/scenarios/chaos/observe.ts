/** What the platform itself says of a run, looked up before it ends; with none of the run's own code. */
import type { Experiment } from '../../../aws/fis/fis.ts';
import type { Check } from '../../../report/evidence.ts';
import type { ChaosObservation, ChaosStage } from '../scenario.ts';
import { asClientsSaw } from './access-log.ts';
import type { ChaosRun } from './chaos-run.ts';

/** States in which an experiment does nothing any more. */
const ENDED = new Set(['completed', 'stopped', 'failed', 'cancelled']);
/** States of an action that has done nothing. */
const NOTHING_DONE = new Set(['pending', 'skipped', 'cancelled']);

/** Whether FIS does nothing any more, by its word for the state. */
export function hasEnded(status: string | undefined): boolean {
  return ENDED.has(status ?? '');
}

const WHOLE_WITHIN_MS = 30_000;

/** The run with what others saw of it. */
export async function observed(
  stage: ChaosStage,
  { record, exitCode }: ChaosRun,
  seen: readonly Check[] = [],
): Promise<ChaosObservation> {
  const id = record.events.find(({ label }) => label === 'experiment started')?.detail;
  const experiment = id === undefined ? undefined : await stage.ports.aws.fis.getExperiment(id);
  return {
    operation: record,
    exitCode,
    faultAt: experiment && faultBegan(experiment),
    log: asClientsSaw(await stage.accessLog(), record.load?.timeoutSeconds ?? Number.POSITIVE_INFINITY),
    seen: [await nothingLeft(stage), ...seen],
  };
}

/** The first action that breaks something; waiting does not. */
export function faultBegan({ actions = {} }: Pick<Experiment, 'actions'>): Date | undefined {
  const begun = Object.values(actions).flatMap(({ actionId, state, startTime }) =>
    actionId === 'aws:fis:wait' || NOTHING_DONE.has(state?.status ?? '') ? [] : (startTime ?? []),
  );
  return begun.sort((a, b) => a.getTime() - b.getTime())[0];
}

/** ECS has started others for the tasks that were stopped; it may take its time for it. */
export async function allTasksRun({ ports, target }: Pick<ChaosStage, 'ports' | 'target'>): Promise<Check> {
  const deadline = ports.clock.now().getTime() + WHOLE_WITHIN_MS;
  for (;;) {
    const { runningCount = 0, desiredCount = 0 } =
      (await ports.aws.ecs.service(target.cluster, target.ecsService)) ?? {};
    const whole = desiredCount > 0 && runningCount === desiredCount;
    if (whole || ports.clock.now().getTime() > deadline) {
      return {
        name: 'the service has all its tasks again',
        verdict: whole ? 'pass' : 'fail',
        expected: `${desiredCount} running`,
        observed: `${runningCount} running`,
      };
    }
    await ports.clock.sleep(500, ports.signal);
  }
}

/** No template, and no experiment that has not ended. */
export async function nothingLeft({ ports }: Pick<ChaosStage, 'ports'>): Promise<Check> {
  const { fis } = ports.aws;
  const [templates, experiments] = await Promise.all([fis.listTemplates(), fis.listExperiments()]);
  const active = experiments.filter(({ state }) => !hasEnded(state?.status));
  return {
    name: 'nothing is left in FIS',
    verdict: templates.length + active.length === 0 ? 'pass' : 'fail',
    expected: 'no template, no experiment that runs',
    observed: `${templates.length} templates, ${active.length} experiments that run`,
  };
}
