/** What the README shows works: its platform file is valid, its commands and links exist. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';
import { surefoot } from '../cli/surefoot.ts';

const readme = readFileSync('README.md', 'utf8');

describe('the README', () => {
  it('shows a platform file without a problem', () => {
    const yaml = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? '';
    expect(yaml.split('\n').length).toBeLessThanOrEqual(17);
    expect(parsePlatform(yaml, 'surefoot.yml').problems).toEqual([]);
  });

  it('names commands that exist', async () => {
    const { stdout } = await surefoot(['--help']);
    const named = [...readme.matchAll(/`surefoot ([a-z-]+)/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(4);
    for (const command of named) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
  });

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });

  it('has scripts behind its npm commands', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm (?:run )?(rehearse|test|bench|prove|build|check|dev|format)\b/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
