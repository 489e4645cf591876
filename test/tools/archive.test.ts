import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { extractMember } from '../../src/tools/archive.ts';
import { downloadChecked } from '../../src/tools/download.ts';

/** Made by Python's zipfile: `tool-v1/readme` stored, `tool-v1/tool` deflated, 40 times the word "pebble" in a line. */
const ZIP =
  'UEsDBBQAAAAAAAAAIVwFpqHlCAAAAAgAAAAOAAAAdG9vbC12MS9yZWFkbWVyZWFkIG1lClBLAwQUAAAACAAAACFcs53q1Q0AAAAYAQAADAAAAHRvb2wtdjEvdG9vbCtITUrKSeUqGKVQKQBQSwECFAMUAAAAAAAAACFcBaah5QgAAAAIAAAADgAAAAAAAAAAAAAAgAEAAAAAdG9vbC12MS9yZWFkbWVQSwECFAMUAAAACAAAACFcs53q1Q0AAAAYAQAADAAAAAAAAAAAAAAAgAE0AAAAdG9vbC12MS90b29sUEsFBgAAAAACAAIAdgAAAGsAAAAAAA==';

describe('an archive', () => {
  it('gives the member that is asked for, from a zip of another maker', () => {
    const zip = Buffer.from(ZIP, 'base64');
    expect(extractMember(zip, 'zip', 'tool-v1/readme').toString()).toBe('read me\n');
    expect(extractMember(zip, 'zip', 'tool-v1/tool').toString()).toBe('pebble\n'.repeat(40));
    expect(() => extractMember(zip, 'zip', 'tool-v1/other')).toThrow('holds no tool-v1/other');
  });

  it('is refused when it is damaged', () => {
    expect(() => extractMember(Buffer.from('no zip'), 'zip', 'x')).toThrow('no end record');
    expect(() => extractMember(gzipSync(Buffer.alloc(512, 'x')), 'tar.gz', 'x')).toThrow('damaged');
    const header = Buffer.alloc(512);
    header.write('x');
    header.write('00000002000', 124);
    header.write('0', 156);
    expect(() => extractMember(gzipSync(header), 'tar.gz', 'x')).toThrow('ends too soon');
  });
});

describe('a download', () => {
  it('is bounded in size', async () => {
    const server = createServer((_, response) => response.end(Buffer.alloc(100_000)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    try {
      const limits = { sha256: '', maxBytes: 50_000, connectTimeoutMs: 1000, totalTimeoutMs: 5000, signal: undefined };
      await expect(downloadChecked(`http://127.0.0.1:${port}/`, limits)).rejects.toThrow('larger than 50000 bytes');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
