/**
 * What Route 53's DNS servers answer: the zone of a name, its records, and among those of a routing policy the one that is chosen.
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
import { isIPv4 } from 'node:net';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Answer } from 'dns-packet';
import type { DnsReply, Question } from '../world/dns/server.ts';
import { canonical, isIn } from './names.ts';
import type { ZoneRecord } from './state.ts';

export interface Surroundings {
  readonly zones: Iterable<ZoneRecord>;
  /** Whether the endpoint of a health check is healthy. */
  readonly checkPasses: (healthCheckId: string) => boolean;
  /** Whether a load balancer has a healthy target, by its address. */
  readonly loadBalancerHealthy: (host: string) => boolean;
  /** From 0 to less than 1. */
  readonly random: () => number;
}

/** Of an alias to a load balancer. Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html */
const ALIAS_TTL_SECONDS = 60;
/** A chain of aliases and CNAMEs that is longer than this is a circle. */
const LONGEST_CHAIN = 8;

/** The answer to one question, of what is served now. */
export function answerQuestion({ name, type }: Question, around: Surroundings): DnsReply {
  const wanted = canonical(name);
  const zone = zoneOf(wanted, around.zones);
  if (zone === undefined) {
    return { code: 'REFUSED', answers: [] };
  }
  const answers = resolve(zone, wanted, type, around, 0);
  if (answers.length > 0) {
    return { code: 'NOERROR', answers };
  }
  const isThere =
    [...zone.served.values()].some(({ Name = '' }) => isIn(Name, wanted)) || wildcardOf(zone, wanted).length > 0;
  return { code: isThere ? 'NOERROR' : 'NXDOMAIN', answers: [], ...authorityOf(zone) };
}

function zoneOf(name: string, zones: Iterable<ZoneRecord>): ZoneRecord | undefined {
  let best: ZoneRecord | undefined;
  for (const zone of zones) {
    if (isIn(name, zone.name) && zone.name.length > (best?.name.length ?? 0)) {
      best = zone;
    }
  }
  return best;
}

/** The SOA record says how long a "no" may be kept: its TTL, which is below its last number. Source: RFC 2308, section 5. */
function authorityOf(zone: ZoneRecord): Pick<DnsReply, 'authority'> {
  const soa = [...zone.served.values()].find(({ Type }) => Type === 'SOA');
  const [authority] = soa === undefined ? [] : rendered(zone.name, soa);
  return authority?.type === 'SOA' ? { authority } : {};
}

function resolve(zone: ZoneRecord, name: string, type: string, around: Surroundings, depth: number): Answer[] {
  const exact = [...zone.served.values()].filter(({ Name }) => Name === name);
  const here = exact.length > 0 ? exact : wildcardOf(zone, name);
  const own = here.filter(({ Type }) => Type === type);
  const chosen = choose(own.length > 0 ? own : here.filter(({ Type }) => Type === 'CNAME'), zone, around, depth);
  if (chosen === undefined || depth > LONGEST_CHAIN) {
    return [];
  }
  if (chosen.AliasTarget !== undefined) {
    return aliased(zone, name, type, chosen.AliasTarget.DNSName ?? '', around, depth);
  }
  const answers = rendered(name, chosen);
  const target =
    chosen.Type === 'CNAME' && type !== 'CNAME' ? canonical(chosen.ResourceRecords?.[0]?.Value ?? '') : undefined;
  const next = target === undefined ? undefined : zoneOf(target, around.zones);
  return target === undefined || next === undefined
    ? answers
    : [...answers, ...resolve(next, target, type, around, depth + 1)];
}

/** An alias is answered with what its target has, under the name that was asked for. */
function aliased(
  zone: ZoneRecord,
  name: string,
  type: string,
  target: string,
  around: Surroundings,
  depth: number,
): Answer[] {
  const address = target.slice(0, -1);
  if (isIPv4(address)) {
    return type === 'A' ? [{ name: name.slice(0, -1), type: 'A', ttl: ALIAS_TTL_SECONDS, data: address }] : [];
  }
  return resolve(zone, target, type, around, depth + 1).map((answer) => ({ ...answer, name: name.slice(0, -1) }));
}

function wildcardOf(zone: ZoneRecord, name: string): ResourceRecordSet[] {
  const parent = name.slice(name.indexOf('.') + 1);
  return isIn(parent, zone.name) ? [...zone.served.values()].filter(({ Name }) => Name === `\\052.${parent}`) : [];
}

function choose(
  sets: readonly ResourceRecordSet[],
  zone: ZoneRecord,
  around: Surroundings,
  depth: number,
): ResourceRecordSet | undefined {
  const isHealthy = (set: ResourceRecordSet) => healthy(set, zone, around, depth);
  const primary = sets.find(({ Failover }) => Failover === 'PRIMARY');
  const secondary = sets.find(({ Failover }) => Failover === 'SECONDARY');
  if (primary !== undefined || secondary !== undefined) {
    const other = secondary !== undefined && isHealthy(secondary) ? secondary : (primary ?? secondary);
    return primary !== undefined && isHealthy(primary) ? primary : other;
  }
  if (sets.length < 2) {
    return sets[0];
  }
  return byWeight(sets, isHealthy, around.random);
}

/** Records of weight 0 are only taken when no other one is healthy; when none is, all count as healthy. */
function byWeight(
  sets: readonly ResourceRecordSet[],
  isHealthy: (set: ResourceRecordSet) => boolean,
  random: () => number,
) {
  const weighty = sets.filter(({ Weight = 0 }) => Weight > 0);
  const idle = sets.filter(({ Weight = 0 }) => Weight === 0);
  const candidates =
    [weighty.filter(isHealthy), idle.filter(isHealthy), weighty, idle].find((some) => some.length > 0) ?? [];
  const weights = candidates.map(({ Weight = 0 }) => Weight || 1);
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  return candidates.find((_, index) => {
    left -= weights[index] ?? 0;
    return left < 0;
  });
}

function healthy(set: ResourceRecordSet, zone: ZoneRecord, around: Surroundings, depth: number): boolean {
  if (set.HealthCheckId !== undefined && !around.checkPasses(set.HealthCheckId)) {
    return false;
  }
  if (set.AliasTarget?.EvaluateTargetHealth !== true) {
    return true;
  }
  const target = set.AliasTarget.DNSName ?? '';
  if (isIPv4(target.slice(0, -1))) {
    return around.loadBalancerHealthy(target.slice(0, -1));
  }
  const behind = [...zone.served.values()].filter(({ Name, Type }) => Name === target && Type === set.Type);
  return depth > LONGEST_CHAIN || behind.some((each) => healthy(each, zone, around, depth + 1));
}

function rendered(name: string, { Type, TTL = 0, ResourceRecords = [] }: ResourceRecordSet): Answer[] {
  const base = { name: name.slice(0, -1), ttl: TTL };
  return ResourceRecords.flatMap(({ Value = '' }): Answer[] => {
    switch (Type) {
      case 'A':
      case 'AAAA':
        return [{ ...base, type: Type, data: Value }];
      case 'CNAME':
      case 'NS':
        return [{ ...base, type: Type, data: Value.replace(/\.$/, '') }];
      case 'TXT':
        return [
          {
            ...base,
            type: 'TXT',
            data: [...Value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1')),
          },
        ];
      case 'SOA': {
        const [mname = '', rname = '', serial, refresh, retry, expire, minimum] = Value.split(' ');
        const numbers = {
          serial: Number(serial),
          refresh: Number(refresh),
          retry: Number(retry),
          expire: Number(expire),
          minimum: Number(minimum),
        };
        return [
          {
            ...base,
            type: 'SOA',
            data: { mname: mname.replace(/\.$/, ''), rname: rname.replace(/\.$/, ''), ...numbers },
          },
        ];
      }
      default:
        return [];
    }
  });
}
