/** The records of a zone: listed, and changed in one batch. */
import {
  ChangeResourceRecordSets$,
  type ChangeResourceRecordSetsRequest,
  type ChangeResourceRecordSetsResponse,
  GetChange$,
  type GetChangeRequest,
  type GetChangeResponse,
  ListResourceRecordSets$,
  type ListResourceRecordSetsRequest,
  type ListResourceRecordSetsResponse,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import { applyChanges } from '../apply-changes.ts';
import { bare, findZone, type Route53Context, submit } from '../context.ts';
import { canonical, reversed } from '../names.ts';
import { renderChange } from '../render.ts';

const API = 'https://docs.aws.amazon.com/Route53/latest/APIReference';
const PAGE = 300;
const RECORD = 'ChangeBatch.Changes[].ResourceRecordSet';

/** Answers PENDING at once; all or nothing of the batch holds, from INSYNC on also in DNS. */
export function changeResourceRecordSets(context: Route53Context): Operation {
  return operation<ChangeResourceRecordSetsRequest, ChangeResourceRecordSetsResponse>({
    schema: ChangeResourceRecordSets$,
    supports: [
      'HostedZoneId',
      'ChangeBatch.Comment',
      'ChangeBatch.Changes[].Action',
      ...['Name', 'Type', 'SetIdentifier', 'Weight', 'Failover', 'TTL', 'HealthCheckId'].map(
        (name) => `${RECORD}.${name}`,
      ),
      `${RECORD}.ResourceRecords[].Value`,
      `${RECORD}.AliasTarget.DNSName`,
      `${RECORD}.AliasTarget.EvaluateTargetHealth`,
    ],
    inert: { [`${RECORD}.AliasTarget.HostedZoneId`]: 'given back, but an alias is followed by its name alone' },
    source: `${API}/API_ChangeResourceRecordSets.html`,
    handle: ({ HostedZoneId, ChangeBatch }) => {
      const zone = findZone(context, HostedZoneId);
      const checks = new Set(context.state.healthChecks.keys());
      const records = applyChanges(zone.name, zone.records, ChangeBatch?.Changes ?? [], checks);
      return { ChangeInfo: renderChange(submit(context, zone, records, ChangeBatch?.Comment)) };
    },
  });
}

export function getChange({ state }: Route53Context): Operation {
  return operation<GetChangeRequest, GetChangeResponse>({
    schema: GetChange$,
    supports: ['Id'],
    source: `${API}/API_GetChange.html`,
    handle: ({ Id }) => {
      const change = state.changes.get(bare(Id));
      if (change === undefined) {
        throw new AwsError('NoSuchChange', `A change with the specified change ID does not exist: ${bare(Id)}`, 404);
      }
      return { ChangeInfo: renderChange(change) };
    },
  });
}

/** In the order of names (labels from the right), types and set identifiers, from a start on. */
export function listResourceRecordSets(context: Route53Context): Operation {
  return operation<ListResourceRecordSetsRequest, ListResourceRecordSetsResponse>({
    schema: ListResourceRecordSets$,
    supports: ['HostedZoneId', 'StartRecordName', 'StartRecordType', 'StartRecordIdentifier', 'MaxItems'],
    source: `${API}/API_ListResourceRecordSets.html`,
    handle: (input) => {
      const { StartRecordName: name, StartRecordType: type = '', StartRecordIdentifier: identifier = '' } = input;
      const { MaxItems = PAGE } = input;
      if (name === undefined && type !== '') {
        throw new AwsError('InvalidInput', 'The input is not valid: StartRecordType needs StartRecordName');
      }
      const start = name === undefined ? [] : [reversed(canonical(name)), type, identifier];
      const rest = [...findZone(context, input.HostedZoneId).records.values()]
        .filter((record) => compare(sortKey(record), start) >= 0)
        .sort((a, b) => compare(sortKey(a), sortKey(b)));
      const next = rest[MaxItems];
      return {
        ResourceRecordSets: rest.slice(0, MaxItems),
        IsTruncated: next !== undefined,
        MaxItems,
        ...(next === undefined ? {} : { NextRecordName: next.Name, NextRecordType: next.Type }),
        ...(next?.SetIdentifier === undefined ? {} : { NextRecordIdentifier: next.SetIdentifier }),
      };
    },
  });
}

function sortKey({ Name = '', Type, SetIdentifier = '' }: ResourceRecordSet): readonly string[] {
  return [reversed(Name), Type ?? '', SetIdentifier];
}

function compare(one: readonly string[], other: readonly string[]): number {
  const index = other.findIndex((part, at) => part !== one[at]);
  return index < 0 ? 0 : (one[index] ?? '') < (other[index] ?? '') ? -1 : 1;
}
