/** Comma-separated values as RFC 4180 has them. */

/** Rows of fields; a field in quotes may hold commas, line breaks and doubled quotes. @throws SyntaxError for a quote that is not closed */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  // Each match is one field and what ends it.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  const body = text.replace(/^\uFEFF/, '');
  while (field.lastIndex < body.length) {
    const start = field.lastIndex;
    const match = field.exec(body);
    if (match === null) {
      const line = body.slice(0, start).split('\n').length;
      throw new SyntaxError(`line ${line}: a quote is not closed, or stands inside a field without quotes`);
    }
    const [, quoted, plain = '', end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      rows.push(row);
      row = [];
    } else if (field.lastIndex === body.length) {
      rows.push([...row, '']);
    }
  }
  return rows.filter((fields) => fields.length > 1 || fields[0] !== '');
}
