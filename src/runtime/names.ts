/** Addresses of names, as DNS tells them now: no cache of this program's own is between. */
import { Resolver } from 'node:dns/promises';

/** IPv4 addresses; none where the name has none. `server` is `host:port` of a DNS server; undefined: those of the machine. */
export function addressesFrom(server: string | undefined): (name: string) => Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  if (server !== undefined) {
    resolver.setServers([server]);
  }
  return async (name) => {
    try {
      return await resolver.resolve4(name);
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA')) {
        return [];
      }
      throw error;
    }
  };
}
