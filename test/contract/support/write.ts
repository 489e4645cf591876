/** Writes values as AWS Query does, by their own form and not by a shape, so that faults are written too. */

/** An answer's XML content. */
export function xmlContent(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((element) => `<member>${xmlContent(element)}</member>`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, member]) => `<${name}>${xmlContent(member)}</${name}>`)
      .join('');
  }
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[^\t\n -~]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** A request's form, without Action and Version. */
export function formPairs(value: unknown, path = ''): [string, string][] {
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => formPairs(element, `${path}.member.${index + 1}`));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => formPairs(member, path === '' ? name : `${path}.${name}`));
  }
  return [[path, String(value)]];
}
