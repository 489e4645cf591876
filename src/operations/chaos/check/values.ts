/** Whether the text of a parameter is in the form that the catalogue gives. */
import { shown } from '../../../platform/schema/fields.ts';
import { didYouMean } from '../../../platform/suggest.ts';
import type { Form } from '../catalogue/facts.ts';
import { isoDuration, parseIsoDuration } from '../experiment/iso-duration.ts';
import { hasPlaceholder } from '../experiment/template.ts';

export interface WrongValue {
  /** `sources`: AWS takes it all the same. */
  readonly rule: 'duration' | 'parameter-value' | 'sources';
  readonly what: string;
  readonly write: string;
}

/** What is wrong with the text; undefined when it fits, or when a placeholder in it says that it is known only later. */
export function wrongValue(text: string, form: Form): WrongValue | undefined {
  if (hasPlaceholder(text)) {
    return undefined;
  }
  switch (form.kind) {
    case 'duration':
      return wrongDuration(text, form);
    case 'number':
      return wrongNumber(text, form);
    case 'choice':
      return form.values.includes(text) ? undefined : wrongChoice(text, form.values);
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? undefined : wrongChoice(text, ['true', 'false']);
    case 'list':
      return wrongList(text, form);
    case 'sources':
      return wrongSources(text);
    case 'region':
      return isRegion(text) ? undefined : wrong(`is ${shown(text)}, which is no AWS region`, 'us-east-2');
    case 'arn':
      return /^arn:\S{16,}$/.test(text) ? undefined : wrong(`is ${shown(text)}, which is no ARN`, 'an ARN');
    case 'json':
      return wrongJson(text);
    default:
      return undefined;
  }
}

export function isRegion(text: string): boolean {
  return /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(text);
}

function wrong(what: string, write: string): WrongValue {
  return { rule: 'parameter-value', what, write };
}

/** What a duration was meant to be: `5m`, `300`, `pt5m`, `P5M`. */
function meantDuration(text: string): string | undefined {
  const upper = text.trim().toUpperCase();
  const [, amount, unit = 'S'] = /^P?T?(\d{1,6})\s*([SMH])?/.exec(upper) ?? [];
  const guess = parseIsoDuration(upper) === undefined && amount !== undefined ? `PT${amount}${unit}` : upper;
  return parseIsoDuration(guess) === undefined ? undefined : guess;
}

function wrongDuration(text: string, form: Form & { kind: 'duration' }): WrongValue | undefined {
  const seconds = parseIsoDuration(text);
  const [least, most] = [form.minimumSeconds, form.maximumSeconds];
  if (seconds === undefined) {
    const what = `is ${shown(text)}, which is no duration of ISO 8601`;
    return { rule: 'duration', what, write: meantDuration(text) ?? 'PT5M' };
  }
  if (seconds < least || seconds > most) {
    const range = `from ${isoDuration(least)} to ${isoDuration(most)}`;
    return {
      rule: 'duration',
      what: `is ${text}, but must be ${range}`,
      write: isoDuration(seconds < least ? least : most),
    };
  }
  return undefined;
}

function wrongNumber(text: string, form: Form & { kind: 'number' }): WrongValue | undefined {
  const { minimum, maximum, whole } = form;
  const number = /^\d{1,12}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (number >= minimum && number <= maximum && (!whole || Number.isInteger(number))) {
    return undefined;
  }
  const rule = `${whole ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}`;
  const nearest = Math.min(maximum, Math.max(minimum, Math.round(Number.parseFloat(text)) || minimum));
  return wrong(`is ${shown(text)}, but must be ${rule}`, `"${nearest}"`);
}

function wrongChoice(text: string, values: readonly string[]): WrongValue {
  const near = values.find((one) => one.toLowerCase() === text.toLowerCase()) ?? didYouMean(text, values);
  return wrong(
    `is ${shown(text)}, but must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`,
    near ?? values.join(' or '),
  );
}

function wrongList(text: string, { values, atMost }: Form & { kind: 'list' }): WrongValue | undefined {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.some((entry) => entry === '')) {
    return wrong(`is ${shown(text)}, in which an entry is empty`, entries.filter(Boolean).join(','));
  }
  const stranger = values === undefined ? undefined : entries.find((entry) => !values.includes(entry));
  if (stranger !== undefined && values !== undefined) {
    return wrongChoice(stranger, values);
  }
  if (atMost !== undefined && entries.length > atMost) {
    return wrong(`has ${entries.length} entries, but at most ${atMost} are taken`, `at most ${atMost} entries`);
  }
  return undefined;
}

/** IPv4, CIDR, domain names, zones, ALL, DYNAMODB and S3, without spaces; IPv6 is not impaired (AWS FIS user guide, `sources`). */
function wrongSources(text: string): WrongValue | undefined {
  if (/\s/.test(text)) {
    const what = `is ${shown(text)}; FIS takes the entries without spaces between them`;
    return { rule: 'sources', what, write: text.replace(/\s+/g, '') };
  }
  const entries = text.split(',');
  if (entries.some((entry) => entry === '')) {
    return wrong(`is ${shown(text)}, in which an entry is empty`, entries.filter(Boolean).join(','));
  }
  const six = entries.find((entry) => entry.includes(':'));
  if (six !== undefined) {
    const what = `has ${six} in it, but this action impairs no IPv6`;
    return { rule: 'sources', what, write: 'IPv4 addresses, domain names or ALL' };
  }
  return undefined;
}

function wrongJson(text: string): WrongValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return undefined;
    }
    return wrong('is JSON, but no object', '\'{"Name":"value"}\'');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return wrong(`is no JSON (${reason})`, '\'{"Name":"value"}\'');
  }
}
