import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFindings } from '../../../src/operations/gate/compare.ts';
import type { RawFinding } from '../../../src/operations/gate/findings/finding.ts';
import { purlWithoutVersion } from '../../../src/operations/gate/findings/list.ts';
import { readEpss, readKnownExploited } from '../../../src/operations/gate/findings/overlays.ts';
import { at, checkov, listOf, secret, trivy, vulnerability } from './samples.ts';

const OPEN_PORT = (name: string) => `resource "aws_security_group" "${name}" {
  ingress {
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;

/** How many findings of the second tree are new, moved and known, and how many of the first are gone. */
function compared(before: ReturnType<typeof listOf>, after: ReturnType<typeof listOf>) {
  const { changes, fixed } = compareFindings(before, after);
  const of = (state: string) => [...changes.values()].filter((one) => one === state).length;
  return { new: of('new'), moved: of('moved'), existing: of('existing'), fixed: fixed.length };
}

describe('one problem that two scanners report', () => {
  const both = [
    trivy('AWS-0107', at('main.tf', 2, 6), { resource: 'module.net' }),
    checkov('CKV_AWS_24', at('main.tf', 1, 7), { resource: 'module.net.aws_security_group.a' }),
  ];

  it('is one finding, with both names, the whole address, and the narrower lines', () => {
    const list = listOf(both, { 'main.tf': OPEN_PORT('a') });
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({
      rule: 'AWS-0107',
      names: ['AWS-0107', 'CKV_AWS_24'],
      severity: 'high',
      severitySource: 'trivy',
      resource: 'module.net.aws_security_group.a',
      foundBy: ['trivy', 'checkov'],
      location: { startLine: 2, endLine: 6 },
    });
  });

  it('stays two where lines, file or rule differ', () => {
    const [first, second] = both;
    const apart = [
      [first, { ...second, location: at('main.tf', 7, 9) }],
      [first, { ...second, location: at('other.tf', 1, 7) }],
      [first, { ...second, rule: 'CKV_AWS_23' }],
    ] as RawFinding[][];
    for (const findings of apart) {
      expect(listOf(findings)).toHaveLength(2);
    }
  });

  it('is counted once for each instance', () => {
    const instances = [0, 1].flatMap((index) => [
      trivy('AWS-0107', at('main.tf', 2, 6), { resource: `aws_security_group.a[${index}]` }),
      checkov('CKV_AWS_24', at('main.tf', 1, 7), { resource: `aws_security_group.a[${index}]` }),
    ]);
    const list = listOf(instances);
    expect(list.map(({ resource, foundBy }) => [resource, foundBy.length])).toEqual([
      ['aws_security_group.a[0]', 2],
      ['aws_security_group.a[1]', 2],
    ]);
  });

  it('keeps the name of the Trivy rule when only Checkov reports it', () => {
    expect(listOf([both[1] as RawFinding])[0]).toMatchObject({
      rule: 'AWS-0107',
      severity: 'high',
      severitySource: 'table',
    });
  });

  it('is one secret on overlapping lines, and two when one scanner sees two', () => {
    const here = at('app.env', 1);
    expect(
      listOf([secret('aws-access-key-id', here), secret('CKV_SECRET_2', here, { scanner: 'checkov' })]),
    ).toHaveLength(1);
    expect(listOf([secret('aws-access-key-id', here), secret('aws-secret-access-key', here)])).toHaveLength(2);
  });
});

describe('severity', () => {
  it('is unknown for a rule that nobody has rated', () => {
    expect(listOf([checkov('CKV_AWS_99999', at('main.tf', 1))])[0]).toMatchObject({
      severity: 'unknown',
      severitySource: 'nobody',
    });
  });

  it('comes from the table for Checkov, whose own is never there', () => {
    expect(listOf([checkov('CKV_AWS_62', at('main.tf', 1))])[0]?.severity).toBe('critical');
    expect(listOf([checkov('CKV_AWS_144', at('main.tf', 1))])[0]?.severity).toBe('low');
  });
});

describe('identity', () => {
  const files = { 'main.tf': OPEN_PORT('a') };
  const found = (file: string, line: number, resource: string) =>
    trivy('AWS-0107', at(file, line, line + 6), { resource });

  it('survives fifty lines above it', () => {
    const before = listOf([found('main.tf', 1, 'aws_security_group.a')], files);
    const after = listOf([found('main.tf', 51, 'aws_security_group.a')], {
      'main.tf': '\n'.repeat(50) + OPEN_PORT('a'),
    });
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(compared(before, after)).toEqual({ new: 0, moved: 0, existing: 1, fixed: 0 });
  });

  it('survives a renamed file and a renamed resource as moved', () => {
    const before = listOf([found('main.tf', 1, 'aws_security_group.a')], files);
    const file = listOf([found('network.tf', 1, 'aws_security_group.a')], { 'network.tf': OPEN_PORT('a') });
    const resource = listOf([found('main.tf', 1, 'aws_security_group.b')], { 'main.tf': OPEN_PORT('b') });
    expect(compared(before, file)).toEqual({ new: 0, moved: 1, existing: 0, fixed: 0 });
    expect(compared(before, resource)).toEqual({ new: 0, moved: 1, existing: 0, fixed: 0 });
  });

  it('does not hide a copy elsewhere, nor a second violation at the same address', () => {
    const original = found('main.tf', 1, 'aws_security_group.a');
    const before = listOf([original], files);
    const copy = listOf([original, found('env/main.tf', 1, 'aws_security_group.a')], {
      ...files,
      'env/main.tf': OPEN_PORT('a'),
    });
    const twice = listOf([original, { ...original, location: at('main.tf', 3, 4) }], files);
    expect(compared(before, copy)).toEqual({ new: 1, moved: 0, existing: 1, fixed: 0 });
    expect(compared(before, twice)).toEqual({ new: 1, moved: 0, existing: 1, fixed: 0 });
  });

  it('tells another violation in another file, when the first is fixed, from a moved one', () => {
    const before = listOf([found('main.tf', 1, 'aws_security_group.a')], files);
    const other = listOf([found('b.tf', 1, 'aws_security_group.b')], {
      'b.tf': OPEN_PORT('b').replaceAll('22', '3389'),
    });
    expect(compared(before, other)).toEqual({ new: 1, moved: 0, existing: 0, fixed: 1 });
  });

  it('of a vulnerability outlives an upgrade that does not fix it, and a new tag of an image', () => {
    const [old] = listOf([vulnerability('CVE-2019-10744')]);
    const [upgraded] = listOf([vulnerability('CVE-2019-10744', { version: '4.17.5' })]);
    expect(upgraded?.id).toBe(old?.id);
    const image = (tag: string, version: string) =>
      vulnerability('CVE-2024-1', {
        artifact: { kind: 'image', name: 'acme/api', reference: `acme/api:${tag}` },
        target: `acme/api:${tag} (alpine 3.19)`,
        package: {
          name: 'requests',
          installedVersion: version,
          fixedVersion: undefined,
          purl: `pkg:pypi/requests@${version}`,
          path: `usr/lib/python3/site-packages/requests-${version}.dist-info/METADATA`,
        },
      });
    expect(listOf([image('1', '2.31.0')])[0]?.id).toBe(listOf([image('2', '2.32.0')])[0]?.id);
  });

  it('of a secret differs when the secret does, within a run, and never shows it', () => {
    const one = listOf([secret('generic', at('a.env', 1))], { 'a.env': 'KEY=first-value-1' });
    const two = listOf([secret('generic', at('a.env', 1))], { 'a.env': 'KEY=other-value-2' });
    expect(two[0]?.id).toBe(one[0]?.id);
    expect(compared(one, two)).toEqual({ new: 1, moved: 0, existing: 0, fixed: 1 });
    const moved = listOf([secret('generic', at('b.env', 3))], { 'b.env': '\n\nKEY=first-value-1' });
    expect(compared(one, moved)).toEqual({ new: 0, moved: 1, existing: 0, fixed: 0 });
  });

  it('is different for findings that differ only in their number', () => {
    const list = listOf([1, 5, 9].map((line) => found('main.tf', line, 'aws_security_group.a')));
    expect(new Set(list.map(({ id }) => id)).size).toBe(3);
    expect(new Set(list.map(({ key }) => key)).size).toBe(1);
  });
});

const rawFinding: fc.Arbitrary<RawFinding> = fc
  .record({
    kind: fc.constantFrom('trivy', 'checkov', 'secret', 'vulnerability'),
    rule: fc.nat(3),
    file: fc.constantFrom('main.tf', 'env/a.tf', 'b.yaml'),
    line: fc.integer({ min: 1, max: 12 }),
    length: fc.nat(5),
    resource: fc.constantFrom(undefined, 'aws_s3_bucket.a', 'module.m.aws_s3_bucket.b[0]'),
  })
  .map(({ kind, rule, file, line, length, resource }) => {
    const place = at(file, line, line + length);
    switch (kind) {
      case 'trivy':
        return trivy(['AWS-0107', 'AWS-0088', 'AWS-0131', 'AWS-0001'][rule] ?? '', place, { resource });
      case 'checkov':
        return checkov(['CKV_AWS_24', 'CKV_AWS_19', 'CKV_AWS_8', 'CKV_AWS_777'][rule] ?? '', place, { resource });
      case 'secret':
        return secret('generic', place, { scanner: rule < 2 ? 'trivy' : 'checkov' });
      default:
        return vulnerability(`CVE-2020-${rule}`, { target: file, version: `1.0.${length}` });
    }
  });

const FILES = {
  'main.tf': OPEN_PORT('a').repeat(3),
  'env/a.tf': OPEN_PORT('b').repeat(3),
  'b.yaml': 'a: 1\n'.repeat(20),
};

describe('the list', () => {
  it('does not depend on the order in which findings came', () => {
    fc.assert(
      fc.property(
        fc
          .array(rawFinding, { maxLength: 40 })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(listOf(shuffled, FILES)).toEqual(listOf(all, FILES));
        },
      ),
    );
  });

  it('has unique ids, and against itself nothing new, moved or fixed', () => {
    fc.assert(
      fc.property(fc.array(rawFinding, { maxLength: 40 }), (all) => {
        const list = listOf(all, FILES);
        expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
        expect(compared(list, listOf(all, FILES))).toEqual({ new: 0, moved: 0, existing: list.length, fixed: 0 });
      }),
    );
  });

  it('never has fewer findings than distinct ones of one scanner, nor more than were reported', () => {
    fc.assert(
      fc.property(fc.array(rawFinding, { maxLength: 40 }), (all) => {
        const distinct = (scanner: string) =>
          new Set(all.filter((one) => one.scanner === scanner).map((one) => JSON.stringify(one))).size;
        const list = listOf(all, FILES);
        expect(list.length).toBeGreaterThanOrEqual(Math.max(distinct('trivy'), distinct('checkov')));
        expect(list.length).toBeLessThanOrEqual(new Set(all.map((one) => JSON.stringify(one))).size);
      }),
    );
  });

  it('adds n new findings when n are added: changes balance', () => {
    fc.assert(
      fc.property(fc.array(rawFinding, { maxLength: 30 }), fc.array(rawFinding, { maxLength: 30 }), (before, after) => {
        const [a, b] = [listOf(before, FILES), listOf(after, FILES)];
        const counts = compared(a, b);
        expect(counts.new + counts.moved + counts.existing).toBe(b.length);
        expect(counts.fixed + counts.moved + counts.existing).toBe(a.length);
      }),
    );
  });
});

describe('what others know of a CVE', () => {
  it('is on the finding', () => {
    const knownExploited = readKnownExploited('{"vulnerabilities":[{"cveID":"CVE-2019-10744"}]}', 'kev.json');
    const epss = readEpss('#model_version:v2026\ncve,epss,percentile\nCVE-2019-10744,0.02,0.9\n', 'epss.csv');
    const list = listOf(
      [vulnerability('GHSA-jf85-cpcp-j695', { aliases: ['CVE-2019-10744'] }), vulnerability('CVE-2020-1')],
      {},
      { overlays: { knownExploited, epss } },
    );
    expect(list.map(({ rule, knownExploited: known, epss: score }) => [rule, known, score])).toEqual([
      ['CVE-2019-10744', true, 0.02],
      ['CVE-2020-1', false, undefined],
    ]);
  });

  it('is refused from files that are something else', () => {
    for (const text of ['', '[]', '{"vulnerabilities":[]}', '{"vulnerabilities":[{"id":1}]}']) {
      expect(() => readKnownExploited(text, 'kev.json')).toThrow(/kev\.json.*known_exploited_vulnerabilities\.json/);
    }
    for (const text of ['', 'cve,epss,percentile', 'a,b\n1,2', 'cve,epss,percentile\nCVE-1,high,1']) {
      expect(() => readEpss(text, 'epss.csv')).toThrow(/epss\.csv/);
    }
  });
});

describe('a package URL without its version', () => {
  it.each([
    ['pkg:npm/lodash@4.17.4', 'pkg:npm/lodash'],
    ['pkg:npm/%40angular/core@17.0.0', 'pkg:npm/%40angular/core'],
    ['pkg:apk/alpine/busybox@1.36.1-r15?arch=x86_64&distro=3.19', 'pkg:apk/alpine/busybox'],
    ['pkg:golang/github.com/a/b@v1.0.0#sub/dir', 'pkg:golang/github.com/a/b'],
    ['pkg:npm/lodash', 'pkg:npm/lodash'],
  ])('%s', (purl, expected) => expect(purlWithoutVersion(purl)).toBe(expected));
});
