/** What a rotation is asked for and has found out. */
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Ports } from '../../ports.ts';
import type { RecoverRequest } from '../request.ts';
import type { ServiceRestart } from '../service/restart-service.ts';
import type { RevokeCommand } from './revoke-step.ts';
import type { SecretState } from './secret-state.ts';
import type { Users } from './users.ts';

export interface RotateSecretInputs {
  /** Name or ARN. */
  readonly secret: string;
  /** What was read as the new value, or why it could not be read; undefined with `undo`. */
  readonly value: { readonly bytes: Uint8Array } | { readonly problem: string } | undefined;
  readonly keepNewline: boolean;
  readonly undo: boolean;
  readonly revoke: RevokeCommand | undefined;
  /** Must answer 2xx once the services run with the value; for what only a request that needs the secret can tell. */
  readonly checkUrl: string | undefined;
}

/** The services that may take the secret, and how one is restarted. */
export interface Restarts {
  readonly targets: readonly ServiceInEnvironment[];
  of(target: ServiceInEnvironment): ServiceRestart;
}

/** Which version becomes AWSCURRENT, and which one was. */
export interface Move {
  readonly version: string;
  readonly old: string | undefined;
}

export interface Scene {
  readonly request: RecoverRequest;
  readonly inputs: RotateSecretInputs;
  readonly state: SecretState;
  readonly move: Move;
  readonly users: Users;
  readonly restarts: Restarts;
  readonly ports: Ports;
}
