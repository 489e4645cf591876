/** The standby section of an environment: held against the environment that it stands by for. */
import type { Findings } from '../findings.ts';
import type { StandbySettings } from '../model/resilience.ts';
import { DEFAULTS } from '../schema/common.ts';
import { shown } from '../schema/fields.ts';
import type { StandbyDocument } from '../schema/standby.ts';
import type { Path } from '../source/spots.ts';
import { didYouMean } from '../suggest.ts';
import { seconds } from './service-context.ts';

/** What of the other environments matters here. */
interface Others {
  readonly [name: string]: { readonly region: string; readonly standby?: { readonly for: string } | undefined };
}

/** `name` is the environment that the section stands in; `others` are all of the file. */
export function resolveStandby(
  findings: Findings,
  standby: StandbyDocument,
  name: string,
  others: Others,
): StandbySettings {
  const at: Path = ['environments', name, 'standby'];
  checkPrimary(findings, standby.for, name, others);
  if (standby.dns === undefined && standby.routingControls === undefined) {
    findings.report({
      path: at,
      part: 'key',
      what: 'says nothing on how users are sent here',
      write: 'dns: { name: <the name that users know> }, or routingControls:',
      needs: [
        [...at, 'dns'],
        [...at, 'routingControls'],
      ],
    });
  }
  return {
    for: standby.for,
    dns: standby.dns && {
      name: standby.dns.name,
      hostedZone: standby.dns.hostedZone,
      primaryRecord: standby.dns.primaryRecord,
      standbyRecord: standby.dns.standbyRecord,
    },
    routingControls: standby.routingControls,
    replicas: standby.replicas ?? [],
    maximumLagSeconds: seconds(standby.maximumLag ?? DEFAULTS.standbyMaximumLag),
  };
}

function checkPrimary(findings: Findings, primary: string, name: string, others: Others): void {
  const path: Path = ['environments', name, 'standby', 'for'];
  const candidates = Object.keys(others).filter((other) => other !== name && others[other]?.standby === undefined);
  const found = Object.hasOwn(others, primary) ? others[primary] : undefined;
  const write = didYouMean(primary, candidates) ?? (candidates.join(' or ') || 'an environment in another region');
  const keysOf: readonly Path[] = [['environments']];
  if (found === undefined) {
    findings.report({ path, what: `is ${shown(primary)}, which is no environment here`, write, keysOf });
  } else if (primary === name) {
    findings.report({ path, what: 'is this environment itself', write, keysOf });
  } else if (found.standby !== undefined) {
    findings.report({ path, what: `is ${primary}, which is a standby itself`, write, keysOf });
  } else if (found.region === others[name]?.region) {
    findings.report({
      path,
      what: `is ${primary}, which is in ${found.region} too and would be lost with it`,
      write: 'an environment in another region',
      needs: [
        ['environments', name, 'region'],
        ['environments', primary, 'region'],
      ],
    });
  }
}
