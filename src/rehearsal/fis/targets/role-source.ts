/** `aws:iam:role`: there is no IAM, so a role of the account is there as soon as somebody names it, and none has tags. */
import type { ResourceSource } from './resource.ts';

/** The account's roles among the ARNs asked for; by tags or filters, none. */
export function roleSource(accountId: string): ResourceSource {
  const prefix = `arn:aws:iam::${accountId}:role/`;
  return {
    find: async (_, arns) =>
      arns.filter((arn) => arn.startsWith(prefix)).map((arn) => ({ arn, tags: {}, attributes: { arn } })),
  };
}
