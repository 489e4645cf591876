/** Reads the counters of the two target groups from CloudWatch. */
import type { MetricPoints } from '../../../aws/cloudwatch/cloudwatch.ts';
import { dimensionOf } from '../../../aws/elbv2/load-balancer-names.ts';
import type { Ports } from '../../ports.ts';
import type { ArmPoints, Counter } from './blocks.ts';

export interface Arms {
  readonly loadBalancer: string;
  /** Target group ARNs. */
  readonly baseline: string;
  readonly candidate: string;
}

export interface ReadRequest {
  /** Seconds since 1970; `end` is not part of it. */
  readonly start: number;
  readonly end: number;
  readonly periodSeconds: number;
  /** Undefined where no latency is judged. */
  readonly slowerThanSeconds: number | undefined;
}

const ANSWERS = ['HTTPCode_Target_2XX_Count', 'HTTPCode_Target_3XX_Count', 'HTTPCode_Target_4XX_Count'];
const SERVER_ERRORS = 'HTTPCode_Target_5XX_Count';

interface Query {
  readonly name: string;
  readonly stat: string;
}

/** The counters of both arms in that time, in one call. */
export async function readArms(
  arms: Arms,
  request: ReadRequest,
  ports: Ports,
): Promise<{ readonly baseline: ArmPoints; readonly candidate: ArmPoints }> {
  const queries = queriesFor(request.slowerThanSeconds);
  const requests = (['baseline', 'candidate'] as const).flatMap((arm) =>
    queries.map(({ name, stat }, index) => ({
      id: `${arm}${index}`,
      namespace: 'AWS/ApplicationELB',
      name,
      stat,
      dimensions: { LoadBalancer: dimensionOf(arms.loadBalancer), TargetGroup: dimensionOf(arms[arm]) },
    })),
  );
  const points = await ports.aws.cloudwatch.metrics(requests, {
    start: new Date(request.start * 1000),
    end: new Date(request.end * 1000),
    periodSeconds: request.periodSeconds,
  });
  const pointsOf = (arm: string): ArmPoints => {
    const of = (name: string) =>
      points.get(`${arm}${queries.findIndex((query) => query.name === name)}`) ?? new Map<number, number>();
    const counters: Record<Counter, MetricPoints> = {
      requests: of('RequestCount'),
      answered: sumOf([...ANSWERS, SERVER_ERRORS].map(of)),
      serverErrors: of(SERVER_ERRORS),
      connectionErrors: of('TargetConnectionErrorCount'),
      slow: of('TargetResponseTime'),
    };
    return counters;
  };
  return { baseline: pointsOf('baseline'), candidate: pointsOf('candidate') };
}

/** TC(t:) counts the values above t (AWS: CloudWatch statistics definitions). */
function queriesFor(slowerThanSeconds: number | undefined): Query[] {
  const sums = ['RequestCount', ...ANSWERS, SERVER_ERRORS, 'TargetConnectionErrorCount'];
  return [
    ...sums.map((name) => ({ name, stat: 'Sum' })),
    ...(slowerThanSeconds === undefined ? [] : [{ name: 'TargetResponseTime', stat: `TC(${slowerThanSeconds}:)` }]),
  ];
}

function sumOf(parts: readonly MetricPoints[]): MetricPoints {
  const sum = new Map<number, number>();
  for (const [second, value] of parts.flatMap((part) => [...part])) {
    sum.set(second, (sum.get(second) ?? 0) + value);
  }
  return sum;
}
