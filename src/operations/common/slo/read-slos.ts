/** The SLOs of a service as CloudWatch has them now. */
import type { Service } from '@aws-sdk/client-ecs';
import { OutsideError } from '../../../errors.ts';
import type { Objective } from '../../../platform/model/objectives.ts';
import type { SloRecord } from '../../../report/slo/record.ts';
import type { Ports } from '../../ports.ts';
import { assessSlo, unknownSlo } from './assess.ts';
import { type CountsByPeriod, readCounts } from './read-counts.ts';
import { findSource } from './source.ts';
import { type Windows, windowsOf } from './windows.ts';

/**
 * A record of each objective, in their order: two calls of GetMetricData for all that have the same window. What CloudWatch or the load
 * balancer will not tell makes them unknown, with what was said. `onCounts` gets what was counted of each.
 */
export async function readSlos(
  service: Service,
  objectives: readonly Objective[],
  rehearsalSpeed: number | undefined,
  ports: Pick<Ports, 'aws' | 'clock'>,
  onCounts: (objective: Objective, counts: CountsByPeriod, windows: Windows) => void = () => undefined,
): Promise<SloRecord[]> {
  if (objectives.length === 0) {
    return [];
  }
  try {
    const source = await findSource(service, ports);
    if ('code' in source) {
      return objectives.map((objective) => unknownSlo(objective, source));
    }
    const now = ports.clock.now().getTime();
    const read = [...new Set(objectives.map(({ windowDays }) => windowDays))].map(async (windowDays) => {
      const group = objectives.filter((objective) => objective.windowDays === windowDays);
      const windows = windowsOf(windowDays, now, rehearsalSpeed);
      const counts = await readCounts(source, group, windows.spans, ports);
      return group.map((objective) => {
        const own: CountsByPeriod = counts.get(objective.name) ?? new Map();
        onCounts(objective, own, windows);
        return assessSlo(objective, own, { windows, source, rehearsalSpeed });
      });
    });
    const records = new Map((await Promise.all(read)).flat().map((record) => [record.objective, record]));
    return objectives.flatMap(({ name }) => records.get(name) ?? []);
  } catch (error) {
    if (!(error instanceof OutsideError)) {
      throw error;
    }
    const { message } = error;
    return objectives.map((objective) => unknownSlo(objective, { code: 'not-readable', message }));
  }
}
