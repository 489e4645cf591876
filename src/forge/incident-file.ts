/** Incidents from a file: a small CSV or JSON of one's own, or what PagerDuty exports. */
import { readFile } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import type { Delivery, IncidentEvent } from '../operations/dora/events.ts';
import { parseCsv } from './csv.ts';

/** Names of a field, in the order of preference; compared without case, spaces, `_` and `-`. PagerDuty's API says `_at`, its CSV `_on`. */
const FIELDS = {
  id: ['id', 'number', 'incidentnumber'],
  opened: ['opened', 'openedat', 'createdat', 'createdon'],
  closed: ['closed', 'closedat', 'resolvedat', 'resolvedon'],
  changed: ['laststatuschangeat'],
  status: ['status'],
  causedBy: ['causedby', 'deployment'],
  fixedBy: ['fixedby'],
  url: ['htmlurl', 'url'],
} as const;

type Row = ReadonlyMap<string, string>;

/** @throws InputError naming file and entry for what cannot be read: a wrong line would be a wrong number */
export async function readIncidentFile(file: string): Promise<Delivery['incidents']> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw bad(file, error instanceof Error ? error.message : String(error));
  }
  const json = /^\s*[[{]/.test(text);
  const { rows, more } = json ? fromJson(file, text) : { rows: fromCsv(file, text), more: false };
  if (more) {
    const message = `${file} is one page of several ("more": true): export all of them`;
    return { unknown: { code: 'partial-answer', message } };
  }
  const incidents = rows.map((row, index) => incidentOf(row, (why) => bad(file, `entry ${index + 1}: ${why}`)));
  const ids = new Set<string>();
  for (const { id } of incidents) {
    if (ids.has(id)) {
      throw bad(file, `the incident ${id} is there twice`);
    }
    ids.add(id);
  }
  return incidents;
}

function fromCsv(file: string, text: string): Row[] {
  let rows: string[][];
  try {
    rows = parseCsv(text);
  } catch (error) {
    throw bad(file, error instanceof Error ? error.message : String(error));
  }
  const [head = [], ...body] = rows;
  const names = head.map(plain);
  if (!names.some((name) => (FIELDS.opened as readonly string[]).includes(name))) {
    throw bad(file, 'its first line must name the columns, such as `id,opened,closed`');
  }
  return body.map((fields) => new Map(fields.map((value, index) => [names[index] ?? '', value.trim()])));
}

function fromJson(file: string, text: string): { readonly rows: Row[]; readonly more: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(file, error instanceof Error ? error.message : String(error));
  }
  const list: unknown = Array.isArray(value) ? value : property(value, 'incidents');
  if (!Array.isArray(list)) {
    throw bad(file, 'it must be a list, or an object with a list named `incidents`');
  }
  const rows = list.map(
    (entry: unknown) =>
      new Map(
        Object.entries(typeof entry === 'object' && entry !== null ? entry : {}).flatMap(([name, field]) =>
          typeof field === 'string' || typeof field === 'number' ? [[plain(name), String(field).trim()] as const] : [],
        ),
      ),
  );
  return { rows, more: property(value, 'more') === true };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function incidentOf(row: Row, problem: (why: string) => InputError): IncidentEvent {
  const field = (names: readonly string[]) => names.map((name) => row.get(name)).find((value) => value);
  const id = field(FIELDS.id);
  const opened = field(FIELDS.opened);
  if (id === undefined || opened === undefined) {
    throw problem('it needs an `id`, and when it was `opened`');
  }
  const resolved = field(FIELDS.status)?.toLowerCase() === 'resolved' ? field(FIELDS.changed) : undefined;
  const closed = field(FIELDS.closed) ?? resolved;
  const causedBy = field(FIELDS.causedBy);
  const fixedBy = field(FIELDS.fixedBy);
  const url = field(FIELDS.url);
  return {
    id,
    openedAt: timeOf(opened, problem),
    closedAt: closed === undefined ? null : timeOf(closed, problem),
    ...(causedBy === undefined ? {} : { causedBy }),
    ...(fixedBy === undefined ? {} : { fixedBy }),
    ...(url === undefined || !/^https?:\/\//.test(url) ? {} : { url }),
  };
}

/** A time without a zone is one of many. */
function timeOf(text: string, problem: (why: string) => InputError): number {
  const ms = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text.replace(' ', 'T').replace(' ', ''))
    : Number.NaN;
  if (Number.isNaN(ms)) {
    throw problem(`"${text}" is no time with its zone: write it like 2026-03-02T14:05:00Z`);
  }
  return ms;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

function bad(file: string, why: string): InputError {
  return new InputError('bad-incidents', `--incidents ${file} cannot be used: ${why}`);
}
