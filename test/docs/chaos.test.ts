/** What the guide to chaos shows works: its experiment has no problem, its links exist, its figures are right. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedExperiments } from '../../src/entry/chaos/find-experiment.ts';
import { checkChaosFile } from '../../src/operations/chaos/check/check.ts';
import { PLACEHOLDERS } from '../../src/operations/chaos/experiment/experiment.ts';

const guide = readFileSync('docs/guides/chaos.md', 'utf8');

describe('the guide to chaos', () => {
  it('shows an experiment without a problem', () => {
    const yaml = /```yaml\n(.*?)```/s.exec(guide)?.[1] ?? '';
    const { problems, subjects } = checkChaosFile(yaml, 'guide.yml');
    expect(problems).toEqual([]);
    expect(subjects[0]?.experiment?.name).toBe('backend-task-kill');
  });

  it('links to files that exist, and counts the library right', async () => {
    const links = [...guide.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => path.join('docs/guides', match[1] ?? ''));
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
    expect(guide).toContain(`has ${(await shippedExperiments()).length} to use`);
  });

  it('names every placeholder that there is', () => {
    const list = /`\$\{…\}` stands for[\s\S]*?`surefoot.yml`/.exec(guide)?.[0] ?? '';
    const named = [...list.matchAll(/`([a-z]+)`/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(PLACEHOLDERS).sort());
  });
});
