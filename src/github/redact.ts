/** Secrets: which values are, masked in the log by the runner and made unreadable by us in everything that is written. */
import type { InputTable } from './inputs/kinds.ts';
import { rawInput } from './inputs/read.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter values are ordinary words and numbers: masking them would blot out the log and tell what they are. */
const LEAST_LENGTH = 8;

/** Names of variables that hold secrets, `AWS_SECRET_ACCESS_KEY` and `GITHUB_TOKEN` among them. */
const SECRET_NAME = /(^|_)(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE_KEY|API_KEY|SECRET_ACCESS_KEY|SECRET_KEY)$/i;

/** GitHub's tokens, whoever's they are; of any length, with the characters of the JWT form of 2026. */
const GITHUB_TOKEN = /\b(?:gh[pousr]_[A-Za-z0-9._-]{36,}|github_pat_[A-Za-z0-9_]{22,})/g;

/** Values that must not be shown: inputs marked secret, variables with a secret's name, and those handed to `variables`. */
export function secretsOf(table: InputTable, environment: Environment): string[] {
  const inputs = Object.entries(table)
    .filter(([, input]) => input.secret)
    .map(([name]) => rawInput(name, environment));
  const variables = Object.entries(environment)
    .filter(([name]) => SECRET_NAME.test(name))
    .map(([, value]) => value ?? '');
  const handedOn = rawInput('variables', environment)
    .split(/\r?\n/)
    .map((line) => /^\s*([^=]+)=(.*)$/.exec(line))
    .filter((match) => match !== null && SECRET_NAME.test((match[1] ?? '').trim()))
    .map((match) => match?.[2] ?? '');
  const lines = [...inputs, ...variables, ...handedOn].flatMap((value) => [value, ...value.split(/\r?\n/)]);
  return [...new Set(lines.map((line) => line.trim()))].filter((line) => line.length >= LEAST_LENGTH);
}

/** A function that puts `***` for each secret, also as it is written in JSON, in a URL, in HTML or in base64. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => {
    const without = forms.reduce((rest, form) => rest.replaceAll(form, '***'), text);
    return without.replace(GITHUB_TOKEN, '***');
  };
}

function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    secret.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
    Buffer.from(secret).toString('base64'),
  ];
}
