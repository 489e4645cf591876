/** A Terraform state file as far as a recovery must know it. Pure. State files hold secrets: nothing of one is ever quoted. */
import { createHash } from 'node:crypto';
import * as z from 'zod';

export interface StateFile {
  readonly serial: number;
  /** What stays the same over all versions of one state. */
  readonly lineage: string;
  readonly md5: string;
}

/** The head of format 4 (Terraform: internal/states/statefile, version4.go). */
const headSchema = z.object({
  version: z.literal(4),
  serial: z.int().nonnegative(),
  lineage: z.string().regex(/^[\w-]{1,64}$/),
  resources: z.array(z.unknown()),
});

/** The state, or what is wrong with it, as the rest of "it …". */
export function parseState(bytes: Uint8Array): StateFile | string {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes what it found.
    return 'is not valid JSON';
  }
  const head = headSchema.safeParse(content);
  if (!head.success) {
    const wrong = [...new Set(head.error.issues.map(({ path }) => String(path[0] ?? 'the whole file')))];
    return `is JSON, but no Terraform state of format 4 (wrong or missing: ${wrong.join(', ')})`;
  }
  const { serial, lineage } = head.data;
  return { serial, lineage, md5: md5Of(bytes) };
}

/** As Terraform's S3 backend stores it in the lock table, in hexadecimal. */
export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
