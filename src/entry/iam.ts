/** `iam`: the policy of a role that runs some operations of surefoot, for one environment. Nothing is asked of AWS. */
import { OPERATIONS, type OperationName } from '../aws/permissions/operations.ts';
import { LONGEST_POLICY, policyOf } from '../aws/permissions/policy.ts';
import { NAMES, type NameKind, type Scope } from '../aws/permissions/scope.ts';
import { InputError } from '../errors.ts';
import { requirePlatform } from '../platform/load.ts';
import type { Environment, Platform } from '../platform/model.ts';
import { resolveServices } from '../platform/select.ts';
import { didYouMean } from '../platform/suggest.ts';
import type { Outcome } from './outcome.ts';
import type { SelectionOptions, Session } from './session.ts';

export interface IamOptions extends SelectionOptions {
  /** `kind=name`, for what surefoot.yml does not name. */
  readonly name?: readonly string[];
  /** Of the environment, where surefoot.yml does not say it. */
  readonly account?: string;
}

/** What a person may call an operation: `chaos run` and `load --tasks` are `chaos-run` and `load-tasks`. */
const asName = (text: string) => text.trim().replaceAll(/\s+(--)?/g, '-');

/** Without operations: the list of them. @throws InputError for operations and names that nobody knows, and for what surefoot.yml lacks */
export async function iamAction(
  operations: readonly string[],
  options: IamOptions,
  { reporter }: Pick<Session, 'reporter'>,
): Promise<Outcome> {
  if (operations.length === 0) {
    return outcomeOf(listText(), { operations: Object.keys(OPERATIONS) });
  }
  const wanted = operations.map(operationOf);
  const given = namesOf(options.name ?? []);
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    throw new InputError('bad-account', `--account ${options.account}: write the twelve digits of the AWS account`);
  }
  const platform = await requirePlatform(options.config);
  const { scope, known } = scopeOf(platform, options);
  const { document, open } = policyOf(wanted, scope, { ...known, ...given });
  const text = JSON.stringify(document, undefined, 2);
  for (const kind of open) {
    reporter.warn(
      `${kind} is left open (*): ${NAMES[kind]}. Narrow it with --name ${kind}=…, or say --name ${kind}='*'`,
    );
  }
  if (scope.place.account === '*') {
    reporter.warn(
      'the account is left open (*): write it into surefoot.yml (account: "123456789012"), or say --account',
    );
  }
  const length = JSON.stringify(document).length;
  if (length > LONGEST_POLICY) {
    reporter.warn(
      `this has ${length} characters, and a managed policy at most ${LONGEST_POLICY}: print and attach two, each for some of the operations`,
    );
  }
  return outcomeOf(text, { operations: wanted, policy: document, open });
}

function outcomeOf(text: string, details: Readonly<Record<string, unknown>>): Outcome {
  return { operation: 'iam', verdict: null, reasons: [], text, details };
}

function listText(): string {
  const width = Math.max(...Object.keys(OPERATIONS).map((name) => name.length));
  const lines = Object.entries(OPERATIONS).map(([name, { does }]) => `  ${name.padEnd(width)}  ${does}`);
  const example = '  surefoot iam deploy rollback --environment prod --name role=web-task';
  return ['The policy of which operations?', '', ...lines, '', 'For example:', example].join('\n');
}

function operationOf(text: string): OperationName {
  const name = asName(text);
  if (Object.hasOwn(OPERATIONS, name)) {
    return name as OperationName;
  }
  const all = Object.keys(OPERATIONS);
  const meant = didYouMean(name, all);
  const message = `there is no operation "${text}"${meant === undefined ? '' : `: did you mean ${meant}?`} There are ${all.join(', ')}`;
  throw new InputError('unknown-operation', message);
}

function namesOf(pairs: readonly string[]): Partial<Record<NameKind, readonly string[]>> {
  const names: Partial<Record<NameKind, string[]>> = {};
  for (const pair of pairs) {
    const [, kind = '', name = ''] = /^([\w-]+)=(.+)$/s.exec(pair) ?? [];
    if (!Object.hasOwn(NAMES, kind)) {
      const known = Object.entries(NAMES).map(([key, says]) => `  ${key}: ${says}`);
      const message = `--name ${pair}: write kind=name, such as role=web-task; the kinds are\n${known.join('\n')}`;
      throw new InputError('unknown-name', message);
    }
    const key = kind as NameKind;
    names[key] = [...(names[key] ?? []), name];
  }
  return names;
}

/** Of the environment, and what surefoot.yml itself names besides. */
function scopeOf(platform: Platform, { environment, service, account }: IamOptions) {
  const all = service === undefined ? { all: true } : { services: [service] };
  const targets = resolveServices(platform, { environment, ...all });
  const name = targets[0].environment;
  const place = platform.environments[name];
  if (place === undefined) {
    throw new Error(`resolved a service in the unknown environment ${name}`);
  }
  const primary = place.standby === undefined ? undefined : platform.environments[place.standby.for];
  const scope: Omit<Scope, 'named'> = {
    platform: platform.name,
    environment: name,
    ...sideOf(place, platform, service, account),
    primary: primary === undefined ? undefined : sideOf(primary, platform, service, account),
  };
  return { scope, known: knownNames(platform, place) };
}

function sideOf(
  { name, region, account: own, cluster }: Environment,
  platform: Platform,
  service: string | undefined,
  account: string | undefined,
) {
  const targets = Object.values(platform.services).filter(({ key }) => service === undefined || key === service);
  const services = targets.flatMap(({ inEnvironment }) => inEnvironment[name]?.ecsService ?? []);
  return { place: { region, account: own ?? account ?? '*' }, cluster, services };
}

function knownNames(
  { unjudged }: Platform,
  { resilience, standby }: Environment,
): Partial<Record<NameKind, readonly string[]>> {
  const { bucket, table, instance, lockTable } = resilience?.drill?.values ?? {};
  const databases = [...(instance === undefined ? [] : [instance]), ...(standby?.replicas ?? [])];
  const controls = standby?.routingControls;
  const slos = unjudged.flatMap(({ applicationSignals }) => applicationSignals?.slo ?? []);
  const one = (name: string | undefined) => (name === undefined ? [] : [name]);
  return {
    bucket: one(bucket),
    table: one(table),
    'lock-table': one(lockTable),
    database: databases,
    'hosted-zone': one(standby?.dns?.hostedZone),
    'routing-control': controls === undefined ? [] : [controls.primary, controls.standby],
    slo: slos,
  };
}
