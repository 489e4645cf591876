/** What AWS says of a run once the experiment has ended: reads only. */
import type { Experiment, ResolvedTarget } from '../../../../aws/fis/fis.ts';
import { patiently } from '../../../common/patience.ts';
import type { Ports } from '../../../ports.ts';
import type { ExpectedAlarm } from '../../experiment/experiment.ts';
import { seenStopping, tasksToStop } from '../fault/injection.ts';
import { type Detection, detectionOf } from './detection.ts';

export interface SeenByAws {
  readonly resolved: readonly ResolvedTarget[];
  readonly tasks: { readonly toStop: number; readonly seen: number } | undefined;
}

/** The targets as FIS resolved them for this run, and whether ECS has stopped the tasks among them that were to be. */
export async function seenByAws(experiment: Experiment, ports: Ports): Promise<SeenByAws> {
  const { id = '' } = experiment;
  const resolved = await patiently(() => ports.aws.fis.listExperimentResolvedTargets(id), ports);
  const arns = tasksToStop(experiment, resolved);
  if (arns.length === 0) {
    return { resolved, tasks: undefined };
  }
  // arn:aws:ecs:region:account:task/cluster/id
  const clusterOf = (arn: string) => arn.split('/')[1] ?? '';
  let seen = 0;
  for (const cluster of new Set(arns.map(clusterOf))) {
    const tasks = arns.filter((arn) => clusterOf(arn) === cluster);
    for (let from = 0; from < tasks.length; from += MOST_DESCRIBED) {
      const some = tasks.slice(from, from + MOST_DESCRIBED);
      seen += seenStopping(await patiently(() => ports.aws.ecs.describeTasks(cluster, some), ports)).length;
    }
  }
  return { resolved, tasks: { toStop: arns.length, seen } };
}

/** "A list of up to 100 task IDs or full ARN entries" (AWS: DescribeTasks). */
const MOST_DESCRIBED = 100;

export async function detectionsOf(
  alarms: readonly ExpectedAlarm[],
  faultAt: Date,
  ports: Ports,
): Promise<{ name: string; detection: Detection }[]> {
  const { cloudwatch } = ports.aws;
  const states = await patiently(() => cloudwatch.alarms(alarms.map(({ name }) => name)), ports);
  const found: { name: string; detection: Detection }[] = [];
  for (const { name } of alarms) {
    const state = states.find(({ AlarmName }) => AlarmName === name)?.StateValue;
    const changes = await patiently(() => cloudwatch.alarmChanges(name, faultAt), ports);
    found.push({ name, detection: detectionOf(changes, state, faultAt) });
  }
  return found;
}
