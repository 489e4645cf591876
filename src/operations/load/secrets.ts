/** Values that must appear in no output: credentials in headers and addresses. */
import { InputError } from '../../errors.ts';

const VARIABLE = /\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;
/** A shorter value would be found in innocent text. */
const SHORTEST_SECRET = 4;

export interface FilledHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** The headers with `{env:NAME}` filled in, and the values that were. @throws InputError `variable-missing` naming all that are */
export function fillHeaders(
  headers: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): FilledHeaders {
  const secrets: string[] = [];
  const missing: string[] = [];
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace(VARIABLE, (_, variable: string) => {
      const found = environment[variable];
      if (found === undefined || found === '') {
        missing.push(variable);
        return '';
      }
      secrets.push(found);
      return found;
    }),
  ]);
  if (missing.length > 0) {
    const message = `the profile's headers need ${missing.join(', ')} in the environment: set ${missing.length === 1 ? 'it' : 'them'}, or take the header out`;
    throw new InputError('variable-missing', message);
  }
  return { headers: Object.fromEntries(filled), secrets };
}

/** The names in `{env:NAME}`, each once, in the order in which the headers have them. */
export function variablesIn(headers: Readonly<Record<string, string>>): readonly string[] {
  const found = Object.values(headers).flatMap((value) => [...value.matchAll(VARIABLE)].map(([, name = '']) => name));
  return [...new Set(found)];
}

/** Names of variables that hold what nobody else may see. */
const CREDENTIAL = /KEY|TOKEN|SECRET|PASS|PWD|AUTH|CREDENTIAL|COOKIE|SESSION/i;

export interface ScriptVariables {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** The values of the named variables, as far as they are set, and those among them that are secret by their name. */
export function scriptVariables(
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ScriptVariables {
  const entries = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    variables: Object.fromEntries(entries),
    secrets: entries.filter(([name]) => CREDENTIAL.test(name)).map(([, value]) => value),
  };
}

/** What of an address is secret: its user and password, and the values of its query. */
export function secretsOfUrl(url: URL): string[] {
  return [url.username, url.password, ...url.searchParams.values()].flatMap((value) => [value, decoded(value)]);
}

/** Replaces every secret in a text, the longest first; in the form that it has in an address, too. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]));
  const all = [...forms].filter((secret) => secret.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
  return (text) => all.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
