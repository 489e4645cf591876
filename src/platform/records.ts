/** Plain mappings, changed without being changed in place. */

export function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  change: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The base with what the override says instead; mappings are merged key by key, lists and scalars replaced. */
export function mergeDeep(
  base: Readonly<Record<string, unknown>>,
  override: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(override)) {
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    if (value !== undefined) {
      merged[key] = isMapping(before) && isMapping(value) ? mergeDeep(before, value) : value;
    }
  }
  return merged;
}
