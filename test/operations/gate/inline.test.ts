import { describe, expect, it } from 'vitest';
import { at, checkov, listOf, secret, trivy } from './samples.ts';

const hidden = (list: ReturnType<typeof listOf>) =>
  list.filter(({ suppressions }) => suppressions.length > 0).map(({ rule }) => rule);

describe('comments that hide findings', () => {
  it.each([
    ['main.tf', '#trivy:ignore:AVD-AWS-0107\nresource "x" "y" {}', ['AWS-0107']],
    ['main.tf', 'a = 1 // tfsec:ignore:aws-ec2-no-public-ingress-sgr', ['aws-ec2-no-public-ingress-sgr']],
    ['main.tf', '# trivy:ignore:AWS-0089 trivy:ignore:AWS-0090[name=a]:exp:2027-01-01', ['AWS-0089', 'AWS-0090']],
    ['main.tf', '#trivy:ignore:*', ['*']],
    ['Dockerfile', '# trivy:ignore:DS-0002\nFROM x@y', ['DS-0002']],
    ['template.yaml', '# trivy:ignore:AWS-0107:exp:2026-11-22', ['AWS-0107']],
    ['template.yaml', '# trivy:ignore:AWS-0107:exp:2026-11-21', []],
    ['values.yaml', 'key: value # pragma: allowlist secret', ['allowlisted-secret']],
    ['main.tf', 'description = "say trivy:ignore:AWS-0107 nowhere"', []],
    ['guide.md', '#trivy:ignore:AWS-0107', []],
  ])('%s: %s', (file, text, expected) => expect(hidden(listOf([], { [file]: text })).sort()).toEqual(expected));

  it('do not take what they hide off the list', () => {
    const skipped = {
      finding: checkov('CKV_AWS_24', at('main.tf', 1, 7)),
      by: 'inline' as const,
      statement: 'never mind',
    };
    const [finding, ...others] = listOf([], {}, { scan: { suppressed: [skipped] } });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rule: 'AWS-0107',
      severity: 'high',
      suppressions: [{ by: 'inline', statement: 'never mind' }],
    });
  });

  it('have the identity of what the other scanner still reports, with the severity of the table', () => {
    const address = { resource: 'aws_security_group.a' };
    const before = listOf([
      trivy('AWS-0107', at('main.tf', 2, 6), address),
      checkov('CKV_AWS_24', at('main.tf', 1, 7), address),
    ]);
    const after = listOf([checkov('CKV_AWS_24', at('main.tf', 2, 8), address)], {
      'main.tf': '# trivy:ignore:AWS-0107\nresource "aws_security_group" "a" {\n}\n',
    });
    expect(after).toHaveLength(1);
    expect(after[0]?.id).toBe(before[0]?.id);
    expect(after[0]).toMatchObject({ severity: 'high', suppressions: [{ scanner: 'trivy', by: 'inline' }] });
  });

  it('about a secret add nothing where a scanner reports it all the same', () => {
    const files = { 'a.yaml': 'key: abc # pragma: allowlist secret' };
    expect(listOf([secret('generic', at('a.yaml', 1))], files)).toMatchObject([{ rule: 'generic', suppressions: [] }]);
  });
});
