/** `${…}` in an experiment: which there are, and filling them in. */
import { didYouMean } from '../../../platform/suggest.ts';
import { type Experiment, PLACEHOLDERS, type Placeholder } from './experiment.ts';

const ANY = /\$\{([^{}]*)\}/g;

/** A value for each placeholder; undefined where it cannot be known, such as the account of an environment that names none. */
export type PlaceholderValues = Readonly<Record<Placeholder, string | undefined>>;

/** The names in `${…}` of a text, each once. */
export function placeholdersIn(text: string): string[] {
  // Most texts have none, and each text of each file is asked.
  return text.includes('${') ? [...new Set([...text.matchAll(ANY)].map(([, name = '']) => name))] : [];
}

/** What is wrong with a placeholder, and what to write instead; undefined when it is known. */
export function unknownPlaceholder(
  name: string,
  variables: readonly string[],
): { readonly what: string; readonly write: string } | undefined {
  const known = [...Object.keys(PLACEHOLDERS), ...variables];
  if (known.includes(name)) {
    return undefined;
  }
  const near = didYouMean(name, known);
  const write =
    near === undefined
      ? `one of ${known.map((one) => `\${${one}}`).join(', ')}, or a name of variables`
      : `\${${near}}`;
  return { what: `has \${${name}} in it, which stands for nothing`, write };
}

/**
 * The experiment with every `${…}` replaced, in the template and in the names of alarms. `variables` are chosen for this run and go before
 * those of the file.
 * @returns the experiment, and the names of placeholders that have no value (they are left as they stand)
 */
export function fillPlaceholders(
  experiment: Experiment,
  values: PlaceholderValues,
  variables: Readonly<Record<string, string>> = {},
): { readonly experiment: Experiment; readonly missing: readonly string[] } {
  const known: Readonly<Record<string, string | undefined>> = { ...experiment.variables, ...variables, ...values };
  const missing = new Set<string>();
  const fill = (text: string): string =>
    text.replace(ANY, (whole, name: string) => {
      const value = Object.hasOwn(known, name) ? known[name] : undefined;
      if (value === undefined) {
        missing.add(name);
      }
      return value ?? whole;
    });
  const template = mapTexts(experiment.template, fill);
  const alarms = experiment.expect.alarms.map((alarm) => ({ ...alarm, name: fill(alarm.name) }));
  const { stopRole } = experiment.guards;
  const guards = { ...experiment.guards, stopRole: stopRole === undefined ? undefined : fill(stopRole) };
  return {
    experiment: { ...experiment, template, guards, expect: { ...experiment.expect, alarms } },
    missing: [...missing].sort(),
  };
}

/** Every text of a value changed, keys excepted. */
function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') {
      return change(one);
    }
    if (Array.isArray(one)) {
      return one.map(walk);
    }
    if (typeof one !== 'object' || one === null) {
      return one;
    }
    return Object.fromEntries(Object.entries(one).map(([key, each]) => [key, walk(each)]));
  };
  return walk(value) as Value;
}
