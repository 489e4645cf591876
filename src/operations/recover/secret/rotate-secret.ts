/**
 * `rotate-secret`: a new value is put, every service whose tasks take it is restarted and seen to run with it, and the old value is revoked
 * by a command of the user's. With `undo`, the former value is put back and the services restarted, as long as it was not revoked.
 * No value is ever noted, shown, or part of an argument.
 */
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { type Planned, type RecoverRequest, refused } from '../request.ts';
import { checksOf, hasFormer, hasNew } from './checks.ts';
import { changedSince, moveOf, putBackStep, putStep } from './move.ts';
import { keyRefusals, readNewValue } from './new-value.ts';
import { restartStep, type SecretUser } from './restart-step.ts';
import { revokeStep } from './revoke-step.ts';
import type { Move, Restarts, RotateSecretInputs, Scene } from './scene.ts';
import { type SecretState, secretNotes, secretRefusals, stateOf } from './secret-state.ts';
import { type Users, usersOf } from './users.ts';

/** Reads and works out the rotation; changes nothing. */
export async function planRotateSecret(
  request: RecoverRequest,
  inputs: RotateSecretInputs,
  restarts: Restarts,
  ports: Ports,
): Promise<Planned> {
  const title = inputs.undo
    ? `Put the former value of the secret ${inputs.secret} back`
    : `Rotate the secret ${inputs.secret}`;
  if (request.drill) {
    const message = `a rotation cannot be drilled beside the secret: what counts is whether the services start with the new value. --dry-run shows the plan, \`surefoot rehearse rotate-leaked-secret\` does it on a laptop`;
    return refused(title, [{ code: 'no-drill', message }]);
  }
  const described = await ports.aws.secretsManager.secret(inputs.secret);
  if (described === undefined) {
    const message = `there is no secret "${inputs.secret}" in ${request.environment.region}: check its name and the credentials`;
    return refused(title, [{ code: 'no-such-secret', message }]);
  }
  const first = secretRefusals(described, request.environment.region);
  if (first.length > 0) {
    return refused(title, first);
  }
  const state = stateOf(described);
  const move = moveOf(state, inputs, request);
  if ('code' in move) {
    return refused(title, [move]);
  }
  const users = await usersOf(state, restarts.targets, ports);
  const value = await newValueOf(inputs, move, state, users, ports);
  const refusals = [
    ...users.refusals,
    ...('refusals' in value ? value.refusals : []),
    ...otherRefusals(users, inputs),
    ...(await restartRefusals(users, restarts, request)),
  ];
  const notes = [...secretNotes(described), ...('notes' in value ? value.notes : []), ...userNotes(users)];
  const scene: Scene = { request, inputs, state, move, users, restarts, ports };
  return { ...refused(title, refusals, notes), ...work(scene, 'text' in value ? value.text : undefined) };
}

type Value = { readonly text: string; readonly notes: readonly string[] } | { readonly refusals: readonly Reason[] };

/** The new value where it is still to be put. Where it was, nothing is needed; another one than that is refused. */
async function newValueOf(
  { value, keepNewline, undo }: RotateSecretInputs,
  { version }: Move,
  { arn, current }: SecretState,
  { keys }: Users,
  { aws }: Ports,
): Promise<Value> {
  const isPut = current === version;
  if (undo || (isPut && (value === undefined || 'problem' in value || value.bytes.length === 0))) {
    return { refusals: [] };
  }
  if (value !== undefined && 'problem' in value) {
    return { refusals: [{ code: 'value-unreadable', message: `the new value cannot be read: ${value.problem}` }] };
  }
  const read = readNewValue(value?.bytes ?? new Uint8Array(), keepNewline);
  if ('code' in read) {
    return { refusals: [read] };
  }
  const now = current === undefined ? undefined : await aws.secretsManager.value(arn, current);
  if (isPut) {
    const message =
      'this is another new value than the one that the run began with: give that one, or let --undo put the former value back';
    return now === read.text ? { refusals: [] } : { refusals: [{ code: 'other-value', message }] };
  }
  if (now === 'binary') {
    const message = 'the secret holds bytes, and the new value is text: rotate it with what made the bytes';
    return { refusals: [{ code: 'secret-binary', message }] };
  }
  if (now === read.text) {
    const message = 'the new value is refused: it is the one that the secret has already';
    return { refusals: [{ code: 'value-same', message }] };
  }
  const refusals = keyRefusals(read.text, keys);
  return refusals.length > 0 ? { refusals } : read;
}

/** Revoking would break what this run does not restart. */
function otherRefusals({ others }: Users, { revoke }: RotateSecretInputs): Reason[] {
  return others.length === 0 || revoke === undefined
    ? []
    : [
        {
          code: 'other-services',
          message: `${others.join(', ')} take the secret too and are not in surefoot.yml: they would go on with the value that is revoked. Add them, or rotate without --revoke`,
        },
      ];
}

/** What a service without tasks refuses a restart with: here there is nothing to restart then. */
const NOTHING_RUNS = new Set(['no-tasks', 'paused']);
/** What a restart that was cut off leaves behind. */
const LEFT_BY_A_CUT = new Set(['deployment-running']);

async function restartRefusals({ own }: Users, restarts: Restarts, { run }: RecoverRequest): Promise<Reason[]> {
  const found: Reason[] = [];
  for (const target of own) {
    const begun = run.begun.has(`restart-${target.ecsService}`);
    const { refusals } = await restarts.of(target).look();
    found.push(...refusals.filter(({ code }) => !NOTHING_RUNS.has(code) && !(begun && LEFT_BY_A_CUT.has(code))));
  }
  return found;
}

function userNotes({ own, others }: Users): string[] {
  return [
    own.length === 0
      ? 'no service of surefoot.yml takes it in its task definition: nothing is restarted. What reads it itself must read it again'
      : `taken by ${own.map(({ ecsService }) => ecsService).join(', ')}`,
    ...(others.length === 0 ? [] : [`taken by ${others.join(', ')} too, which surefoot.yml does not have`]),
  ];
}

function work(
  scene: Scene,
  text: string | undefined,
): Pick<Planned, 'settled' | 'steps' | 'guard' | 'verify' | 'afterwards'> {
  const { inputs, move, state, users, restarts, request, ports } = scene;
  const hasValue = inputs.undo ? hasFormer(scene) : hasNew(scene);
  const undo = inputs.undo ? 'rotate again' : 'the same command with --undo instead of the new value';
  const restartSteps = users.own.map((target) => {
    const user: SecretUser = { target, restart: restarts.of(target) };
    return restartStep(user, hasValue, request, undo, ports);
  });
  const verify = () => checksOf(scene, restartSteps);
  const old = move.old;
  const revoking =
    inputs.revoke === undefined || old === undefined
      ? []
      : [revokeStep(inputs.revoke, { arn: state.arn, old, version: move.version }, verify, ports)];
  return {
    settled: { version: move.version, ...(old === undefined ? {} : { old }) },
    steps: [
      inputs.undo ? putBackStep(scene) : putStep(scene, text),
      ...restartSteps.map(({ step }) => step),
      ...revoking,
    ],
    guard: () => changedSince(scene),
    verify,
    afterwards: [
      ...users.others.map((name) => `restart ${name}: it still runs with the old value`),
      ...(inputs.revoke === undefined && !inputs.undo
        ? ['revoke the old value where it is accepted: until then whoever has it can use it']
        : []),
    ],
  };
}
