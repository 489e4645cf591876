/** A release's commit gets into every example, and nowhere else. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesWithExamples, pinned, UNRELEASED } from '../../scripts/pin-examples.mjs';
import { COPIES } from './support/files.ts';

const release = { repository: 'acme/surefoot', commit: 'a'.repeat(40), tag: 'v1.2.3' };
const zero = `${UNRELEASED.repository}/actions/deploy@${UNRELEASED.commit} # v0.1.0`;

describe('the pinning of examples', () => {
  it('writes repository, commit and tag', () => {
    expect(pinned(`uses: ${zero}\n`, release)).toBe(`uses: acme/surefoot/actions/deploy@${'a'.repeat(40)} # v1.2.3\n`);
    expect(pinned(`uses: ${UNRELEASED.repository}@${UNRELEASED.commit} # v0.1.0`, release)).toBe(
      `uses: acme/surefoot@${'a'.repeat(40)} # v1.2.3`,
    );
  });

  it('goes from one release to the next', () => {
    const next = { ...release, commit: 'b'.repeat(40), tag: 'v1.3.0' };
    expect(pinned(pinned(zero, release), next)).toBe(pinned(zero, next));
  });

  it('writes the commit into the source of the Terraform module', () => {
    const source = (name: string, commit: string) =>
      `git::https://github.com/${name}.git//infra/github-oidc?ref=${commit}`;
    const before = source(UNRELEASED.repository, UNRELEASED.commit);
    expect(pinned(before, release)).toBe(source('acme/surefoot', release.commit));
    const files = ['docs/guides/oidc.md', 'infra/github-oidc/README.md'];
    expect(files.filter((file) => pinned(readFileSync(file, 'utf8'), release) === readFileSync(file, 'utf8'))).toEqual(
      [],
    );
  });

  it('leaves other repositories alone', () => {
    const other = `github.com/myacme/surefoot.git//a?ref=${'c'.repeat(40)} actions/checkout@${'c'.repeat(40)} # v7.0.1\nmyacme/surefoot@${'c'.repeat(40)} # v1.0.0`;
    expect(pinned(other, release)).toBe(other);
  });

  it('finds every workflow to copy, and each has an example to pin', async () => {
    const files = await filesWithExamples();
    expect(files).toEqual(expect.arrayContaining(['README.md', 'infra/github-oidc/README.md', ...COPIES]));
    const unchanged = COPIES.filter((file) => {
      const text = readFileSync(file, 'utf8');
      return pinned(text, release) === text;
    });
    expect(unchanged).toEqual([]);
  });
});
