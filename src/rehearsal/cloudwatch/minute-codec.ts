/**
 * A minute of a metric as bytes. Sixty aggregates as objects with maps cost some 200 KB an hour even for a plain counter and ten times
 * that for response times; packed they cost 25 and 400. A number is a variable-length integer where it is a whole one, else a double.
 */
import type { Aggregate } from './aggregate.ts';

/** Aggregates by their offset in the minute, in seconds (0 to 59). */
export type Seconds = Map<number, Aggregate>;

/** Packs a minute; `unpack` gives back exactly the same numbers. */
export function pack(seconds: Seconds): Uint8Array {
  const bytes: number[] = [];
  for (const [offset, aggregate] of [...seconds].sort((a, b) => a[0] - b[0])) {
    writeNumber(bytes, offset);
    writeAggregate(bytes, aggregate);
  }
  return Uint8Array.from(bytes);
}

/** The inverse of `pack`; offsets come in ascending order. */
export function unpack(bytes: Uint8Array): Seconds {
  const reader: Reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 };
  const seconds: Seconds = new Map();
  while (reader.at < bytes.byteLength) {
    const offset = readNumber(reader);
    seconds.set(offset, readAggregate(reader));
  }
  return seconds;
}

function writeAggregate(bytes: number[], aggregate: Aggregate): void {
  for (const value of [aggregate.count, aggregate.sum, aggregate.minimum, aggregate.maximum]) {
    writeNumber(bytes, value);
  }
  const buckets = [...(aggregate.buckets ?? [])].sort((a, b) => a[0] - b[0]);
  writeNumber(bytes, aggregate.distributed ? buckets.length + 1 : 0);
  let previous = 0;
  for (const [index, count] of buckets) {
    writeNumber(bytes, index - previous);
    writeNumber(bytes, count);
    previous = index;
  }
}

function readAggregate(reader: Reader): Aggregate {
  const count = readNumber(reader);
  const sum = readNumber(reader);
  const minimum = readNumber(reader);
  const maximum = readNumber(reader);
  const length = readNumber(reader);
  const entries: [number, number][] = [];
  let index = 0;
  for (let left = length - 1; left > 0; left--) {
    index += readNumber(reader);
    entries.push([index, readNumber(reader)]);
  }
  const buckets = entries.length > 0 ? new Map(entries) : undefined;
  return { count, sum, minimum, maximum, buckets, distributed: length > 0 };
}

interface Reader {
  readonly view: DataView;
  at: number;
}

/** Above this, doubling (to make room for the tag) is no longer exact. */
const LARGEST_WHOLE = 2 ** 52;
const DOUBLE_TAG = 1;
const scratch = new DataView(new ArrayBuffer(8));

/** Whole numbers from 0 on are doubled and written in groups of seven bits; all others follow the tag as a double. */
function writeNumber(bytes: number[], value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > LARGEST_WHOLE) {
    bytes.push(DOUBLE_TAG);
    scratch.setFloat64(0, value);
    for (let byte = 0; byte < 8; byte++) {
      bytes.push(scratch.getUint8(byte));
    }
    return;
  }
  let rest = value * 2;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readNumber(reader: Reader): number {
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = reader.view.getUint8(reader.at++);
    if (byte < 128) {
      value += byte * factor;
      break;
    }
    value += (byte - 128) * factor;
    factor *= 128;
  }
  if (value !== DOUBLE_TAG) {
    return value / 2;
  }
  const double = reader.view.getFloat64(reader.at);
  reader.at += 8;
  return double;
}
