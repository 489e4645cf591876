/** The whole operation over trees in memory: only the scanners and the disk are left out. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawFinding, TreeScan } from '../../../src/operations/gate/findings/finding.ts';
import { NO_OVERLAYS } from '../../../src/operations/gate/findings/overlays.ts';
import { type GateRequest, gate, recordBaseline } from '../../../src/operations/gate/gate.ts';
import { readAudit, verifyAudit } from '../../../src/operations/gate/report/audit.ts';
import { MOST_RESULTS } from '../../../src/operations/gate/report/sarif.ts';
import { readWaivers } from '../../../src/operations/gate/waivers/waiver-file.ts';
import { evidenceSchema } from '../../../src/report/evidence.ts';
import { readPage } from '../../report/well-formed.ts';
import { at, checkov, NOW, scanOf, secret, TODAY, trivy, vulnerability } from './samples.ts';

interface Tree {
  readonly findings?: readonly RawFinding[];
  readonly files?: Readonly<Record<string, string>>;
  readonly scan?: Partial<TreeScan>;
}

const OPEN = 'resource "aws_security_group" "a" {\n  from_port = 22\n}\n';

function run(trees: { readonly head: Tree; readonly base?: Tree }, more: Partial<GateRequest> = {}) {
  return gate(requestOf(trees, more), portsOf(trees));
}

function requestOf(trees: { readonly base?: Tree }, more: Partial<GateRequest>): GateRequest {
  return {
    subject: 'shop',
    platform: 'shop',
    environment: undefined,
    service: undefined,
    head: '/head',
    base: trees.base === undefined ? undefined : { directory: '/base', name: 'abc123', empty: false },
    targets: [],
    waivers: { waivers: [], problems: [] },
    baseline: undefined,
    refusals: [],
    earlier: [],
    overlays: NO_OVERLAYS,
    pathPrefix: 'infra/',
    category: 'infra',
    version: '1.2.3',
    ...more,
  };
}

function portsOf(trees: { readonly head: Tree; readonly base?: Tree }) {
  const treeAt = (root: string) => (root === '/head' ? trees.head : (trees.base ?? {}));
  return {
    scan: async (root: string) => scanOf(treeAt(root).findings ?? [], { root, ...treeAt(root).scan }),
    readSources: async (root: string) => new Map(Object.entries(treeAt(root).files ?? {})),
    clock: { now: () => new Date(NOW), sleep: async () => undefined },
    reporter: { stage: () => undefined, info: () => undefined, warn: () => undefined, progress: () => undefined },
  };
}

describe('a pull request', () => {
  const found = trivy('AWS-0107', at('main.tf', 1, 3), { resource: 'aws_security_group.a' });
  const vulnerable: Tree = { findings: [found], files: { 'main.tf': OPEN } };

  it('passes when it adds nothing, and fails when it adds a finding', async () => {
    expect((await run({ base: vulnerable, head: vulnerable })).evidence.verdict).toBe('pass');
    expect((await run({ base: {}, head: vulnerable })).evidence.verdict).toBe('fail');
  });

  it('fails when a comment hides its own finding from one scanner or from both', async () => {
    const comment = { 'main.tf': `# trivy:ignore:AWS-0107\n${OPEN}` };
    expect((await run({ base: {}, head: { files: comment } })).evidence.reasons.map(({ code }) => code)).toEqual([
      'new-findings-missed',
      'inline-suppressions-missed',
    ]);
    const skipped = { finding: checkov('CKV_AWS_24', at('main.tf', 1, 3)), by: 'inline' as const, statement: 'no' };
    expect((await run({ base: {}, head: { scan: { suppressed: [skipped] } } })).evidence.verdict).toBe('fail');
  });

  it('fails when it hides what was there before, too', async () => {
    const head = { files: { 'main.tf': `# trivy:ignore:AWS-0107\n${OPEN}` } };
    expect((await run({ base: vulnerable, head })).evidence.verdict).toBe('fail');
  });

  it('passes by a waiver of the base', async () => {
    const text =
      'misconfigurations:\n  - {id: AWS-0107, paths: [main.tf], owner: a, statement: b, expired_at: 2027-01-01}\n';
    const waivers = readWaivers(text, '.trivyignore.yaml', TODAY);
    expect((await run({ base: {}, head: vulnerable }, { waivers })).evidence.verdict).toBe('pass');
  });
});

describe('what a run leaves', () => {
  const trees = {
    base: { findings: [trivy('AWS-0107', at('main.tf', 1, 3))], files: { 'main.tf': OPEN } },
    head: {
      findings: [
        trivy('AWS-0107', at('main.tf', 1, 3)),
        checkov('CKV_AWS_20', at('s3 bucket/#1.tf', 4, 9), { resource: 'aws_s3_bucket.a' }),
        vulnerability('CVE-2019-10744'),
        vulnerability('CVE-2024-1', {
          artifact: { kind: 'image', name: 'ghcr.io/acme/api', reference: 'ghcr.io/acme/api:1' },
        }),
        secret('generic', at('app.env', 1)),
      ],
      files: { 'main.tf': OPEN, 'app.env': 'KEY=very-secret-value' },
    },
  };

  it('is evidence by the schema, with each target as a check', async () => {
    const { evidence } = await run(trees);
    expect(evidenceSchema.safeParse(evidence).error).toBeUndefined();
    expect(evidence.checks.map(({ name, verdict, observed }) => [name, verdict, observed])).toEqual([
      ['new-findings', 'fail', '4'],
      ['secret-findings', 'fail', '1'],
      ['inline-suppressions', 'pass', '0'],
    ]);
  });

  it('is an audit whose text has the hash that evidence and page name, and that gives the verdict again', async () => {
    const { evidence, auditText, page } = await run(trees);
    const hash = createHash('sha256').update(auditText).digest('hex');
    expect(evidence.events.map(({ detail }) => detail)).toContain(`SHA-256 ${hash}`);
    expect(page).toContain(hash);
    const audit = readAudit(auditText);
    expect(audit && verifyAudit(audit)).toBe(true);
  });

  it('is the same for the same trees, but for what tells secrets apart within a run', async () => {
    const [one, two] = [await run(trees), await run(trees)];
    expect(two.sarif).toEqual(one.sarif);
    expect(two.audit.judgement).toEqual(one.audit.judgement);
    const secretOf = ({ audit }: typeof one) => audit.input.head.findings.find(({ kind }) => kind === 'secret');
    expect(secretOf(two)?.id).toBe(secretOf(one)?.id);
    expect(secretOf(two)?.matchKey).not.toBe(secretOf(one)?.matchKey);
  });

  it('points at the worst that is new, in the repository’s paths', async () => {
    const { annotations } = await run(trees);
    expect(annotations.map(({ title, place }) => [title, place?.file])).toEqual([
      ['critical: generic', 'infra/app.env'],
      ['high: CVE-2024-1', undefined],
      ['high: CVE-2019-10744', 'infra/package-lock.json'],
      ['high: AWS-0092', 'infra/s3 bucket/#1.tf'],
    ]);
  });

  it('never shows a secret, whatever it is and wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Za-z][A-Za-z0-9+/]{11,39}$/), async (value) => {
        const files = {
          'app.env': `DB_PASSWORD=${value}`,
          'task.json': `{ "name": "API_TOKEN", "value": "${value}" }`,
          'main.tf': `resource "x" "y" {\n  password = "${value}"\n}\n`,
        };
        const findings = [secret('generic', at('app.env', 1)), trivy('AWS-0107', at('main.tf', 1, 3))];
        const request = requestOf({}, {});
        const ports = portsOf({ head: { findings, files } });
        const all = JSON.stringify([await gate(request, ports), await recordBaseline(request, ports)]);
        expect(all).toContain('surefoot-plain-secret');
        expect(all).not.toContain(value);
        expect(all).not.toContain(createHash('sha1').update(value).digest('hex'));
        const guesses = [
          value,
          `DB_PASSWORD=${value}`,
          `resource "x" { password = "${value}" }`.replace(/ (?=[p}])/g, '\n'),
        ];
        for (const guess of guesses) {
          expect(all).not.toContain(createHash('sha256').update(guess).digest('hex').slice(0, 32));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is a baseline only of a scan that proves what it says', async () => {
    const good = await recordBaseline(requestOf({}, {}), portsOf(trees));
    expect(good.baseline?.findings).toHaveLength(5);
    const killed = {
      coverage: {
        files: [],
        crashes: [],
        problems: [{ code: 'scanner-killed', scanner: 'trivy' as const, message: 'x' }],
      },
    };
    const bad = await recordBaseline(requestOf({}, {}), portsOf({ head: { scan: killed } }));
    expect(bad).toMatchObject({ baseline: undefined, doubts: [{ code: 'scanner-killed' }] });
  });
});

describe('the SARIF file', () => {
  const findings = [
    trivy('AWS-0107', at('main.tf', 3, 5), { url: 'https://avd.example/AWS-0107' }),
    checkov('CKV_AWS_20', at('s3 bucket/#1.tf', 4, 9)),
    checkov('CKV_AWS_99999', at('main.tf', 8)),
    vulnerability('CVE-2024-1', {
      artifact: { kind: 'image', name: 'localhost:5000/api', reference: 'localhost:5000/api:1' },
    }),
  ];

  it('is one run with a category, each result pointing at its rule, with a severity that GitHub shows', async () => {
    const { sarif } = await run({ head: { findings } });
    const [log, ...others] = sarif.runs;
    expect(others).toEqual([]);
    expect(log?.automationDetails?.id).toBe('surefoot/infra/');
    const rules = log?.tool.driver.rules ?? [];
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const result of log?.results ?? []) {
      expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
    }
    const severities = rules.map(({ id, properties }) => [id, properties?.['security-severity']]);
    expect(severities).toEqual([
      ['AWS-0092', '8.0'],
      ['AWS-0107', '8.0'],
      ['CKV_AWS_99999', undefined],
      ['CVE-2024-1', '8.0'],
    ]);
  });

  it('has paths of the repository as URIs, lines from 1, and fingerprints where uploading makes none', async () => {
    const { sarif } = await run({ head: { findings } });
    const rows = sarif.runs[0]?.results?.map(({ locations, partialFingerprints }) => {
      const place = locations?.[0]?.physicalLocation;
      return [place?.artifactLocation?.uri, place?.region?.startLine, Object.keys(partialFingerprints ?? {}).length];
    });
    expect(rows).toEqual([
      ['image/localhost%3A5000/api', 1, 2],
      ['infra/main.tf', 3, 1],
      ['infra/s3%20bucket/%231.tf', 4, 1],
      ['infra/main.tf', 8, 1],
    ]);
  });

  it('keeps the worst when there are more than GitHub keeps, and says so', async () => {
    const many = Array.from({ length: MOST_RESULTS + 3 }, (_, index) =>
      trivy('AWS-0107', at(`${index}.tf`, 1), { severity: index < 3 ? 'low' : 'high' }),
    );
    const { sarif } = await run({ head: { findings: many } });
    const results = sarif.runs[0]?.results ?? [];
    expect(results).toHaveLength(MOST_RESULTS);
    expect(results.every(({ level }) => level === 'error')).toBe(true);
    expect(JSON.stringify(sarif.runs[0]?.invocations)).toContain('3 findings of lower severity were left out');
  });
});

describe('page and summary', () => {
  it('have the trend once there is one', async () => {
    const first = await run({ head: { findings: [trivy('AWS-0107', at('main.tf', 1))] } });
    const earlier = [
      { ...first.audit, trend: first.audit.trend.map((point) => ({ ...point, at: '2026-11-14T12:00:00.000Z' })) },
    ];
    const { page } = await run({ head: {} }, { earlier });
    const { elements } = readPage(page);
    expect(elements.map(({ attributes }) => attributes.get('aria-label'))).toContain(
      'High and critical findings over time, from 1 to 0',
    );
  });

  it('escape what files and scanners say', async () => {
    const evil = '<img src=x onerror=alert(1)>|`';
    const findings = [trivy('AWS-0107', at(`${evil}.tf`, 1), { title: evil, message: evil, resource: evil })];
    const { page, summary } = await run({ head: { findings } });
    expect(() => readPage(page)).not.toThrow();
    expect(page).not.toContain('<img');
    expect(summary).not.toContain('<img');
    expect(page).toContain('&lt;img');
  });
});
