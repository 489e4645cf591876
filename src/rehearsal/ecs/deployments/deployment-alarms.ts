/**
 * Deployment alarms: CloudWatch alarms that fail a deployment when they go into ALARM while it runs.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
import type { DescribeAlarmsInput, DescribeAlarmsOutput, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { AlarmsRecord } from '../records/deployment.ts';
import type { DeploymentRecord } from '../records/service.ts';
import { countTasks, workloadOf } from '../service/facts.ts';
import type { EcsWorld } from '../world.ts';
import { FailureDetected } from './interruptions.ts';

/** Real ms between two looks. ECS polls DescribeAlarms too; how often is not published. */
const ALARM_POLL_MS = 250;
const DEFAULT_PERIOD_S = 60;
const LONGEST_BAKE_MS = 5 * 60_000;

/** The alarms' record at a deployment's beginning. */
export function newAlarms({ alarms }: DeploymentConfiguration): AlarmsRecord {
  const alarmNames = alarms?.enable === true ? (alarms.alarmNames ?? []) : [];
  return { status: alarmNames.length > 0 ? 'MONITORING' : 'DISABLED', alarmNames, triggeredAlarmNames: [] };
}

/** Watches the alarms of one deployment. */
export class DeploymentAlarms {
  readonly #world: EcsWorld;
  readonly #deployment: DeploymentRecord;
  readonly #done = new AbortController();
  #bakeMs = 0;

  constructor(world: EcsWorld, deployment: DeploymentRecord) {
    this.#world = world;
    this.#deployment = deployment;
  }

  get monitoring(): boolean {
    return this.#deployment.alarms.status === 'MONITORING';
  }

  /**
   * How long (ms at speed 1) a rolling update is watched after the last old task is gone: "Amazon ECS computes this time period based
   * on the alarm configuration". AWS does not publish the formula; this is the longest evaluation range, at most five minutes.
   */
  get bakeMs(): number {
    return this.#bakeMs;
  }

  /**
   * Looks at the alarms before anything is changed. When one is in ALARM already, the alarm configuration is ignored for the whole
   * deployment, so that the deployment which mends things is not stopped; nothing but the status DISABLED says so.
   */
  async begin(): Promise<void> {
    if (!this.monitoring) {
      return;
    }
    const alarms = await this.#read();
    this.#bakeMs = Math.min(LONGEST_BAKE_MS, Math.max(0, ...alarms.map(evaluationRangeMs)));
    if (alarms.some(isInAlarm)) {
      this.#deployment.alarms.status = 'DISABLED';
    }
  }

  /**
   * Resolves with the failure when an alarm is in ALARM while a task of the new revision runs; undefined when nothing watches (any
   * more). Rejects when the signal aborts.
   */
  async detect(signal: AbortSignal): Promise<FailureDetected | undefined> {
    while (this.monitoring) {
      const triggered = this.#isRunning() ? (await this.#read()).filter(isInAlarm) : [];
      signal.throwIfAborted();
      if (triggered.length > 0 && this.monitoring) {
        const { alarms, configuration } = this.#deployment;
        alarms.status = 'TRIGGERED';
        alarms.triggeredAlarmNames = triggered.flatMap(({ AlarmName }) => AlarmName ?? []);
        return new FailureDetected('alarms', configuration.alarms?.rollback ?? false);
      }
      await this.#world.clock.sleep(ALARM_POLL_MS, AbortSignal.any([signal, this.#done.signal])).catch(() => {});
      signal.throwIfAborted();
    }
    return undefined;
  }

  /** Ends the watch of a deployment that is past its bake time, or ends for another reason. */
  complete(): void {
    if (this.monitoring) {
      this.#deployment.alarms.status = 'MONITORING_COMPLETE';
    }
    this.#done.abort();
  }

  /** ECS begins to look at the alarms when the first task of the new revision runs. */
  #isRunning(): boolean {
    const { service, target } = this.#deployment;
    const workload = workloadOf(service, target);
    return workload !== undefined && countTasks(service, workload, this.#world.clock).running > 0;
  }

  /** A call that fails says nothing: AWS warns that a throttled DescribeAlarms lets an alarm pass unseen. */
  async #read(): Promise<readonly MetricAlarm[]> {
    const input: DescribeAlarmsInput = { AlarmNames: [...this.#deployment.alarms.alarmNames] };
    const output = await this.#world
      .call<DescribeAlarmsOutput>('cloudwatch', 'DescribeAlarms', input)
      .catch(() => undefined);
    return output?.MetricAlarms ?? [];
  }
}

function isInAlarm({ StateValue }: MetricAlarm): boolean {
  return StateValue === 'ALARM';
}

function evaluationRangeMs({ Period, EvaluationPeriods = 1, Metrics = [] }: MetricAlarm): number {
  const periods = Metrics.flatMap((metric) => metric.MetricStat?.Period ?? metric.Period ?? []);
  const longest = Math.max(Period ?? 0, ...periods);
  return (longest > 0 ? longest : DEFAULT_PERIOD_S) * EvaluationPeriods * 1000;
}
