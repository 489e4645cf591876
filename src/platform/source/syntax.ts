/** What is wrong with the syntax, in words for people. */

/** The parser's words for the commonest slips, in terms of what to write. */
export function explainSyntax(code: string, message: string): { message: string; hint: string } {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { message: 'this key is already there in the same mapping', hint: 'each key once' };
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used for indentation', hint: 'two spaces for each level; YAML allows no tabs here' };
    case 'MISSING_CHAR':
      return { message: lowerFirst(message), hint: 'the closing character; a text with : or # inside goes in quotes' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a second ": " on one line',
        hint: 'one key on each line; a text with ": " inside goes in quotes',
      };
    case 'BAD_SCALAR_START':
      return { message: lowerFirst(message), hint: 'the text in quotes' };
    default:
      return {
        message: `not valid YAML: ${lowerFirst(message)}`,
        hint: 'key: value lines, two spaces deeper for each level',
      };
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
