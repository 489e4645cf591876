import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globToRegExp, matchesEverything } from '../../../src/operations/gate/waivers/glob.ts';
import { readWaivers } from '../../../src/operations/gate/waivers/waiver-file.ts';
import { applyWaivers } from '../../../src/operations/gate/waivers/waivers.ts';
import { at, checkov, listOf, TODAY, trivy, vulnerability } from './samples.ts';

const FILE = '.trivyignore.yaml';

function waiver(changes: Readonly<Record<string, string | undefined>> = {}, section = 'misconfigurations'): string {
  const fields = {
    id: 'CKV_AWS_24',
    paths: '[infra/main.tf]',
    expired_at: '2027-01-31',
    owner: 'team-a',
    statement: 'only through the VPN',
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  return `${section}:\n  - ${lines.join('\n    ')}\n`;
}

const read = (text: string) => readWaivers(text, FILE, TODAY);

describe('a waiver file', () => {
  it('is read with the place of each entry', () => {
    expect(read(`# ours\n${waiver({ ticket: 'SEC-1', id: 'AVD-AWS-0107' })}`)).toEqual({
      problems: [],
      waivers: [
        {
          kind: 'misconfiguration',
          id: 'AWS-0107',
          owner: 'team-a',
          statement: 'only through the VPN',
          expiredAt: '2027-01-31',
          paths: ['infra/main.tf'],
          purls: [],
          ticket: 'SEC-1',
          file: FILE,
          line: 3,
        },
      ],
    });
  });

  it('may be empty, and may have licences, which only Trivy reads', () => {
    for (const text of ['', '# nothing yet\n', 'misconfigurations:\n', 'licenses:\n  - id: MIT\n']) {
      expect(read(text)).toEqual({ waivers: [], problems: [] });
    }
  });

  it.each([
    ['no owner', waiver({ owner: undefined }), /misconfigurations\[0\]\.owner is missing/, 'owner: team-platform', 2],
    ['no statement', waiver({ statement: undefined }), /statement is missing/, /^statement: /, 2],
    ['no expiry', waiver({ expired_at: undefined }), /expired_at is missing/, 'expired_at: 2027-01-31', 2],
    ['no place', waiver({ paths: undefined }), /paths is missing/, 'paths: [infra/network.tf]', 2],
    ['an expiry that is no day', waiver({ expired_at: 'never' }), /must be a day/, 'expired_at: 2027-01-31', 4],
    [
      'an expiry far ahead',
      waiver({ expired_at: '2099-01-01' }),
      /more than 366 days ahead/,
      'expired_at: 2027-02-19',
      4,
    ],
    ['every file', waiver({ paths: '["**/*"]' }), /which is every file/, '- infra/network.tf', 3],
    ['a misspelt key', waiver({ expires: 'x' }), /expires is not a key/, /expired_at|one of/, 7],
    ['a package that is none', waiver({ purls: '[lodash]' }), /must be a package URL/, '- pkg:npm/lodash', 7],
  ])('with %s is told where and what to write, and the waiver does not hold', (_, text, message, hint, line) => {
    const { waivers, problems } = read(text);
    expect(waivers).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.hint).toEqual(typeof hint === 'string' ? hint : expect.stringMatching(hint));
    expect(problems[0]?.line).toBe(line);
  });

  it('loses only the entry that is wrong', () => {
    const second = waiver({ id: 'CKV_AWS_20' }).replace('misconfigurations:\n', '');
    const { waivers, problems } = read(waiver({ owner: undefined }) + second);
    expect(waivers.map(({ id }) => id)).toEqual(['CKV_AWS_20']);
    expect(problems).toHaveLength(1);
  });

  it('waives nothing when it is no YAML, never throwing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(read(text).waivers).toEqual([]);
      }),
    );
  });
});

describe('what a waiver covers', () => {
  const findings = listOf([
    checkov('CKV_AWS_24', at('infra/main.tf', 1)),
    trivy('AWS-0107', at('infra/other.tf', 1)),
    vulnerability('CVE-2019-10744'),
  ]);
  const covered = (text: string, today = TODAY) => {
    const { byFinding, uses } = applyWaivers(findings, read(text).waivers, today);
    return {
      rules: findings.filter(({ id }) => byFinding.has(id)).map(({ location }) => location?.file),
      states: uses.map(({ state }) => state),
    };
  };

  it('is by any name of the rule, in its paths only', () => {
    expect(covered(waiver()).rules).toEqual(['infra/main.tf']);
    expect(covered(waiver({ id: 'AWS-0107' })).rules).toEqual(['infra/main.tf']);
    expect(covered(waiver({ id: 'AVD-AWS-0107', paths: '["infra/*.tf"]' })).rules).toEqual([
      'infra/main.tf',
      'infra/other.tf',
    ]);
    expect(covered(waiver({ paths: '[main.tf]' })).rules).toEqual([]);
  });

  it('is of its own kind', () => {
    expect(covered(waiver({}, 'secrets')).rules).toEqual([]);
  });

  it('is by package, with or without its version', () => {
    const cve = (purls: string) =>
      covered(waiver({ id: 'CVE-2019-10744', paths: undefined, purls }, 'vulnerabilities')).rules;
    expect(cve('[pkg:npm/lodash]')).toEqual(['package-lock.json']);
    expect(cve('["pkg:npm/lodash@4.17.4"]')).toEqual(['package-lock.json']);
    expect(cve('["pkg:npm/lodash@4.17.5"]')).toEqual([]);
    expect(cve('[pkg:npm/underscore]')).toEqual([]);
  });

  it('ends at the start of its day, as in Trivy', () => {
    const text = waiver({ expired_at: '2026-12-01' });
    expect(covered(text, '2026-11-30')).toEqual({ rules: ['infra/main.tf'], states: ['ends-soon'] });
    expect(covered(text, '2026-12-01')).toEqual({ rules: [], states: ['expired'] });
    expect(covered(text, '2026-11-01').states).toEqual(['holds']);
  });
});

describe('patterns', () => {
  it.each([
    ['infra/*.tf', ['infra/a.tf'], ['infra/x/a.tf', 'infra/a.tfx', 'a.tf']],
    ['**/a.tf', ['a.tf', 'x/a.tf', 'x/y/a.tf'], ['b.tf', 'xa.tf']],
    ['infra/**', ['infra/a', 'infra/x/y'], ['infra', 'infrax/a']],
    ['./a.{tf,json}', ['a.tf', 'a.json'], ['a.yaml']],
    ['a?[0-9].tf', ['ab1.tf'], ['ab.tf', 'a/1.tf']],
    ['a+b(c).tf', ['a+b(c).tf'], ['aab(c).tf']],
  ])('%s', (pattern, yes, no) => {
    const matcher = globToRegExp(pattern);
    expect(yes.filter((path) => !matcher.test(path))).toEqual([]);
    expect(no.filter((path) => matcher.test(path))).toEqual([]);
  });

  it('that match everything are known', () => {
    expect(['**', '**/*', '/**', '{**,a}'].filter((pattern) => !matchesEverything(pattern))).toEqual([]);
    expect(['infra/**', '*.tf', '*'].filter(matchesEverything)).toEqual([]);
  });
});
