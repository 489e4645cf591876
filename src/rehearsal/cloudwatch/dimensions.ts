/** Between AWS's list form of dimensions and the store's record form. */
import type { Dimension } from '@aws-sdk/client-cloudwatch';
import { invalidValue } from './errors.ts';

const MOST_DIMENSIONS = 30;

/** Turns `Dimensions` into a record. Throws InvalidParameterValueException for a missing name or value, a repeated name or more than 30. */
export function dimensionRecord(dimensions: readonly Dimension[] = []): Record<string, string> {
  if (dimensions.length > MOST_DIMENSIONS) {
    throw invalidValue(`A metric has at most ${MOST_DIMENSIONS} dimensions; this one has ${dimensions.length}.`);
  }
  const record: Record<string, string> = {};
  for (const { Name, Value } of dimensions) {
    if (!Name?.trim() || !Value?.trim() || Name.startsWith(':')) {
      throw invalidValue('Every dimension needs a Name (not starting with a colon) and a Value that are not blank.');
    }
    if (Object.hasOwn(record, Name)) {
      throw invalidValue(`The dimension ${Name} is given twice.`);
    }
    record[Name] = Value;
  }
  return record;
}

/** Turns a record into `Dimensions`, by name. */
export function dimensionList(record: Readonly<Record<string, string>>): Dimension[] {
  return Object.entries(record)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Name, Value]) => ({ Name, Value }));
}
