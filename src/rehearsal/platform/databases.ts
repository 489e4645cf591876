import type { DatabaseSettings } from '../../platform/model/rehearsal.ts';
import type { AddressPlan } from '../world/addresses/plan.ts';
import type { Databases } from '../world/database/databases.ts';
import { startZoneRelays, type ZoneRelays } from '../world/zone-relay/client.ts';

/** What leads tasks to databases; undefined where there are none. */
export async function relaysTo(databases: Databases, addresses: AddressPlan): Promise<ZoneRelays | undefined> {
  const relayed = () =>
    databases.all.flatMap(({ name, address, replica }) => {
      const port = databases.settings(name)?.port ?? address.port;
      return [address, ...(replica === undefined ? [] : [replica.member.address])].map((each) => ({
        address: { host: each.host, port: each.port },
        port,
      }));
    });
  return databases.all.length === 0 ? undefined : startZoneRelays({ addresses, databases: relayed });
}

/** Replicas in another region are there where that region is rehearsed too (`regions/`). */
export function inThisRegion(databases: Readonly<Record<string, DatabaseSettings>>): Record<string, DatabaseSettings> {
  const here = ({ replica, ...rest }: DatabaseSettings): DatabaseSettings => ({
    ...rest,
    replica: replica?.environment === undefined ? replica : undefined,
  });
  return Object.fromEntries(Object.entries(databases).map(([name, database]) => [name, here(database)]));
}
