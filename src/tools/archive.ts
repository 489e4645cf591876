/** Takes one file out of a release archive in memory. Small on purpose: the archive was already checked against its SHA-256. */
import { gunzipSync, inflateRawSync } from 'node:zlib';

const MEMBER_LIMIT = 512 * 1024 * 1024;

/**
 * The bytes of `member` in `archive`.
 * @throws Error when the archive is damaged or holds no such file
 */
export function extractMember(archive: Buffer, format: 'tar.gz' | 'zip', member: string): Buffer {
  const found =
    format === 'zip'
      ? memberOfZip(archive, member)
      : memberOfTar(gunzipSync(archive, { maxOutputLength: MEMBER_LIMIT }), member);
  if (found === undefined) {
    throw new Error(`the archive holds no ${member}`);
  }
  return found;
}

/** POSIX ustar: 512-byte headers with the name at 0, the size in octal at 124, the type at 156, a prefix of the name at 345. */
function memberOfTar(tar: Buffer, member: string): Buffer | undefined {
  let offset = 0;
  while (offset + 512 <= tar.length) {
    const header = tar.subarray(offset, offset + 512);
    const name = textAt(header, 0, 100);
    if (name === '') {
      return undefined;
    }
    const prefix = textAt(header, 345, 155);
    const size = Number.parseInt(textAt(header, 124, 12).trim(), 8);
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new Error('the archive is damaged: a size in it cannot be read');
    }
    const type = header[156];
    const isFile = type === 0x30 || type === 0;
    if (isFile && (prefix === '' ? name : `${prefix}/${name}`) === member) {
      return wholeSlice(tar, offset + 512, size);
    }
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
}

/** PKWARE APPNOTE: the end record (4.3.16) names the central directory (4.3.12), whose entries name the local headers (4.3.7). */
function memberOfZip(zip: Buffer, member: string): Buffer | undefined {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) {
    throw new Error('the archive is damaged: it has no end record');
  }
  const entries = zip.readUInt16LE(end + 10);
  let offset = zip.readUInt32LE(end + 16);
  for (let index = 0; index < entries; index += 1) {
    const nameLength = zip.readUInt16LE(offset + 28);
    if (zip.toString('utf8', offset + 46, offset + 46 + nameLength) === member) {
      return inflateEntry(zip, offset);
    }
    offset += 46 + nameLength + zip.readUInt16LE(offset + 30) + zip.readUInt16LE(offset + 32);
  }
  return undefined;
}

function inflateEntry(zip: Buffer, entry: number): Buffer {
  const method = zip.readUInt16LE(entry + 10);
  const compressed = zip.readUInt32LE(entry + 20);
  const local = zip.readUInt32LE(entry + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const data = wholeSlice(zip, start, compressed);
  if (method === 0) {
    return data;
  }
  if (method === 8) {
    return inflateRawSync(data, { maxOutputLength: MEMBER_LIMIT });
  }
  throw new Error(`the archive uses compression method ${method}, which is not supported`);
}

function wholeSlice(buffer: Buffer, start: number, length: number): Buffer {
  if (start + length > buffer.length) {
    throw new Error('the archive is damaged: it ends too soon');
  }
  return buffer.subarray(start, start + length);
}

function textAt(buffer: Buffer, start: number, length: number): string {
  const text = buffer.toString('utf8', start, start + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
