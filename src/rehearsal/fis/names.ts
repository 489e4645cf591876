/** Ids as FIS makes them: a prefix and letters and digits. */
import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 15;

/** `EXT…` */
export function newTemplateId(): string {
  return `EXT${randomText()}`;
}

/** `EXP…` */
export function newExperimentId(): string {
  return `EXP${randomText()}`;
}

function randomText(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
