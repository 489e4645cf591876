/** Emulated CloudWatch: metrics from the rehearsal's real traffic, queries over them, and alarms that evaluate. */
import type { ServiceModule } from '../wire/operation.ts';
import type { TargetHealthReport, TrafficRow } from '../world/balancer/protocol.ts';
import type { RehearsalClock } from '../world/clock.ts';
import { createCompositeRegistry } from './alarms/composites.ts';
import { type AlarmRegistry, createAlarmRegistry } from './alarms/registry.ts';
import { healthyTargets, hostCounts, type MetricRecord, type TargetPlacement, trafficMetrics } from './alb-metrics.ts';
import { createMetricStore, type MetricSink } from './metric-store.ts';

import { deleteAlarms } from './operations/delete-alarms.ts';
import { describeAlarmHistory } from './operations/describe-alarm-history.ts';
import { describeAlarms } from './operations/describe-alarms.ts';
import { disableAlarmActions } from './operations/disable-alarm-actions.ts';
import { enableAlarmActions } from './operations/enable-alarm-actions.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { getMetricStatistics } from './operations/get-metric-statistics.ts';
import { listMetrics } from './operations/list-metrics.ts';
import { putCompositeAlarm } from './operations/put-composite-alarm.ts';
import { putMetricAlarm } from './operations/put-metric-alarm.ts';
import { putMetricData } from './operations/put-metric-data.ts';
import { setAlarmState } from './operations/set-alarm-state.ts';

export interface CloudWatchOptions {
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly accountId: string;
}

export interface CloudWatch {
  readonly module: ServiceModule;
  /** For metrics of other emulated services. */
  readonly sink: MetricSink;
  /** Takes the balancer's rows of one epoch second. */
  recordTraffic(second: number, rows: readonly TrafficRow[]): void;
  /** Takes the health of all targets at an epoch second, once a second or once a minute. */
  recordHosts(second: number, reports: readonly TargetHealthReport[], placement: TargetPlacement): void;
  /** For other emulated services that act on alarms. */
  readonly alarms: Pick<AlarmRegistry, 'state' | 'list' | 'recent' | 'onChange'>;
  /** Ends the evaluation of all alarms. */
  stop(): void;
}

/** Starts an empty CloudWatch. */
export function createCloudWatch({ clock, region, accountId }: CloudWatchOptions): CloudWatch {
  const store = createMetricStore(() => clock.now());
  const alarms = createAlarmRegistry({ store, clock, region, accountId });
  const composites = createCompositeRegistry({ alarms, clock, region, accountId });
  const parts = { store, clock, alarms, composites };
  let targets: ReadonlyMap<string, number> = new Map();
  const recordAll = (records: readonly MetricRecord[]) => {
    for (const { key, sample } of records) {
      store.record(key, sample);
    }
  };
  return {
    module: {
      id: 'cloudwatch',
      operations: [
        putMetricData(parts),
        getMetricData(parts),
        getMetricStatistics(parts),
        listMetrics(parts),
        putMetricAlarm(parts),
        putCompositeAlarm(parts),
        describeAlarms(parts),
        describeAlarmHistory(parts),
        deleteAlarms(parts),
        setAlarmState(parts),
        enableAlarmActions(parts),
        disableAlarmActions(parts),
      ],
    },
    sink: store,
    recordTraffic: (second, rows) => recordAll(trafficMetrics(second, rows, targets)),
    recordHosts(second, reports, placement) {
      targets = healthyTargets(reports);
      recordAll(hostCounts(second, reports, placement));
    },
    alarms,
    stop: alarms.stop,
  };
}
