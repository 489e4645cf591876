/** Records without what nobody may read. */

/** A copy of plain data with `redact` applied to every text in it; keys, too, may name what they hold. */
export function redactDeep<Value>(value: Value, redact: (text: string) => string): Value {
  return redactAny(value, redact) as Value;
}

function redactAny(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') {
    return redact(value);
  }
  if (Array.isArray(value)) {
    return value.map((each) => redactAny(each, redact));
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [redact(key), redactAny(each, redact)]));
  }
  return value;
}
