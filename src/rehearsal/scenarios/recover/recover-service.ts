/** recover-service: every task hangs at once, so that nobody is answered; the restart brings the service back, and the load says when. */
import type { Task } from '@aws-sdk/client-ecs';
import type { Evidence } from '../../../report/evidence.ts';
import { countsAddUp, failedIn, generatorHealthy, judgedBins } from '../load-checks.ts';
import type { Observation, OperationScenario, Stage } from '../scenario.ts';
import { recovered, rtoOf, truth } from './checks.ts';
import { recoverRun } from './recover-run.ts';

/** The health checks must have seen it by then. */
const DEAD_WITHIN_MS = 60_000;

export const recoverService: OperationScenario = {
  name: 'recover-service',
  requestsPerSecond: 20,
  expects:
    'every task hangs; recover restart-service brings the service back, and the RTO that it measures holds against the load',
  act,
  judge: (observation) => [
    ...recovered(observation.operation, { resumed: false }),
    ...outage(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: (observation) =>
    `back after ${rtoOf(observation.operation)} s; users had no answer for ${lastBad(observation)} s of the load`,
};

async function act(stage: Stage): Promise<Evidence> {
  const { target, rehearsal, ports } = stage;
  const { cluster, ecsService } = target;
  const tasks = await ports.aws.ecs.tasks(cluster, { serviceName: ecsService, desiredStatus: 'RUNNING' });
  const pids = tasks.flatMap(({ taskArn = '' }) =>
    (rehearsal.findTask(taskArn)?.containers ?? []).flatMap(({ pid }) => pid ?? []),
  );
  const failedAt = ports.clock.now();
  for (const pid of pids) {
    process.kill(pid, 'SIGSTOP');
  }
  ports.reporter.info(`stopped ${pids.length} processes with SIGSTOP: they hold their connections and answer nothing`);
  await untilUnhealthy(stage);
  const ended = new AbortController();
  const killing = killWhatIsToStop(stage, tasks, ended.signal);
  try {
    const when = ['--failed-at', failedAt.toISOString(), '--timeout', '3m'];
    const { evidence } = await recoverRun(stage, ['restart-service', '--service', target.service, ...when]);
    return evidence;
  } finally {
    ended.abort();
    await killing;
  }
}

/** What hangs does not hear SIGTERM: ECS would kill it after the stop timeout, half a minute that shows nothing. */
async function killWhatIsToStop({ rehearsal, ports }: Stage, hung: readonly Task[], ended: AbortSignal): Promise<void> {
  const left = new Set(hung.flatMap(({ taskArn }) => taskArn ?? []));
  while (left.size > 0 && !ended.aborted && !ports.signal.aborted) {
    for (const arn of left) {
      const task = rehearsal.findTask(arn);
      if (task?.lastStatus === 'STOPPING') {
        left.delete(arn);
        for (const { pid } of task.containers) {
          killIfThere(pid);
        }
      }
    }
    await ports.clock.sleep(250, ended).catch(() => undefined);
  }
}

function killIfThere(pid: number | undefined): void {
  try {
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL');
    }
  } catch {
    // It has ended meanwhile.
  }
}

/** None of the tasks that hung counts as healthy any more. */
async function untilUnhealthy({ target, ports }: Stage): Promise<void> {
  const deadline = ports.clock.now().getTime() + DEAD_WITHIN_MS;
  const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
  const groups = (service?.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  for (;;) {
    const health = (await Promise.all(groups.map((group) => ports.aws.elbv2.targetHealth(group)))).flat();
    if (!health.some(({ TargetHealth }) => TargetHealth?.State === 'healthy')) {
      return;
    }
    if (ports.clock.now().getTime() > deadline) {
      throw new Error('tasks that hang are still called healthy');
    }
    await ports.clock.sleep(250, ports.signal);
  }
}

/** Seconds from the first second with a lost request to the last one. */
function lastBad({ load }: Observation): number {
  const bad = judgedBins(load).filter((bin) => failedIn(bin) + bin.interrupted + bin.dropped > 0);
  const [first, last] = [bad[0]?.second, bad.at(-1)?.second];
  return first === undefined || last === undefined ? 0 : last - first + 1;
}

function outage(observation: Observation) {
  const { operation, load } = observation;
  const rto = operation.measurements.find(({ indicator }) => indicator === 'rto')?.value ?? 0;
  const seconds = lastBad(observation);
  const ended = judgedBins(load).at(-1);
  const answered = ended !== undefined && ended.ok > 0 && ended.ok === ended.planned;
  return [
    truth('nobody was answered meanwhile', seconds > 0, 'at least a second without', `${seconds} s with lost requests`),
    // A request counts in the second in which it was to be sent.
    truth('the RTO covers what the users saw', rto + 1 >= seconds, `no more than ${rto} s`, `${seconds} s`),
    truth(
      'all are answered in the end',
      answered,
      'every request of the last second',
      `${ended?.ok} of ${ended?.planned}`,
    ),
  ];
}
