/**
 * Writes a bbolt file, the format of Trivy's database, as https://github.com/etcd-io/bbolt lays it out (internal/common: page.go, meta.go,
 * bucket.go): two meta pages, an empty list of free pages, and one leaf page, with overflow where it is long, for each bucket.
 */
const PAGE = 4096;
const PAGE_HEADER = 16;
const ELEMENT = 16;

const MAGIC = 0xed0cdaed;
const VERSION = 2;
const LEAF = 0x02;
const META = 0x04;
const FREE_LIST = 0x10;
const IS_BUCKET = 0x01;

/** Keys to values, which are JSON, or to further buckets. */
export interface Bucket {
  readonly [key: string]: Bucket | Value;
}

export class Value {
  readonly bytes: Buffer;
  constructor(json: unknown) {
    this.bytes = Buffer.from(JSON.stringify(json));
  }
}

/** The bytes of a file with these buckets at its top. */
export function boltFile(root: Bucket): Buffer {
  const pages: Buffer[] = [];
  const first = 3;
  const used = () => first + pages.reduce((sum, page) => sum + page.length / PAGE, 0);
  const write = (bucket: Bucket): number => {
    const items = Object.entries(bucket)
      .map(([key, value]) => ({
        key: Buffer.from(key),
        value: value instanceof Value ? value.bytes : bucketHeader(write(value)),
        flags: value instanceof Value ? 0 : IS_BUCKET,
      }))
      .sort((a, b) => Buffer.compare(a.key, b.key));
    const id = used();
    pages.push(leafPage(id, items));
    return id;
  };
  const top = write(root);
  const free = header(Buffer.alloc(PAGE), { id: 2, flags: FREE_LIST, count: 0, overflow: 0 });
  return Buffer.concat([metaPage(0, top, used()), metaPage(1, top, used()), free, ...pages]);
}

function leafPage(id: number, items: readonly { key: Buffer; value: Buffer; flags: number }[]): Buffer {
  const data = Buffer.concat(items.flatMap(({ key, value }) => [key, value]));
  const length = PAGE_HEADER + items.length * ELEMENT + data.length;
  const count = Math.ceil(length / PAGE);
  const page = header(Buffer.alloc(count * PAGE), { id, flags: LEAF, count: items.length, overflow: count - 1 });
  let position = PAGE_HEADER + items.length * ELEMENT;
  data.copy(page, position);
  for (const [index, { key, value, flags }] of items.entries()) {
    const element = PAGE_HEADER + index * ELEMENT;
    page.writeUInt32LE(flags, element);
    page.writeUInt32LE(position - element, element + 4);
    page.writeUInt32LE(key.length, element + 8);
    page.writeUInt32LE(value.length, element + 12);
    position += key.length + value.length;
  }
  return page;
}

function metaPage(id: number, root: number, pages: number): Buffer {
  const page = header(Buffer.alloc(PAGE), { id, flags: META, count: 0, overflow: 0 });
  const meta = page.subarray(PAGE_HEADER);
  meta.writeUInt32LE(MAGIC, 0);
  meta.writeUInt32LE(VERSION, 4);
  meta.writeUInt32LE(PAGE, 8);
  bucketHeader(root).copy(meta, 16);
  meta.writeBigUInt64LE(2n, 32);
  meta.writeBigUInt64LE(BigInt(pages), 40);
  meta.writeBigUInt64LE(BigInt(id), 48);
  meta.writeBigUInt64LE(fnv1a(meta.subarray(0, 56)), 56);
  return page;
}

function header(
  page: Buffer,
  { id, flags, count, overflow }: { id: number; flags: number; count: number; overflow: number },
): Buffer {
  page.writeBigUInt64LE(BigInt(id), 0);
  page.writeUInt16LE(flags, 8);
  page.writeUInt16LE(count, 10);
  page.writeUInt32LE(overflow, 12);
  return page;
}

/** The page of its root, and a sequence that nobody uses. */
function bucketHeader(root: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(root), 0);
  return bytes;
}

function fnv1a(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}
