import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { countLoad, VERDICTS } from '../../src/report/facts.ts';
import { formatCount } from '../../src/report/format.ts';
import { escapeHtml } from '../../src/report/html/markup.ts';
import { EMBED_BYTES, type EvidenceFile, renderHtml } from '../../src/report/html/page.ts';
import { evidenceArbitrary, HOSTILE } from './arbitrary.ts';
import { sampleRehearsal } from './sample.ts';
import { type Page, readPage } from './well-formed.ts';

function fileOf(evidence: Evidence): EvidenceFile {
  return { name: 'report.json', sha256: 'a'.repeat(64), json: JSON.stringify(evidence) };
}

function pageOf(evidence: Evidence): { html: string; page: Page } {
  const html = renderHtml(evidence, fileOf(evidence));
  return { html, page: readPage(html) };
}

function named(page: Page, name: string): Page['elements'] {
  return page.elements.filter((element) => element.name === name);
}

/** The numbers of each account's column, from the page: every outcome, then the sum, then what was planned. */
function accountOf(page: Page): number[][] {
  return named(page, 'table')
    .filter((table) => table.text.includes('planned = ok + failed + dropped + interrupted'))
    .map((table) => cellsAfter(page, table));
}

function cellsAfter(page: Page, table: Page['elements'][number]): number[] {
  const start = page.elements.indexOf(table);
  const rest = page.elements.slice(start + 1);
  const end = rest.findIndex((element) => element.name === 'table');
  return rest
    .slice(0, end < 0 ? undefined : end)
    .filter((element) => element.attributes.get('data-label') === 'Whole run')
    .map((element) => Number(element.text.replaceAll(',', '')));
}

describe('the HTML report', () => {
  it('is one well-formed page with its verdict first, for any evidence', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const { page } = pageOf(evidence);
        const [heading] = named(page, 'h1');
        expect(heading?.text.startsWith(VERDICTS[evidence.verdict].word)).toBe(true);
        expect(heading?.text).toContain(escapeHtml(evidence.title));
        for (const reason of evidence.reasons) {
          expect(page.elements.some((element) => element.text.includes(escapeHtml(reason.message)))).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('leads from a row to the page that tells all of it, else to its part', () => {
    const sample = sampleRehearsal();
    const hrefs = (evidence: Evidence) =>
      named(pageOf(evidence).page, 'a').map((element) => element.attributes.get('href'));
    expect(hrefs(sample)).toContain('#r-1');
    const withPages = { ...sample, checks: sample.checks.map((check) => ({ ...check, page: 'artguard.html' })) };
    expect(evidenceSchema.parse(withPages).checks[0]?.page).toBe('artguard.html');
    expect(hrefs(withPages)).toContain('artguard.html');
    expect(hrefs(withPages)).not.toContain('#r-1');
    const elsewhere = sample.checks.map((check) => ({ ...check, page: 'https://example.com/a.html' }));
    expect(evidenceSchema.safeParse({ ...sample, checks: elsewhere }).success).toBe(false);
  });

  it('runs nothing and loads nothing, whatever the values say', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const { page } = pageOf(evidence);
        expect(named(page, 'script').map((script) => script.attributes.get('type'))).toEqual(['application/json']);
        expect(named(page, 'img')).toEqual([]);
        const names = new Set(page.elements.flatMap((element) => [...element.attributes.keys()]));
        expect([...names].filter((name) => name.startsWith('on') || name === 'src' || name === 'style')).toEqual([]);
        const links = page.elements.flatMap((element) => element.attributes.get('href') ?? []);
        expect(links.filter((link) => !/^(#[a-z0-9-]+|report\.json)$/.test(link))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('shows hostile text in every place where text can stand', () => {
    for (const hostile of HOSTILE) {
      const evidence = hostileRehearsal(hostile);
      const { html, page } = pageOf(evidence);
      expect(html).not.toContain(hostile.includes('<') ? hostile : '<script>alert');
      expect(named(page, 'script')).toHaveLength(1);
    }
  });

  it('adds up every request, and says so', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const { page } = pageOf(evidence);
        const loads = [evidence, ...evidence.parts.flatMap((part) => [part, ...part.parts])].flatMap(
          (one) => one.load ?? [],
        );
        const accounts = accountOf(page);
        expect(accounts).toHaveLength(loads.length);
        for (const cells of accounts) {
          const planned = cells.at(-1);
          const sum = cells.at(-2);
          expect(cells.slice(0, -2).reduce((total, cell) => total + cell, 0)).toBe(sum);
          expect(sum).toBe(planned);
        }
        expect(page.elements.some((element) => element.text.includes('does not add up'))).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('embeds the record so that it can be read back as it was', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const { page } = pageOf(evidence);
        const [script] = named(page, 'script');
        expect(JSON.parse(script?.text ?? '')).toEqual(JSON.parse(JSON.stringify(evidence)));
      }),
      { numRuns: 20 },
    );
  });

  it('only links a record that is too large to embed', () => {
    const evidence = sampleRehearsal();
    const html = renderHtml(evidence, { ...fileOf(evidence), json: ' '.repeat(EMBED_BYTES + 1) });
    expect(named(readPage(html), 'script')).toEqual([]);
    expect(html).toContain('too large to be embedded');
  });

  it('names every chart and table for people who do not see it', () => {
    const { page } = pageOf(sampleRehearsal());
    const charts = page.elements.filter((element) => element.attributes.get('role') === 'img');
    expect(charts.length).toBeGreaterThanOrEqual(20);
    for (const chart of charts) {
      const ids = (chart.attributes.get('aria-labelledby') ?? '').split(' ');
      expect(ids.map((id) => page.elements.find((element) => element.attributes.get('id') === id)?.name)).toEqual([
        'title',
        'desc',
      ]);
    }
    expect(named(page, 'caption')).toHaveLength(named(page, 'table').length);
    expect(named(page, 'caption').every((caption) => caption.text.length > 0)).toBe(true);
  });

  it('has headings without a skipped level', () => {
    const { page } = pageOf(sampleRehearsal());
    const levels = page.elements.flatMap((element) => (/^h[1-6]$/.test(element.name) ? Number(element.name[1]) : []));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  it('shows the sample: scenarios, counts, digests, stages, changes and the rehearsal badge', () => {
    const evidence = sampleRehearsal();
    const { page } = pageOf(evidence);
    const [main] = named(page, 'main');
    const text = main?.text ?? '';
    const bad = evidence.parts[1]?.load;
    expect(text).toContain('Rehearsal · speed ×20 · not evidence for production');
    expect(text).toContain('rolled back, cause named, exposure counted');
    expect(text).toContain(`sha256:${'4'.repeat(64)}`);
    expect(text).toContain('POST_PRODUCTION_TRAFFIC_SHIFT');
    expect(text).toContain('Continue to production');
    expect(text).toContain('k6');
    expect(text).toContain(`failed: http-500`);
    expect(text).toContain(formatCount(bad === undefined ? -1 : countLoad(bad).ok));
    expect(page.elements.filter((element) => element.attributes.get('href') === '#r-2')).toHaveLength(1);
    expect(page.ids).toContain('r-2');
  });

  it('marks no rehearsal where there was none', () => {
    const { html } = pageOf(evidenceSchema.parse({ ...sampleRehearsal(), rehearsal: false, parts: [] }));
    expect(html).not.toContain('not evidence for production');
  });
});

/** The sample with `text` wherever a free text stands. */
function hostileRehearsal(text: string): Evidence {
  const [good] = sampleRehearsal().parts;
  const deployment = good?.deployment;
  if (good?.load === undefined || deployment === undefined) {
    throw new Error('the sample has a load and a deployment');
  }
  const load = {
    ...good.load,
    name: text,
    url: text,
    bins: good.load.bins.map((bin) => ({ ...bin, byRevision: Object.fromEntries([[text, bin.ok]]) })),
    generator: { ...good.load.generator, exit: text, problems: [{ code: text, message: text }] },
  };
  const part: Evidence = {
    ...good,
    title: text,
    operation: text,
    subject: { platform: text, environment: text, service: text, revision: text },
    reasons: [{ code: text, message: text }],
    measurements: [{ indicator: text, value: 1, unit: text, method: text, lower: 0 }],
    events: good.events.map((event) => ({ ...event, label: text, detail: text })),
    checks: [{ name: text, verdict: 'fail', expected: text, observed: text }],
    load,
    deployment: {
      ...deployment,
      arn: text,
      strategy: text,
      status: text,
      statusReason: text,
      candidate: { revision: text, taskDefinition: text, images: [text, `${text}@${text}`] },
      live: text,
      stages: deployment.stages.map((stage) => ({ ...stage, stage: text })),
      changes: [{ path: text, before: text, after: null }],
    },
    series: good.series.map((series) => ({ ...series, name: text, unit: text, source: text })),
    tools: [{ name: text, version: text }],
  };
  return { ...part, parts: [part] };
}
