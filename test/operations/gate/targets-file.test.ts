/** Targets of the gate in surefoot.yml: what cannot be judged is refused where it stands. */
import { describe, expect, it } from 'vitest';
import { gateTargets } from '../../../src/operations/gate/targets.ts';
import { parsePlatform } from '../../../src/platform/parse.ts';
import { FULL } from '../../platform/samples.ts';

const TARGET = (changes: Readonly<Record<string, string>> = {}) => {
  const fields = { indicator: 'vulnerability-reduction', comparison: 'gte', value: '90', unit: 'percent', ...changes };
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}`);
  return `${FULL}\n---\napiVersion: surefoot/v1\nkind: Target\nname: gate\n${lines.join('\n')}\n`;
};

describe('a target of the gate', () => {
  it('is taken as it is written', () => {
    const { platform, problems } = parsePlatform(TARGET(), 'surefoot.yml');
    expect(problems).toEqual([]);
    const targets = gateTargets(platform?.targets ?? [], {
      environment: undefined,
      service: undefined,
      reference: true,
    });
    expect(targets[0]).toMatchObject({
      indicator: 'vulnerability-reduction',
      comparison: 'gte',
      value: '90',
      unit: 'percent',
    });
  });

  it.each([
    [{ unit: 'count' }, 'unit: count', /is in percent or ratio/, 'unit: percent'],
    [{ comparison: 'lte' }, 'comparison: lte', /is better when it is larger/, 'comparison: gte'],
    [{ indicator: 'critical-age', comparison: 'lte' }, 'unit: percent', /is in days or hours/, 'unit: days'],
    [
      { indicator: 'new-findings', unit: 'count' },
      'comparison: gte',
      /is better when it is smaller/,
      'comparison: lte',
    ],
  ])('with %j is refused at %j', (changes, at, message, hint) => {
    const text = TARGET(changes);
    const { problems } = parsePlatform(text, 'surefoot.yml');
    expect(problems).toHaveLength(1);
    const line = text.slice(0, text.lastIndexOf(at)).split('\n').length;
    expect(problems[0]).toMatchObject({ line, message: expect.stringMatching(message), hint });
  });
});
