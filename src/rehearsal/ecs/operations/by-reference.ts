/** What the Describe calls have in common: so many references, and each is found or MISSING. */
import type { Failure } from '@aws-sdk/client-ecs';
import { errors } from '../errors.ts';

/**
 * Checks how many of something are asked for; `member` names it in the message.
 * @throws AwsError InvalidParameterException for none, or more than `most`
 */
export function checkCount(member: string, references: readonly string[], most: number): void {
  if (references.length === 0) {
    throw errors.invalid(`${member} cannot be empty.`);
  }
  checkMost(member, references, most);
}

/** As `checkCount`, where none may be given. @throws AwsError InvalidParameterException for more than `most` */
export function checkMost(member: string, references: readonly string[], most: number): void {
  if (references.length > most) {
    throw errors.invalid(`${member} cannot have more than ${most} elements.`);
  }
}

/** Looks each reference up. What is not there is a failure, by the ARN that it would have. */
export function findEach<T>(
  references: readonly string[],
  find: (reference: string) => T | undefined,
  arnOf: (reference: string) => string = (arn) => arn,
): { readonly found: readonly T[]; readonly failures: Failure[] } {
  const looked = references.map((reference) => ({ reference, record: find(reference) }));
  return {
    found: looked.flatMap(({ record }) => (record === undefined ? [] : [record])),
    failures: looked.flatMap(({ reference, record }) =>
      record === undefined ? [{ arn: arnOf(reference), reason: 'MISSING' }] : [],
    ),
  };
}
