/** What AWS refuses of a run, told so that somebody can do something about it. Pure. */
import { isAwsError } from '../../../../aws/errors.ts';
import { OutsideError } from '../../../../errors.ts';
import { roleRefused } from '../../leftovers/scheduled-stop.ts';

/** AWS's refusals, each as one sentence that says what to do; undefined for anything else. */
export function refusalByAws(error: unknown): { code: string; message: string } | undefined {
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof OutsideError && error.code === 'aws-access-denied') {
    return { code: 'not-permitted', message: `${said}; \`surefoot chaos plan\` prints the policy that a run needs` };
  }
  const role = roleRefused(error);
  if (role !== undefined) {
    return { code: 'stop-role-refused', message: role };
  }
  if (isAwsError(error, 'ServiceQuotaExceededException')) {
    return {
      code: 'quota',
      message: `${said}: FIS runs no more experiments or keeps no more templates than its quotas allow; wait for others to end, delete templates, or ask AWS for more`,
    };
  }
  if (isAwsError(error, 'ConflictException')) {
    return {
      code: 'conflict',
      message: `${said}: something else works with the same experiment; run it again when that has ended`,
    };
  }
  if (isAwsError(error, 'ValidationException', 'ResourceNotFoundException')) {
    return {
      code: 'refused-by-aws',
      message: `${said}: FIS does not take the experiment as it is; \`surefoot chaos plan\` shows more`,
    };
  }
  return undefined;
}

/** The same of what a call has thrown. @throws the error itself where it is no refusal */
export function refusalOrThrow(error: unknown): { code: string; message: string } {
  const refused = refusalByAws(error);
  if (refused === undefined) {
    throw error;
  }
  return refused;
}
