/** `chaos stop`: ends every experiment that surefoot has running in an environment, and deletes what was made for it. */
import type { ExperimentSummary } from '../../../aws/fis.ts';
import type { Environment } from '../../../platform/model.ts';
import type { Evidence } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { createRecorder } from '../../recorder.ts';
import { ENVIRONMENT_TAG, EXPERIMENT_TAG, RUN_TAG } from '../leftovers/tags.ts';
import { hasEnded, removeTemplate } from '../leftovers/templates.ts';

export interface ChaosStopRequest {
  readonly platform: string;
  readonly environment: Environment;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
  readonly version: string;
}

/** Post actions take their time after a stop; AWS gives no bound. */
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 1000;

/** The verdict is `pass` once none of them runs any more, also when none did. @throws OutsideError of AWS */
export async function stopExperiments(request: ChaosStopRequest, ports: Ports): Promise<Evidence> {
  const { environment, platform } = request;
  const { fis } = ports.aws;
  const recorder = createRecorder({
    operation: 'chaos-stop',
    title: `Stop of the experiments in ${environment.name}`,
    subject: { platform, environment: environment.name },
    rehearsalSpeed: request.rehearsalSpeed,
    tools: [{ name: 'surefoot', version: request.version }],
    clock: ports.clock,
  });
  ports.reporter.stage(`Stop of the experiments in ${environment.name}`);
  const isOurs = (tags: Readonly<Record<string, string>> = {}) =>
    tags[RUN_TAG] !== undefined && tags[ENVIRONMENT_TAG] === environment.name;
  const running = (await fis.listExperiments()).filter(({ tags, state }) => isOurs(tags) && !hasEnded(state?.status));
  const ends = await Promise.all(running.map((one) => endOf(one, ports)));
  for (const { name, status, ended } of ends) {
    recorder.check({
      name,
      verdict: ended ? 'pass' : 'fail',
      expected: 'has ended',
      observed: status,
    });
  }
  const templates = (await fis.listTemplates()).filter(({ tags }) => isOurs(tags));
  for (const { id } of templates) {
    await (id === undefined ? undefined : removeTemplate(fis, id));
    recorder.event('change', 'template deleted', id);
  }
  const going = ends.filter(({ ended }) => !ended);
  if (going.length > 0) {
    const message = `${going.map(({ name }) => name).join(', ')} did not end: look at them now; engaging the safety lever of FIS ends everybody's experiments`;
    return recorder.finish('fail', [{ code: 'not-stopped', message }]);
  }
  const message =
    ends.length === 0 ? 'no experiment of surefoot was running' : `ended: ${ends.map(({ name }) => name).join(', ')}`;
  return recorder.finish('pass', [{ code: ends.length === 0 ? 'nothing-running' : 'stopped', message }]);
}

async function endOf(
  { id = '', tags = {} }: ExperimentSummary,
  ports: Ports,
): Promise<{ name: string; status: string; ended: boolean }> {
  const { clock, signal, aws } = ports;
  const name = `${tags[EXPERIMENT_TAG] ?? 'experiment'} (${id})`;
  const deadline = clock.now().getTime() + PATIENCE_MS;
  let status = 'unknown';
  let refused = '';
  while (clock.now().getTime() <= deadline) {
    if (status !== 'stopping') {
      // One that has just ended by itself cannot be stopped: its state tells.
      refused = await aws.fis.stopExperiment(id).then(() => '', messageOf);
    }
    status = (await aws.fis.getExperiment(id))?.state?.status ?? 'gone';
    if (hasEnded(status) || status === 'gone') {
      return { name, status, ended: true };
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  return { name, status: refused === '' ? status : `${status}; ${refused}`, ended: false };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
