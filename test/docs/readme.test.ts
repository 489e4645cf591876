/** What the README shows works: its platform file goes live when it is pasted, its commands and links exist, its picture can be read. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';
import { surefoot } from '../cli/surefoot.ts';
import { describeWithK6 } from '../measure/k6.ts';

const readme = readFileSync('README.md', 'utf8');
const example = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? '';

describe('the README', () => {
  it('shows a platform file without a problem', () => {
    expect(example.trim().split('\n')).toHaveLength(15);
    expect(readme).toContain('Save these 15 lines as `surefoot.yml`');
    expect(parsePlatform(example, 'surefoot.yml').problems).toEqual([]);
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

  it('names every action there is', () => {
    const named = [...readme.matchAll(/\(actions\/([a-z-]+)\/README\.md\)/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(readdirSync('actions').sort());
  });

  it('has a picture with words for those who do not see it, and colours for a dark page', () => {
    const [, alternative = '', file = ''] = /!\[(.+?)\]\((.+?\.svg)\)/.exec(readme) ?? [];
    const picture = readFileSync(file, 'utf8');
    expect(alternative.length).toBeGreaterThan(40);
    expect(picture).toMatch(/<title .*<desc /s);
    expect(picture).toContain('prefers-color-scheme: dark');
    expect(picture).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });

  it('has scripts behind its npm commands', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm (?:run )?(rehearse|test|bench|prove|build|check|dev|format)\b/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

describeWithK6('the platform of the README, pasted', () => {
  it('goes live in a rehearsal', { timeout: 240_000 }, async () => {
    const cwd = mkdtempSync(path.join(os.tmpdir(), 'surefoot-readme-'));
    try {
      writeFileSync(path.join(cwd, 'surefoot.yml'), example);
      const args = ['rehearse', 'deploy-good', '--config', 'surefoot.yml'];
      expect(readme).toContain(`surefoot ${args.join(' ')}\n`);
      const { code, stdout, stderr } = await surefoot([...args, '--speed', '60', '--json'], { cwd });
      const { verdict, reasons } = JSON.parse(stdout) as { verdict: string; reasons: unknown };
      expect([code, verdict], JSON.stringify(reasons) + stderr).toEqual([0, 'pass']);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
