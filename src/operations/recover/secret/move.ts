/** Which version of the secret becomes AWSCURRENT, and the step that makes it so. */

import { randomUUID } from 'node:crypto';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import type { RecoverRequest, Step } from '../request.ts';
import { REVOKED } from './revoke-step.ts';
import type { Move, RotateSecretInputs, Scene } from './scene.ts';
import { type SecretState, stateOf } from './secret-state.ts';

/** A run that goes on keeps to the versions with which it began. */
export function moveOf(state: SecretState, { undo }: RotateSecretInputs, { run }: RecoverRequest): Move | Reason {
  const { version, old } = run.settled;
  if (version !== undefined) {
    return { version, old };
  }
  if (!undo) {
    return { version: randomUUID(), old: state.current };
  }
  if (state.previous === undefined) {
    const message = `the secret "${state.name}" has no former value (AWSPREVIOUS) to put back`;
    return { code: 'no-former-value', message };
  }
  if (state.stages[state.previous]?.includes(REVOKED)) {
    const message = `the former value of "${state.name}", version ${state.previous}, was revoked: it is not put back. Rotate to another new value`;
    return { code: 'revoked-already', message };
  }
  return { version: state.previous, old: state.current };
}

export function putStep(
  { state: { arn, name }, move: { version, old }, ports }: Scene,
  text: string | undefined,
): Step {
  return {
    id: 'put',
    title: `put the new value of ${name} as version ${version}`,
    undo: `the same command with --undo instead of the new value: version ${old} becomes AWSCURRENT again`,
    done: () => isCurrent(arn, version, ports),
    async carryOut() {
      if (text === undefined) {
        throw new Error('a rotation has no new value to put');
      }
      await ports.aws.secretsManager.put(arn, version, text);
      return `version ${version} is AWSCURRENT`;
    },
  };
}

export function putBackStep({ state: { arn, name }, move: { version, old }, ports }: Scene): Step {
  return {
    id: 'put-back',
    title: `make the former version ${version} of ${name} AWSCURRENT again`,
    undo: 'rotate again',
    done: () => isCurrent(arn, version, ports),
    async carryOut() {
      await ports.aws.secretsManager.moveStage(arn, 'AWSCURRENT', version, old);
      return `version ${version} is AWSCURRENT`;
    },
  };
}

/** What was seen when the version is AWSCURRENT; else undefined. */
export async function isCurrent(arn: string, version: string, { aws }: Ports): Promise<string | undefined> {
  const described = await aws.secretsManager.secret(arn);
  return described !== undefined && stateOf(described).current === version
    ? `version ${version} is AWSCURRENT`
    : undefined;
}

/** Somebody else may have rotated while the plan was read. */
export async function changedSince({ state, move, ports }: Scene): Promise<Reason[]> {
  const described = await ports.aws.secretsManager.secret(state.arn);
  const current = described && stateOf(described).current;
  return current === move.old || current === move.version
    ? []
    : [{ code: 'secret-changed', message: `the secret "${state.name}" was changed since the plan was made` }];
}
