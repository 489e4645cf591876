/** The new value of a secret: what is taken as one, and what is refused. Nothing here ever quotes it. Pure. */
import type { Reason } from '../../../report/evidence.ts';

export interface NewValue {
  readonly text: string;
  /** What was done to it, for the plan. */
  readonly notes: readonly string[];
}

/** "SecretString: Length Constraints: Minimum length of 1. Maximum length of 65536" (AWS: PutSecretValue). */
const MOST_BYTES = 65_536;
const MARK = 0xfeff;

/** Reads the bytes of a file or of stdin; one line end at the end is no part of the value unless `keepNewline`. */
export function readNewValue(bytes: Uint8Array, keepNewline: boolean): NewValue | Reason {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refusal('value-not-text', 'it is not UTF-8 text: a task could not have it in its environment');
  }
  if (text.codePointAt(0) === MARK) {
    return refusal('value-not-text', 'it begins with a byte order mark: save it as UTF-8 without one');
  }
  if (hasControls(text)) {
    return refusal('value-not-text', 'it holds control characters: a task could not have it in its environment');
  }
  const value = keepNewline ? text : text.replace(/\r?\n$/, '');
  if (value.trim() === '') {
    return refusal('value-empty', bytes.length === 0 ? 'it is empty' : 'there is nothing in it but white space');
  }
  if (Buffer.byteLength(value) > MOST_BYTES) {
    return refusal('value-too-long', `it is longer than the ${MOST_BYTES} bytes that Secrets Manager holds`);
  }
  return { text: value, notes: newlineNotes(text, value, keepNewline) };
}

function newlineNotes(text: string, value: string, keepNewline: boolean): string[] {
  if (value !== text) {
    return [
      'the line end at the end of the new value is left out, as editors add one; --keep-newline makes it part of it',
    ];
  }
  return keepNewline && text.endsWith('\n') ? ['the line end at the end of the new value is part of it'] : [];
}

/** All but tab, line feed and carriage return. */
function hasControls(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127) {
      return true;
    }
  }
  return false;
}

/** Why tasks would not start with it: keys that task definitions take out of it and that it lacks. */
export function keyRefusals(text: string, keys: readonly { readonly key: string; readonly by: string }[]): Reason[] {
  const object = keys.length === 0 ? {} : objectIn(text);
  return keys.flatMap(({ key, by }) => {
    if (object === undefined) {
      return [refusal('value-without-key', `${by} takes the key "${key}" out of it, and it is no JSON object`)];
    }
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    return typeof value === 'string' && value !== ''
      ? []
      : [refusal('value-without-key', `${by} takes the key "${key}" out of it, and it has no text under that key`)];
  });
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function refusal(code: string, why: string): Reason {
  return { code, message: `the new value is refused: ${why}` };
}
