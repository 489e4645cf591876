/** Idempotency by client token: a request that is sent again makes nothing new. */
import { isDeepStrictEqual } from 'node:util';
import { keepLast } from '../keep-last.ts';
import { errors } from './errors.ts';

/** Far more than a client's retries need; AWS names no time. */
const KEPT = 2000;

export class OnceByToken {
  readonly #made = new Map<string, { readonly input: object; readonly id: string }>();

  /**
   * The id of what an earlier call with the same token and the same input made, or what `make` makes now.
   * @throws AwsError ConflictException for another input
   */
  idOf(operation: string, { clientToken, ...input }: { readonly clientToken?: string }, make: () => string): string {
    const key = `${operation} ${clientToken}`;
    const known = this.#made.get(key);
    if (known === undefined) {
      const id = make();
      this.#made.set(key, { input, id });
      keepLast(this.#made, KEPT, () => true);
      return id;
    }
    if (!isDeepStrictEqual(known.input, input)) {
      throw errors.conflict(`The client token was used already for another request of ${operation}.`);
    }
    return known.id;
  }
}
