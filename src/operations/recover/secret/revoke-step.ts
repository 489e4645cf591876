/** The last step of a rotation: a command of the user's takes the old value away from whoever has it. */
import type { Check } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { type Step, StepFailed } from '../request.ts';

/** The user's command. Its output is shown nowhere: it may hold the secret. */
export interface RevokeCommand {
  /** The old value comes on the command's stdin; else its stdin is empty. */
  readonly withOldValue: boolean;
  /** Runs it with these variables; resolves with its exit code, or null when it was killed or could not be started. */
  run(variables: Readonly<Record<string, string>>, stdin: string | undefined): Promise<number | null>;
}

/** The label of a version whose value was, or is being, revoked: it must not be put back any more. */
export const REVOKED = 'SUREFOOT_REVOKED';

export interface Rotated {
  readonly arn: string;
  /** Ids of the versions. */
  readonly old: string;
  readonly version: string;
}

/** Marks the old version and runs the command, once everything is verified. May run it again when it was cut off. */
export function revokeStep(
  command: RevokeCommand,
  { arn, old, version }: Rotated,
  verify: () => Promise<readonly Check[]>,
  ports: Ports,
): Step {
  const { secretsManager } = ports.aws;
  return {
    id: 'revoke',
    title: `revoke the old value, version ${old}, by the command of --revoke${command.withOldValue ? ', which gets it on stdin' : ''}`,
    undo: 'nothing: from here on the old value is not put back',
    done: async () => undefined,
    async carryOut() {
      const bad = (await verify()).filter(({ verdict }) => verdict !== 'pass');
      if (bad.length > 0) {
        const list = bad.map(({ name, observed }) => `${name}: ${observed}`).join('; ');
        throw new StepFailed('not-verified', `nothing was revoked, as the new value is not in use everywhere: ${list}`);
      }
      const holders = (await secretsManager.secret(arn))?.VersionIdsToStages ?? {};
      const [from] = Object.entries(holders).find(([, stages]) => stages.includes(REVOKED)) ?? [];
      if (from !== old) {
        await secretsManager.moveStage(arn, REVOKED, old, from);
      }
      const stdin = command.withOldValue ? await oldValue(arn, old, ports) : undefined;
      const variables = {
        SUREFOOT_SECRET_ARN: arn,
        SUREFOOT_OLD_VERSION_ID: old,
        SUREFOOT_NEW_VERSION_ID: version,
      };
      const code = await command.run(variables, stdin);
      ports.signal.throwIfAborted();
      if (code !== 0) {
        const how = code === null ? 'could not be started, or was killed' : `ended with ${code}`;
        const message = `the command of --revoke ${how}: whether the old value still works is not known. All services run with the new one; the same command goes on here. Its output is not shown, as it may hold the secret: let it write where only you can read`;
        throw new StepFailed('not-revoked', message);
      }
      return 'the command ended with 0';
    },
  };
}

async function oldValue(arn: string, old: string, { aws }: Ports): Promise<string> {
  const value = await aws.secretsManager.value(arn, old);
  if (value === undefined || value === 'binary') {
    throw new StepFailed(
      'no-old-value',
      `the old version ${old} cannot be given to the command of --revoke: it is gone, or no text`,
    );
  }
  return value;
}
