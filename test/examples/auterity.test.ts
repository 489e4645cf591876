/** examples/auterity: every promise of the platform has a target, with a state and a reason. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../src/operations/scorecard/facts.ts';
import { loadPlatform } from '../../src/platform/load.ts';
import { scorecard, sourceOf } from '../operations/scorecard/samples.ts';

const FACTS = 'examples/auterity/facts.csv';
const { platform, problems } = await loadPlatform('examples/auterity/surefoot.yml');
const NOW = Date.parse('2026-11-16T12:00:00Z');

/** By indicator, as the platform's own text promises them. */
const PROMISES = {
  mttr: '30',
  'failover-success': '100',
  zones: '3',
  'backups-verified': '100',
  'runbook-coverage': '100',
  'vulnerability-reduction': '90',
  'secrets-in-manager': '100',
  'secret-findings': '0',
  'dependencies-scanned': '100',
  'images-pinned': '100',
  'security-incidents': '0',
  utilisation: '80',
  'utilisation-improvement': '20',
  'cost-reduction': '15',
  'cost-elasticity': '1',
  'alert-precision': '90',
  'incidents-found-by-monitoring': '100',
  'routine-work-automated': '90',
  'slo-coverage': '100',
};

describe('examples/auterity', () => {
  it('has no mistake, and every promise as it was made', () => {
    expect(problems).toEqual([]);
    const stated = new Map(platform?.targets.map(({ indicator, value }) => [indicator, value]));
    for (const [indicator, value] of Object.entries(PROMISES)) {
      expect(stated.get(indicator), indicator).toBe(value);
    }
    expect(platform?.objectives.map(({ target }) => target)).toEqual(['0.9995', '0.9995', '0.9995']);
  });

  it('has a state and a reason for each, with the facts that it ships', async () => {
    if (platform === undefined) {
      throw new Error('the example cannot be read');
    }
    const facts = readFacts(await readFile(FACTS, 'utf8'), sourceOf(FACTS), platform, NOW);
    expect(facts.problems).toEqual([]);
    const record = scorecard(platform, { facts: facts.observations }, NOW);
    const rows = record.scorecard?.rows ?? [];
    expect(rows).toHaveLength(platform.targets.length + 3);
    for (const { id, production } of rows) {
      expect(production.reason.message, id).not.toBe('');
    }
    const states = Object.fromEntries(rows.map(({ id, production }) => [id, production.state]));
    expect(states).toMatchObject({
      mttr: 'met',
      'failover-tests': 'met',
      utilisation: 'missed',
      'found-by-monitoring': 'missed',
      'fewer-vulnerabilities': 'unknown',
    });
    expect(record.scorecard?.conflicts.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['one-recovery-breaks', 'zone-loss-caps-utilisation']),
    );
  });
});
