/**
 * `terraform-state`: an older version of a state in S3 becomes the newest one again, as a copy of the very bytes; the bad one stays below it.
 * A drill makes the copy beside the state.
 */
import type { ObjectVersion } from '../../../aws/s3.ts';
import type { Check, Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { copyRefusals, removalOf, sameContent, versioningRefusals } from '../objects/versions.ts';
import { DRILL, type Planned, type RecoverRequest, refused, type Step } from '../request.ts';
import { md5Of, parseState, type StateFile } from './state-file.ts';
import { lockRefusals, readDigest, type StateAddress, writeDigest } from './state-lock.ts';

export interface TerraformStateInputs extends StateAddress {
  /** The id of the version to restore; undefined: only show what there is, or for a drill, which nobody attends, the newest that is a state. */
  readonly version: string | undefined;
  /** What the state's lineage must be; undefined: that of the newest other version that is a state. */
  readonly lineage: string | undefined;
}

/** So many of the newest versions are read, checked and shown. */
const MOST_SHOWN = 10;

interface Read {
  readonly version: ObjectVersion;
  /** What is wrong with it, as the rest of a sentence, where it is no state. */
  readonly state: StateFile | string;
}

/** Reads and works out what would be restored; changes nothing. */
export async function planTerraformState(
  request: RecoverRequest,
  inputs: TerraformStateInputs,
  ports: Ports,
): Promise<Planned> {
  const { bucket, key } = inputs;
  const { s3 } = ports.aws;
  const title = `Restore the Terraform state s3://${bucket}/${key}`;
  const unversioned = await versioningRefusals(bucket, s3);
  if (unversioned.length > 0) {
    return refused(title, unversioned);
  }
  const versions = (await s3.versions(bucket, key)).filter((version) => version.key === key);
  const selected = versions.find(({ id }) => id === inputs.version);
  const shown = versions.slice(0, MOST_SHOWN).filter(({ deleted }) => !deleted);
  const toRead = selected === undefined || selected.deleted || shown.includes(selected) ? shown : [...shown, selected];
  const read = await Promise.all(toRead.map((version) => readState(version, inputs, ports)));
  const notes = versions.slice(0, MOST_SHOWN).map((version) => lineOf(version, read));
  const isOpen = inputs.version === undefined && request.drill;
  const chosen = read.find(({ version, state }) => (isOpen ? typeof state !== 'string' : version === selected));
  const locks = request.drill ? [] : await lockRefusals(inputs, ports);
  const refusals = [
    ...(isOpen ? drillRefusals(inputs, versions, chosen) : versionRefusals(inputs, versions, selected)),
    ...(chosen ? stateRefusals(inputs, chosen, read) : []),
    ...locks,
  ];
  if (refusals.length > 0 || chosen === undefined || typeof chosen.state === 'string') {
    return refused(title, refusals, notes);
  }
  const good: Good = { ...chosen, state: chosen.state, newest: versions[0] };
  return {
    ...refused(`${title} to version ${chosen.version.id}`, [], [...notes, ...remarks(good, read, inputs)]),
    guard: () => guard(request, inputs, good, ports),
    ...(request.drill ? drillOf(request, inputs, good, ports) : restoreOf(inputs, good, ports)),
    proves: 'backups-verified',
    recoveryPoint: {
      at: supersededAt(chosen.version, versions) ?? request.run.begunAt,
      method: 'the moment when the next version took the place of the restored one',
    },
  };
}

interface Good {
  readonly version: ObjectVersion;
  readonly state: StateFile;
  /** The newest version when it was planned. */
  readonly newest: ObjectVersion | undefined;
}

async function readState(version: ObjectVersion, { bucket }: StateAddress, { aws }: Ports): Promise<Read> {
  const unreadable = copyRefusals(version)[0];
  const bytes = unreadable === undefined ? await aws.s3.read(bucket, version.key, version.id) : undefined;
  const state = bytes === undefined ? `cannot be read (${unreadable?.message ?? 'it is gone'})` : parseState(bytes);
  return { version, state };
}

function lineOf(version: ObjectVersion, read: readonly Read[]): string {
  const { id, modified, bytes, latest, deleted } = version;
  const head = `${latest ? 'newest' : 'version'} ${id} of ${modified.toISOString()}`;
  const state = read.find((one) => one.version === version)?.state;
  if (deleted || state === undefined) {
    return `${head}: a deletion`;
  }
  return `${head}, ${bytes} bytes: ${typeof state === 'string' ? `it ${state}` : `serial ${state.serial}, lineage ${state.lineage}`}`;
}

function drillRefusals(
  { bucket, key }: TerraformStateInputs,
  versions: readonly ObjectVersion[],
  chosen: Read | undefined,
): Reason[] {
  const message = `of the newest ${Math.min(MOST_SHOWN, versions.length)} versions of s3://${bucket}/${key} none is a state: there is nothing to restore from`;
  return chosen === undefined ? [{ code: 'no-good-version', message }] : [];
}

function versionRefusals(
  { bucket, key, version }: TerraformStateInputs,
  versions: readonly ObjectVersion[],
  selected: ObjectVersion | undefined,
): Reason[] {
  const listed = versions
    .slice(0, MOST_SHOWN)
    .map(
      ({ id, latest, modified, deleted }) =>
        `${id} (${modified.toISOString()}${latest ? ', newest' : ''}${deleted ? ', a deletion' : ''})`,
    );
  const there = `there ${versions.length === 1 ? 'is' : 'are'} ${listed.join(', ')}`;
  if (versions.length === 0) {
    return [{ code: 'no-such-object', message: `s3://${bucket}/${key} has no versions: check bucket and key` }];
  }
  if (version === undefined) {
    return [{ code: 'version-needed', message: `restore which version? Name one with --version; ${there}` }];
  }
  if (selected === undefined) {
    return [{ code: 'no-such-version', message: `s3://${bucket}/${key} has no version "${version}"; ${there}` }];
  }
  return selected.deleted
    ? [{ code: 'version-is-deletion', message: `version ${version} is a deletion and holds no state; ${there}` }]
    : [];
}

function stateRefusals(inputs: TerraformStateInputs, { version, state }: Read, read: readonly Read[]): Reason[] {
  if (typeof state === 'string') {
    return [{ code: 'state-not-valid', message: `version ${version.id} ${state}: name a version that is a state` }];
  }
  const expected = inputs.lineage ?? lineageOf(version, read);
  return expected === undefined || expected === state.lineage
    ? []
    : [
        {
          code: 'other-lineage',
          message: `version ${version.id} is of the lineage ${state.lineage}, but ${inputs.lineage === undefined ? 'the newest other version that is a state is of' : '--lineage says'} ${expected}: it belongs to another state. If it is the right one all the same, say so with --lineage ${state.lineage}`,
        },
      ];
}

/** Of the newest other version that is a state. */
function lineageOf(version: ObjectVersion, read: readonly Read[]): string | undefined {
  for (const one of read) {
    if (one.version !== version && typeof one.state !== 'string') {
      return one.state.lineage;
    }
  }
  return undefined;
}

function remarks(
  { version, state }: Good,
  read: readonly Read[],
  { lockTable, lineage }: TerraformStateInputs,
): string[] {
  const others = read.flatMap((one) => (one.version === version || typeof one.state === 'string' ? [] : [one.state]));
  const highest = Math.max(state.serial, ...others.map(({ serial }) => serial));
  return [
    ...(highest > state.serial
      ? [`the serial goes back from ${highest} to ${state.serial}: plans that were saved since are refused as stale`]
      : []),
    ...(others.length === 0 && lineage === undefined
      ? ['no other version is a state: the lineage is not compared']
      : []),
    ...(lockTable === undefined
      ? [
          "no lock table was named: if the backend has `dynamodb_table`, name it, or Terraform refuses the state's digest",
        ]
      : []),
  ];
}

/** When another version, or a deletion, took its place; undefined: it is the newest. */
function supersededAt(version: ObjectVersion, versions: readonly ObjectVersion[]): Date | undefined {
  return versions[versions.indexOf(version) - 1]?.modified;
}

/** Somebody may have locked or written the state while the plan was read. */
async function guard(
  { drill, run }: RecoverRequest,
  inputs: TerraformStateInputs,
  { newest }: Good,
  ports: Ports,
): Promise<Reason[]> {
  if (drill) {
    return [];
  }
  const [now] = (await ports.aws.s3.versions(inputs.bucket, inputs.key)).filter(({ key }) => key === inputs.key);
  const written =
    now?.id === newest?.id
      ? []
      : [
          {
            code: 'state-written',
            message: `version ${now?.id} was written since the plan was made${run.resumed ? '' : ': look at it, and begin again'}`,
          },
        ];
  return [...written, ...(await lockRefusals(inputs, ports))];
}

function restoreOf(
  inputs: TerraformStateInputs,
  good: Good,
  ports: Ports,
): Pick<Planned, 'steps' | 'verify' | 'afterwards'> {
  const { lockTable } = inputs;
  const digest = lockTable === undefined ? [] : [digestStep({ ...inputs, lockTable }, good, ports)];
  return {
    steps: [copyStep(inputs, inputs.key, good, ports), ...digest],
    verify: async () => [
      await contentCheck(inputs, inputs.key, good, ports),
      await keptCheck(inputs, good, ports),
      ...(lockTable === undefined ? [] : [await digestCheck(inputs, good, ports)]),
    ],
    afterwards: [
      'run `terraform plan`: what was applied after that version shows up as differences; import or apply it',
    ],
  };
}

function drillOf(
  { run }: RecoverRequest,
  inputs: TerraformStateInputs,
  good: Good,
  ports: Ports,
): Pick<Planned, 'steps' | 'verify' | 'removals'> {
  const beside = `${inputs.key}.${DRILL}${run.id}`;
  return {
    steps: [copyStep(inputs, beside, good, ports)],
    verify: async () => [await contentCheck(inputs, beside, good, ports)],
    removals: [removalOf(inputs.bucket, beside, ports.aws.s3)],
  };
}

function copyStep({ bucket }: StateAddress, to: string, { version, newest }: Good, { aws: { s3 } }: Ports): Step {
  return {
    id: 'copy',
    title: `copy version ${version.id} to s3://${bucket}/${to}, as its newest version`,
    undo: to === version.key ? `restore version ${newest?.id} in the same way; it stays` : 'delete the copy',
    async done() {
      const now = (await s3.versions(bucket, to)).find(({ key, latest }) => key === to && latest);
      const same = now !== undefined && !now.deleted && (await sameContent(bucket, now, version, s3));
      return same ? `the newest version, ${now.id}, has the same content` : undefined;
    },
    carryOut: async () => `version ${await s3.copyVersion(bucket, version, to)}`,
  };
}

function digestStep(address: StateAddress & { readonly lockTable: string }, { state }: Good, ports: Ports): Step {
  return {
    id: 'digest',
    title: `set the digest in ${address.lockTable} to ${state.md5}`,
    undo: 'the digest goes with the state: restore both',
    done: async () => ((await readDigest(address, ports)) === state.md5 ? `it is ${state.md5}` : undefined),
    async carryOut() {
      await writeDigest(address, state.md5, ports);
      return state.md5;
    },
  };
}

async function contentCheck({ bucket }: StateAddress, key: string, { state }: Good, { aws }: Ports): Promise<Check> {
  const bytes = await aws.s3.read(bucket, key);
  const found = bytes === undefined ? 'no object' : `MD5 ${md5Of(bytes)}`;
  const expected = `MD5 ${state.md5}`;
  return {
    name: `content of s3://${bucket}/${key}`,
    verdict: found === expected ? 'pass' : 'fail',
    expected,
    observed: found,
  };
}

async function keptCheck({ bucket, key }: StateAddress, { version, newest }: Good, { aws }: Ports): Promise<Check> {
  const ids = (await aws.s3.versions(bucket, key)).map(({ id }) => id);
  const kept = [version, newest].flatMap((one) => (one === undefined ? [] : [one.id]));
  const missing = kept.filter((id) => !ids.includes(id));
  return {
    name: 'earlier versions',
    verdict: missing.length === 0 ? 'pass' : 'fail',
    expected: 'the restored version and the bad one are kept',
    observed: missing.length === 0 ? 'both are there' : `missing: ${missing.join(', ')}`,
  };
}

async function digestCheck(address: StateAddress, { state }: Good, ports: Ports): Promise<Check> {
  const digest = await readDigest(address, ports);
  return {
    name: 'digest in the lock table',
    verdict: digest === state.md5 ? 'pass' : 'fail',
    expected: state.md5,
    observed: digest ?? 'none',
  };
}
