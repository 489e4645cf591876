/** A file of lines that another process is still writing. */
import { open } from 'node:fs/promises';

export class GrowingFile {
  /** Its path, as it was given. */
  readonly name: string;
  #offset = 0;

  constructor(file: string) {
    this.name = file;
  }

  /** All whole lines so far. Rejects with the system's error when it cannot be read. */
  async all(): Promise<readonly string[]> {
    return new GrowingFile(this.name).more();
  }

  /** Whole lines that came since the last call; a line without its end comes once it has one. */
  async more(): Promise<readonly string[]> {
    const file = await open(this.name, 'r');
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of file.createReadStream({ start: this.#offset, autoClose: false })) {
        chunks.push(chunk as Buffer);
      }
      const bytes = Buffer.concat(chunks);
      // Up to the last whole line, so that no character is cut.
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      this.#offset += end;
      return bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
    } finally {
      await file.close();
    }
  }
}

const NEWLINE = 10;
