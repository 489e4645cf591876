import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/forge/csv.ts';
import { readIncidentFile } from '../../src/forge/incident-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-incidents-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string) {
  const file = path.join(folder, 'incidents');
  await writeFile(file, text);
  return readIncidentFile(file);
}

const at = (text: string) => Date.parse(text);

describe('incidents from a file', () => {
  it('a small CSV of one’s own', async () => {
    expect(
      await read(
        'id,opened,closed,caused-by\nI1,2026-03-02T14:05:00Z,2026-03-02T15:00:00+01:00,v2.0.0\nI2,2026-03-03 10:00:00Z,,\n',
      ),
    ).toEqual([
      { id: 'I1', openedAt: at('2026-03-02T14:05:00Z'), closedAt: at('2026-03-02T14:00:00Z'), causedBy: 'v2.0.0' },
      { id: 'I2', openedAt: at('2026-03-03T10:00:00Z'), closedAt: null },
    ]);
  });

  it('PagerDuty’s CSV, with quoted text over several lines', async () => {
    const head = 'id,incident_number,description,service_name,created_on,resolved_on,urgency';
    const row = 'PT4KHLK,1234,"Basket, ""down""\nagain",shop,2026-03-02T14:05:00-05:00,2026-03-02T15:05:00-05:00,high';
    expect(await read(`\uFEFF${head}\r\n${row}\r\n`)).toEqual([
      { id: 'PT4KHLK', openedAt: at('2026-03-02T19:05:00Z'), closedAt: at('2026-03-02T20:05:00Z') },
    ]);
  });

  it('PagerDuty’s JSON; resolved by its last change where it says no more', async () => {
    const incidents = [
      {
        id: 'P1',
        created_at: '2026-03-02T14:05:00Z',
        status: 'resolved',
        last_status_change_at: '2026-03-02T16:00:00Z',
        html_url: 'https://shop.pagerduty.com/incidents/P1',
      },
      {
        id: 'P2',
        created_at: '2026-03-02T14:05:00Z',
        status: 'acknowledged',
        last_status_change_at: '2026-03-02T16:00:00Z',
        resolved_at: null,
      },
    ];
    expect(await read(JSON.stringify({ incidents, more: false }))).toEqual([
      {
        id: 'P1',
        openedAt: at('2026-03-02T14:05:00Z'),
        closedAt: at('2026-03-02T16:00:00Z'),
        url: 'https://shop.pagerduty.com/incidents/P1',
      },
      { id: 'P2', openedAt: at('2026-03-02T14:05:00Z'), closedAt: null },
    ]);
    expect(await read(JSON.stringify({ incidents, more: true }))).toEqual({
      unknown: { code: 'partial-answer', message: expect.stringContaining('export all') },
    });
  });

  it('an empty list says that there were none', async () => {
    expect(await read('id,opened,closed\n')).toEqual([]);
    expect(await read('[]')).toEqual([]);
  });

  it.each([
    ['a time without its zone', 'id,opened\nI1,2026-03-02 14:05:00\n', /entry 1: .*zone/],
    ['no id', 'id,opened\n,2026-03-02T14:05:00Z\n', /entry 1: .*`id`/],
    ['the same twice', 'id,opened\nI1,2026-03-02T14:05:00Z\nI1,2026-03-02T14:05:00Z\n', /I1 is there twice/],
    ['no header', 'I1,2026-03-02T14:05:00Z\n', /name the columns/],
    ['an open quote', 'id,opened\n"I1,2026-03-02T14:05:00Z\n', /line 2: a quote/],
    ['half a JSON', '{"incidents":[', /JSON/],
    ['another JSON', '{"alerts":[]}', /list named `incidents`/],
  ])('%s is refused, with its place', async (_name, text, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'bad-incidents', message: expect.stringMatching(message) });
  });
});

it('parseCsv gives back what was written', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', 'é') });
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
      expect(parseCsv(text)).toEqual(rows);
    }),
  );
});
