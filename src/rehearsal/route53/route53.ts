/** Amazon Route 53: its API over zones that a real DNS server answers from. */
import type { ServiceModule } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { DnsReply, Question } from '../world/dns/server.ts';
import { answerQuestion } from './answer.ts';
import type { Route53Context } from './context.ts';
import { createHealthChecks } from './health-checks.ts';
import {
  createHealthCheck,
  deleteHealthCheck,
  getHealthCheck,
  getHealthCheckStatus,
} from './operations/health-checks.ts';
import { createHostedZone, getHostedZone, listHostedZones, listHostedZonesByName } from './operations/hosted-zones.ts';
import { changeResourceRecordSets, getChange, listResourceRecordSets } from './operations/records.ts';
import { emptyState } from './state.ts';

export interface Route53Options {
  readonly clock: RehearsalClock;
  /** Whether a load balancer has a healthy target, by its address. */
  readonly loadBalancerHealthy: (host: string) => boolean;
  /** Whether a routing control is On, by its ARN. */
  readonly controlIsOn: (arn: string) => boolean;
  /** From 0 to less than 1; Math.random unless said otherwise. */
  readonly random?: () => number;
  /** Between two probes of a health check, instead of the check's own 10 or 30 s. */
  readonly healthCheckIntervalMs?: number;
}

export interface Route53 {
  readonly module: ServiceModule;
  /** What its DNS servers say now. */
  answer(question: Question): DnsReply;
  stop(): void;
}

/** Without a zone; zones are made by its API. */
export function createRoute53(options: Route53Options): Route53 {
  const { clock, loadBalancerHealthy, controlIsOn, random = Math.random, healthCheckIntervalMs } = options;
  const state = emptyState();
  const ended = new AbortController();
  const healthChecks = createHealthChecks({
    now: clock.now,
    controlIsOn,
    ...(healthCheckIntervalMs === undefined ? {} : { intervalMs: healthCheckIntervalMs }),
  });
  const context: Route53Context = { state, clock, healthChecks, signal: ended.signal };
  const operations = [
    createHostedZone,
    getHostedZone,
    listHostedZones,
    listHostedZonesByName,
    changeResourceRecordSets,
    getChange,
    listResourceRecordSets,
    createHealthCheck,
    getHealthCheck,
    deleteHealthCheck,
    getHealthCheckStatus,
  ].map((make) => make(context));
  const checkPasses = (id: string) => healthChecks.status(id)?.healthy ?? true;
  return {
    module: { id: 'route53', operations },
    answer: (question) =>
      answerQuestion(question, { zones: state.zones.values(), checkPasses, loadBalancerHealthy, random }),
    stop() {
      ended.abort(new Error('the platform has ended'));
      healthChecks.stop();
    },
  };
}
