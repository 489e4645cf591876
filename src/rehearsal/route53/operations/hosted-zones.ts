/** Hosted zones: made, shown, listed. */
import {
  CreateHostedZone$,
  type CreateHostedZoneRequest,
  type CreateHostedZoneResponse,
  GetHostedZone$,
  type GetHostedZoneRequest,
  type GetHostedZoneResponse,
  ListHostedZones$,
  ListHostedZonesByName$,
  type ListHostedZonesByNameRequest,
  type ListHostedZonesByNameResponse,
  type ListHostedZonesRequest,
  type ListHostedZonesResponse,
} from '@aws-sdk/client-route-53';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import { findZone, type Route53Context, submit } from '../context.ts';
import { canonical, reversed } from '../names.ts';
import { renderChange, renderZone } from '../render.ts';
import { firstRecords, NAME_SERVERS, newZoneId, type ZoneRecord } from '../state.ts';

const API = 'https://docs.aws.amazon.com/Route53/latest/APIReference';
const PAGE = 100;
const DELEGATION = { NameServers: NAME_SERVERS.map((name) => name.slice(0, -1)) };

/** A public zone with its NS and SOA records. */
export function createHostedZone(context: Route53Context): Operation {
  return operation<CreateHostedZoneRequest, CreateHostedZoneResponse>({
    schema: CreateHostedZone$,
    supports: ['Name', 'CallerReference', 'HostedZoneConfig.Comment', 'HostedZoneConfig.PrivateZone'],
    source: `${API}/API_CreateHostedZone.html`,
    handle: ({ Name, CallerReference = '', HostedZoneConfig }) => {
      if (HostedZoneConfig?.PrivateZone) {
        throw new AwsError(
          'UnsupportedParameterException',
          'private hosted zones do not exist here: make a public one',
        );
      }
      const { zones } = context.state;
      if ([...zones.values()].some(({ callerReference }) => callerReference === CallerReference)) {
        const message = 'A hosted zone has already been created with the specified caller reference.';
        throw new AwsError('HostedZoneAlreadyExists', message, 409);
      }
      const name = canonical(Name ?? '');
      const zone: ZoneRecord = {
        id: newZoneId(),
        name,
        comment: HostedZoneConfig?.Comment,
        callerReference: CallerReference,
        records: new Map(),
        served: firstRecords(name),
      };
      zones.set(zone.id, zone);
      const change = submit(context, zone, firstRecords(name), undefined);
      return {
        HostedZone: renderZone(zone),
        ChangeInfo: renderChange(change),
        DelegationSet: DELEGATION,
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
      };
    },
  });
}

export function getHostedZone(context: Route53Context): Operation {
  return operation<GetHostedZoneRequest, GetHostedZoneResponse>({
    schema: GetHostedZone$,
    supports: ['Id'],
    source: `${API}/API_GetHostedZone.html`,
    handle: ({ Id }) => ({ HostedZone: renderZone(findZone(context, Id)), DelegationSet: DELEGATION }),
  });
}

export function listHostedZones(context: Route53Context): Operation {
  return operation<ListHostedZonesRequest, ListHostedZonesResponse>({
    schema: ListHostedZones$,
    supports: ['Marker', 'MaxItems'],
    source: `${API}/API_ListHostedZones.html`,
    handle: ({ Marker, MaxItems = PAGE }) => {
      const zones = [...context.state.zones.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      const rest = Marker === undefined ? zones : zones.filter(({ id }) => id >= Marker);
      const next = rest[MaxItems];
      return {
        HostedZones: rest.slice(0, MaxItems).map(renderZone),
        IsTruncated: next !== undefined,
        MaxItems,
        Marker: Marker ?? '',
        ...(next === undefined ? {} : { NextMarker: next.id }),
      };
    },
  });
}

/** In the order of names, labels from the right. */
export function listHostedZonesByName(context: Route53Context): Operation {
  return operation<ListHostedZonesByNameRequest, ListHostedZonesByNameResponse>({
    schema: ListHostedZonesByName$,
    supports: ['DNSName', 'HostedZoneId', 'MaxItems'],
    source: `${API}/API_ListHostedZonesByName.html`,
    handle: ({ DNSName, HostedZoneId, MaxItems = PAGE }) => {
      const key = (name: string, id: string) => `${reversed(name)} ${id}`;
      const start = DNSName === undefined ? '' : key(canonical(DNSName), HostedZoneId ?? '');
      const rest = [...context.state.zones.values()]
        .filter(({ name, id }) => key(name, id) >= start)
        .sort((a, b) => (key(a.name, a.id) < key(b.name, b.id) ? -1 : 1));
      const next = rest[MaxItems];
      return {
        HostedZones: rest.slice(0, MaxItems).map(renderZone),
        IsTruncated: next !== undefined,
        MaxItems,
        ...(DNSName === undefined ? {} : { DNSName }),
        ...(HostedZoneId === undefined ? {} : { HostedZoneId }),
        ...(next === undefined ? {} : { NextDNSName: next.name, NextHostedZoneId: next.id }),
      };
    },
  });
}
