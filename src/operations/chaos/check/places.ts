/** Rules on where: Regions, accounts and availability zones that do not fit each other; and on what each action must be told of them. */
import { shown } from '../../../platform/schema/fields.ts';
import type { Path } from '../../../platform/source/spots.ts';
import { parseIsoDuration } from '../experiment/iso-duration.ts';
import { mappingOf } from '../experiment/mappings.ts';
import { arnParts } from './arns.ts';
import type { Remarks } from './finding.ts';
import { isRegion } from './values.ts';
import { type ActionView, known, type TargetView, type TemplateView } from './view.ts';

interface Located {
  readonly arn: string;
  readonly path: Path;
}

/** The ARNs of things that must be where the experiment is. */
function arnsHere(view: TemplateView): Located[] {
  const stops = view.stopConditions.flatMap(({ value }, index) =>
    value === undefined ? [] : [{ arn: value, path: ['stopConditions', index, 'value'] }],
  );
  const resources = view.targets.flatMap(({ arns, path }) =>
    arns.flatMap((arn, index) => (arn === undefined ? [] : [{ arn, path: [...path, 'resourceArns', index] }])),
  );
  const documents = view.actions.flatMap(({ parameters, path }) =>
    ['documentArn', 'alarmArns'].flatMap((name) => {
      const arn = parameters.get(name);
      return arn === undefined ? [] : [{ arn, path: [...path, 'parameters', name] }];
    }),
  );
  return [...stops, ...resources, ...documents];
}

/** An experiment acts in one Region, and in one account unless it says otherwise. */
export function arnsAreInOnePlace(view: TemplateView, remarks: Remarks): void {
  const all = arnsHere(view).map(({ arn, path }) => ({ path, parts: arnParts(arn) }));
  const region = all.find(({ parts }) => parts !== undefined && isRegion(parts.region))?.parts?.region;
  const role = arnParts(view.roleArn ?? '')?.account;
  const account = role !== undefined && /^\d{12}$/.test(role) ? role : undefined;
  for (const { path, parts } of all) {
    if (parts !== undefined && isRegion(parts.region) && region !== undefined && parts.region !== region) {
      const what = `is in ${parts.region}, but others are in ${region}; an experiment acts in one Region`;
      remarks.error({ rule: 'two-regions', path, what, write: `the one in ${region}` });
    }
    const another = account !== undefined && /^\d{12}$/.test(parts?.account ?? '') && parts?.account !== account;
    if (another && !view.multiAccount) {
      const what = `is in the account ${parts?.account}, but the role in ${account}`;
      remarks.error({
        rule: 'two-accounts',
        path,
        what,
        write: `the one in ${account}, or accountTargeting: multi-account`,
      });
    }
  }
}

/** `region` of an action is the other Region, not the one where the experiment runs. */
export function regionIsAnother(view: TemplateView, remarks: Remarks): void {
  const here = arnsHere(view)
    .map(({ arn }) => arnParts(arn)?.region ?? '')
    .find(isRegion);
  for (const { id, parameters, path } of view.actions) {
    const region = parameters.get('region');
    // Replication within a Region is replication too.
    if (
      region !== undefined &&
      id !== 'aws:s3:bucket-pause-replication' &&
      (region === here || /^\$\{(?:AWS::)?region\}$/i.test(region))
    ) {
      const what = `is ${shown(region)}, where the experiment itself runs`;
      remarks.warning({
        rule: 'same-region',
        path: [...path, 'parameters', 'region'],
        what,
        write: 'the Region to be cut off',
      });
    }
  }
}

const ZONE = /^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/;
const ZONE_ID = /^[a-z]{2,5}\d-az\d$/;

/** Names and ids of availability zones that the template chooses targets by, or moves traffic from. */
function zonesIn(view: TemplateView): { readonly zone: string; readonly path: Path }[] {
  const chosen = view.targets.flatMap(({ parameters, filters, path }) => [
    ...[...parameters].flatMap(([name, text]) =>
      /availabilityZone/i.test(name)
        ? (text ?? '').split(',').map((zone) => ({ zone, path: [...path, 'parameters', name] }))
        : [],
    ),
    ...filters.flatMap((filter, index) =>
      /AvailabilityZone/.test(filter.path ?? '')
        ? filter.values.map((zone = '', at) => ({ zone, path: [...path, 'filters', index, 'values', at] }))
        : [],
    ),
  ]);
  const told = view.actions.flatMap(({ parameters, path }) =>
    [...parameters].flatMap(([name, text]) =>
      /^availabilityZone/.test(name)
        ? (text ?? '').split(',').map((zone) => ({ zone, path: [...path, 'parameters', name] }))
        : [],
    ),
  );
  return [...chosen, ...told].map(({ zone, path }) => ({ zone: zone.trim(), path }));
}

/** One experiment breaks one zone; in several accounts a zone is named by its id, as names differ from account to account. */
export function zonesAgree(view: TemplateView, remarks: Remarks): void {
  const zones = zonesIn(view);
  const named = zones.filter(({ zone }) => ZONE.test(zone));
  const ids = zones.filter(({ zone }) => ZONE_ID.test(zone));
  for (const [first, ...others] of [named, ids]) {
    for (const { zone, path } of others) {
      if (first !== undefined && zone !== first.zone) {
        const what = `has ${zone} in it, but another target is in ${first.zone}: two zones would be hit`;
        remarks.warning({ rule: 'two-zones', path, what, write: first.zone });
      }
    }
  }
  for (const { zone, path } of view.multiAccount ? named : []) {
    const what = `has ${zone} in it; the same name is another zone in another account`;
    remarks.warning({ rule: 'zone-name', path, what, write: 'the id of the zone, such as use1-az1' });
  }
}

/** Cutting a zone off means the subnets of one zone; cutting off the subnets of all zones is an outage. */
export function subnetsAreOfOneZone(view: TemplateView, remarks: Remarks): void {
  for (const { id, parameters, targets, path } of view.actions) {
    const scope = known(parameters.get('scope'));
    const target = view.targets.find(({ name }) => name === targets.get('Subnets'));
    if (
      id === 'aws:network:disrupt-connectivity' &&
      (scope === 'availability-zone' || scope === 'all') &&
      target !== undefined &&
      isEverywhere(target)
    ) {
      const what = `is ${scope} on ${target.name}, which may be subnets of all zones`;
      const write = `${scope}, and on ${target.name} parameters: { availabilityZoneIdentifier: (the zone) }`;
      remarks.warning({ rule: 'all-zones', path: [...path, 'parameters', 'scope'], what, write });
    }
  }
}

function isEverywhere({ parameters, filters, arns, selectionMode, complete }: TargetView): boolean {
  const narrowed =
    parameters.has('availabilityZoneIdentifier') ||
    filters.some(({ path }) => /AvailabilityZone|SubnetId/.test(path ?? 'AvailabilityZone')) ||
    arns.length > 0 ||
    selectionMode === 'COUNT(1)';
  return complete && !narrowed;
}

const ECS_NETWORK = /^aws:ecs:task-network-/;

/** On Fargate the network faults go through the endpoints of the ECS agent only (AWS FIS user guide, "ECS task actions", requirements). */
export function fargateIsTold(view: TemplateView, remarks: Remarks): void {
  for (const { id, parameters, path, complete } of view.actions) {
    const text = parameters.get('useEcsFaultInjectionEndpoints');
    const untold = !parameters.has('useEcsFaultInjectionEndpoints') || /^false$/i.test(text ?? '');
    if (id !== undefined && ECS_NETWORK.test(id) && complete && untold) {
      const what = `is ${text === undefined ? 'missing' : text}: on Fargate this fault works with the endpoints of ECS only`;
      remarks.warning({
        rule: 'fargate',
        path: [...path, 'parameters', 'useEcsFaultInjectionEndpoints'],
        what,
        write: '"true"',
      });
    }
  }
}

/** The document of send-command ends by itself: when it ends before the action, or after it, one of the two is not what is meant. */
export function documentLastsAsLong(view: TemplateView, remarks: Remarks): void {
  for (const action of view.actions) {
    const inside = action.id === 'aws:ssm:send-command' ? documentSeconds(action) : undefined;
    if (inside !== undefined && action.seconds !== undefined && inside !== action.seconds) {
      const what = `say ${inside} s, but the action lasts ${action.seconds} s`;
      const path = [...action.path, 'parameters', 'documentParameters'];
      remarks.warning({ rule: 'document-duration', path, what, write: `DurationSeconds of ${action.seconds}` });
    }
  }
}

function documentSeconds({ parameters }: ActionView): number | undefined {
  try {
    const { DurationSeconds: seconds } = mappingOf(JSON.parse(known(parameters.get('documentParameters')) ?? '{}'));
    const text = Array.isArray(seconds) ? String(seconds[0]) : String(seconds);
    return /^\d+$/.test(text) ? Number(text) : parseIsoDuration(text);
  } catch {
    // That it is no JSON has been said by another rule.
    return undefined;
  }
}
