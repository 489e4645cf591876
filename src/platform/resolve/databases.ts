/** The databases that an environment has in rehearsal: defaults applied, zones and names held against the environment. */
import type { z } from 'zod';
import type { Findings } from '../findings.ts';
import type { DatabaseSettings } from '../model/rehearsal.ts';
import { mapValues } from '../records.ts';
import { DEFAULTS } from '../schema/common.ts';
import type { ENGINES, environmentRehearsalSchema } from '../schema/databases.ts';
import type { Path } from '../source/spots.ts';
import { didYouMean } from '../suggest.ts';
import { seconds } from './service-context.ts';

type Written = NonNullable<z.output<typeof environmentRehearsalSchema>['databases']>;
type WrittenDatabase = Written[string];

/** RDS's default ports of the engines (CreateDBInstance, Port). */
const PORTS: Readonly<Record<(typeof ENGINES)[number], number>> = { postgres: 5432, mysql: 3306, mariadb: 3306 };

interface Place {
  readonly findings: Findings;
  /** Where the environment is written. */
  readonly at: Path;
  /** Its zones, in order. */
  readonly zones: readonly string[];
  /** The zones of its standby environments, by name. */
  readonly standbys: Readonly<Record<string, readonly string[]>>;
}

/** The databases by identifier. What contradicts itself is reported, and resolved to something that can be gone on with. */
export function resolveDatabases(place: Place, written: Written): Record<string, DatabaseSettings> {
  const databases = mapValues(written, (database, name) => resolveDatabase(place, database, name));
  reportSharedVariables(place, databases);
  reportReplicaNames(place, databases);
  return databases;
}

function resolveDatabase(place: Place, database: WrittenDatabase, name: string): DatabaseSettings {
  const engine = database.engine ?? DEFAULTS.databaseEngine;
  const at: Path = [...place.at, 'rehearsal', 'databases', name];
  return {
    engine,
    port: PORTS[engine],
    zones: resolveZones(place, database, at),
    urlVariable: database.urlVariable ?? DEFAULTS.databaseUrlVariable,
    replica: database.replica && resolveReplica(place, database.replica, name),
  };
}

function resolveReplica(
  place: Place,
  replica: NonNullable<WrittenDatabase['replica']>,
  database: string,
): NonNullable<DatabaseSettings['replica']> {
  const at: Path = [...place.at, 'rehearsal', 'databases', database, 'replica'];
  const { environment } = replica;
  const known = Object.keys(place.standbys);
  if (environment !== undefined && !known.includes(environment)) {
    place.findings.report({
      path: [...at, 'environment'],
      what: `is ${environment}, which is no standby of this environment`,
      write: didYouMean(environment, known) ?? (known.join(' or ') || 'no environment: none is a standby of this one'),
      keysOf: [['environments']],
    });
  }
  const zones = (environment === undefined ? undefined : place.standbys[environment]) ?? place.zones;
  const zone = knownZone({ ...place, zones }, replica.zone, [...at, 'zone']) ?? zones.at(-1) ?? '';
  const lagSeconds = seconds(replica.lag ?? DEFAULTS.replicaLag);
  const { urlVariable } = replica;
  return { name: replica.name ?? `${database}-replica`, environment, zone, lagSeconds, urlVariable };
}

function resolveZones(place: Place, { multiAz = true, zones }: WrittenDatabase, at: Path): DatabaseSettings['zones'] {
  const count = multiAz ? 2 : 1;
  const chosen = zones ?? place.zones.slice(0, count);
  for (const [index, zone] of (zones ?? []).entries()) {
    knownZone(place, zone, [...at, 'zones', index]);
  }
  const [primary = place.zones[0] ?? '', standby] = chosen;
  if (chosen.length !== count || (multiAz && primary === standby)) {
    const written = zones === undefined ? [...at, 'multiAz'] : [...at, 'zones'];
    place.findings.report({
      path: place.findings.document.has(written) ? written : at,
      part: 'key',
      what: multiAz
        ? `needs two zones for a standby, and has ${[...new Set(chosen)].join(', ')}`
        : `has ${chosen.length} zones without multiAz, but only a standby is in a second one`,
      write: multiAz ? 'zones: with two of the zones of the environment, or multiAz: false' : `zones: [${primary}]`,
      needs: [
        [...at, 'zones'],
        [...at, 'multiAz'],
        [...place.at, 'zones'],
        [...place.at, 'region'],
      ],
    });
  }
  return multiAz && standby !== undefined ? [primary, standby] : [primary];
}

function knownZone(place: Place, zone: string | undefined, path: Path): string | undefined {
  if (zone !== undefined && !place.zones.includes(zone)) {
    place.findings.report({
      path,
      what: `is ${zone}, which is not among the zones of the environment`,
      write: didYouMean(zone, place.zones) ?? place.zones.join(' or '),
      needs: [
        [...place.at, 'zones'],
        [...place.at, 'region'],
      ],
    });
  }
  return zone;
}

/** Two databases under one variable: tasks could not tell them apart. */
function reportSharedVariables({ findings, at }: Place, databases: Readonly<Record<string, DatabaseSettings>>): void {
  const owners = new Map<string, string>();
  const variables = Object.entries(databases).flatMap(([database, { urlVariable, replica }]) => {
    const path: Path = [...at, 'rehearsal', 'databases', database];
    return [
      { name: database, urlVariable, path },
      ...(replica?.urlVariable === undefined
        ? []
        : [{ name: replica.name, urlVariable: replica.urlVariable, path: [...path, 'replica'] }]),
    ];
  });
  for (const { name, urlVariable, path } of variables) {
    const owner = owners.get(urlVariable);
    if (owner === undefined) {
      owners.set(urlVariable, name);
    } else {
      const written: Path = [...path, 'urlVariable'];
      findings.report({
        path: findings.document.has(written) ? written : path,
        part: 'key',
        what: `tells its address in ${urlVariable}, as ${owner} does`,
        write: `urlVariable: ${name.toUpperCase().replaceAll('-', '_')}_URL`,
      });
    }
  }
}

function reportReplicaNames({ findings, at }: Place, databases: Readonly<Record<string, DatabaseSettings>>): void {
  const taken = new Set(Object.keys(databases));
  for (const [name, { replica }] of Object.entries(databases)) {
    // Identifiers are one region's own.
    if (replica !== undefined && replica.environment === undefined && taken.has(replica.name)) {
      const path: Path = [...at, 'rehearsal', 'databases', name, 'replica'];
      findings.report({
        path: findings.document.has([...path, 'name']) ? [...path, 'name'] : path,
        part: 'key',
        what: `is called ${replica.name}, as another DB instance is`,
        write: `name: ${name}-replica-2`,
      });
    }
    taken.add(replica?.name ?? name);
  }
}
