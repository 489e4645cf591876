/** ARC routing controls: one for each region, switched together so that there is no moment with none or with both. */
import type { StandbySettings } from '../../../../platform/model/resilience.ts';
import type { RegionInputs, RegionPorts } from '../request.ts';
import type { TrafficSeen, TrafficSwitch } from './traffic-switch.ts';

type Controls = NonNullable<StandbySettings['routingControls']>;

/** Health checks look each 10 or 30 s and resolvers keep answers of aliases for 60 s (AWS: Route 53). */
const FOLLOWED_AFTER_SECONDS = 60;

/** @param records of the name that follows the controls, where there is one: for what it leads to, never to change it */
export function controlsSwitch(
  { direction, standby, to, from }: Pick<RegionInputs, 'direction' | 'standby' | 'to' | 'from'>,
  { endpoints, primary, standby: second }: Controls,
  records: TrafficSwitch | undefined,
  { aws }: Pick<RegionPorts, 'aws'>,
): TrafficSwitch {
  const [here, there] = direction === 'failover' ? [second, primary] : [primary, second];
  return {
    async look(): Promise<TrafficSeen> {
      const [on, other] = await Promise.all([here, there].map((arn) => aws.arcRouting.state(endpoints, arn)));
      // The records change nothing here, and where Route 53's control plane is lost they need not be readable.
      const behind = await records?.look().catch(() => undefined);
      return {
        percent: on === 'On' ? (other === 'On' ? undefined : 100) : 0,
        seen: `routing controls ${to.name} ${on}, ${from.name} ${other}`,
        refusals: [],
        notes: standby.dns === undefined ? ['no name is given, so that answers of DNS are not watched'] : [],
        ttlSeconds: Math.max(FOLLOWED_AFTER_SECONDS, behind?.ttlSeconds ?? 0),
        ends: behind?.ends ?? { to: [], from: [] },
        gradual: false,
      };
    },
    async shift() {
      await aws.arcRouting.setStates(endpoints, { [here]: 'On', [there]: 'Off' });
      return `routing control of ${to.name} On, of ${from.name} Off`;
    },
  };
}
