/** Puts the alarms of SLOs, or takes them away, and reads again whether they are there. */
import { InputError } from '../../../errors.ts';
import type { Evidence, Reason, Verdict } from '../../../report/evidence.ts';
import { counted } from '../../../report/format.ts';
import type { Ports } from '../../ports.ts';
import { createRecorder, type Recorder } from '../../recorder.ts';
import type { Put } from './difference.ts';
import { type AlarmsPlan, type AlarmsRequest, planAlarms } from './plan.ts';

/** Applies the plan after `approve`. What was put before something failed stays: the next run goes on from there. */
export async function applyAlarms(request: AlarmsRequest, ports: Ports): Promise<Evidence> {
  const [only] = request.targets;
  const recorder = createRecorder({
    operation: 'slo-alarms',
    title: `Alarms of the SLOs of ${request.targets.map(({ ecsService }) => ecsService).join(', ')}`,
    subject: {
      platform: request.platform,
      environment: request.environment,
      ...(only === undefined || request.targets.length > 1 ? {} : { service: only.ecsService }),
    },
    rehearsalSpeed: request.rehearsalSpeed,
    tools: [],
    clock: ports.clock,
  });
  const plan = await planAlarms(request, ports);
  for (const note of [...plan.notes, ...plan.foreign.map((name) => `${name} is not surefoot's and stays`)]) {
    recorder.event('note', 'alarms', note);
  }
  if (stepsOf(plan) > 0 && !(await request.approve(plan))) {
    throw new InputError('not-approved', 'the alarms were not approved; nothing was changed');
  }
  await carryOut(plan, recorder, ports);
  return conclude(plan, request, recorder, ports);
}

function stepsOf({ put, remove }: AlarmsPlan): number {
  return put.length + remove.composite.length + remove.metric.length;
}

async function carryOut(plan: AlarmsPlan, recorder: Recorder, ports: Ports): Promise<void> {
  const { cloudwatch } = ports.aws;
  for (const put of plan.put) {
    ports.reporter.progress(`${put.differences === undefined ? 'creating' : 'changing'} ${put.name}`);
    await (put.kind === 'metric' ? cloudwatch.putMetricAlarm(put.input) : cloudwatch.putCompositeAlarm(put.input));
    recorder.event('change', wordsOf(put), put.name);
  }
  for (const name of plan.remove.composite) {
    await cloudwatch.deleteAlarms([name]);
    recorder.event('change', 'composite alarm deleted', name);
  }
  await cloudwatch.deleteAlarms(plan.remove.metric);
  for (const name of plan.remove.metric) {
    recorder.event('change', 'metric alarm deleted', name);
  }
}

function wordsOf({ differences, kind }: Put): string {
  return differences === undefined ? `${kind} alarm created` : `${kind} alarm changed (${differences.join('; ')})`;
}

/** What AWS says is there now decides, not that the calls came back. */
async function conclude(plan: AlarmsPlan, request: AlarmsRequest, recorder: Recorder, ports: Ports): Promise<Evidence> {
  const left = stepsOf(plan) === 0 ? plan : await planAlarms(request, ports);
  const still = stepsOf(left);
  const expected = request.remove
    ? 'none of surefoot'
    : `${counted(plan.put.length + plan.same, 'alarm')} as surefoot.yml asks for`;
  recorder.check({
    name: 'alarms as planned',
    verdict: still === 0 ? 'pass' : 'fail',
    expected,
    observed: still === 0 ? 'as planned' : `${still} still differ`,
  });
  const unread: Reason[] = plan.unread.map(({ message }) => ({
    code: 'slo-unknown',
    message: `no alarms were made: ${message}`,
  }));
  if (still > 0) {
    const message = `${counted(still, 'alarm')} still differ from what surefoot.yml asks for: apply it again`;
    return recorder.finish('fail', [{ code: 'not-applied', message }, ...unread]);
  }
  const verdict: Verdict = unread.length > 0 ? 'inconclusive' : 'pass';
  return recorder.finish(verdict, [...unread, doneOf(plan)]);
}

function doneOf(plan: AlarmsPlan): Reason {
  const created = plan.put.filter(({ differences }) => differences === undefined).length;
  const removed = plan.remove.composite.length + plan.remove.metric.length;
  const parts = [
    ...(created > 0 ? [`${created} created`] : []),
    ...(plan.put.length > created ? [`${plan.put.length - created} changed`] : []),
    ...(removed > 0 ? [`${removed} deleted`] : []),
    ...(plan.same > 0 ? [`${plan.same} as they were`] : []),
  ];
  return stepsOf(plan) === 0
    ? {
        code: 'nothing-to-change',
        message:
          plan.same === 0
            ? 'there is no alarm, and none is wanted'
            : `${counted(plan.same, 'alarm')} as wanted already`,
      }
    : { code: 'alarms-applied', message: `alarms: ${parts.join(', ')}` };
}
