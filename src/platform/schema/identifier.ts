/** DB instance identifiers. RDS's rule (CreateDBInstance): 1 to 63 letters, digits and hyphens, no two hyphens in a row, a letter first, no hyphen last. */
import { text } from './fields.ts';

export const IDENTIFIER = /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
export const IDENTIFIER_RULE =
  'a DB instance identifier (lower-case letters, digits and single hyphens, a letter first)';

export const asIdentifier = (key: string) =>
  key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, 63) || 'main';

/** A field for one. */
export function identifier(description: string, example: string) {
  return text(description, {
    example,
    pattern: IDENTIFIER,
    rule: IDENTIFIER_RULE,
    advice: (input) => asIdentifier(String(input)),
  });
}
