/** docs/guides/chaos-rules.md is the table of rules in the code, and every rule is shown by a test to find something. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/operations/chaos/check/rules.ts';

const FOLDER = 'test/operations/chaos/check';
const SEVERITIES = { error: 'error', warning: 'warning', either: 'error or warning' } as const;

describe('the rules of the check', () => {
  it('stand in the guide as they are in the code (npx vitest run test/docs/chaos-rules.test.ts -u writes them)', async () => {
    const rows = Object.entries(RULES)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([id, { severity, finds }]) => `| \`${id}\` | ${SEVERITIES[severity]} | ${finds} |`);
    const page = [
      '# The rules for experiments',
      '',
      '`surefoot check` names the rule behind each problem. An *error* is what AWS or surefoot would refuse; a *warning* is what AWS would accept',
      'and you would regret, and does not make the check fail. [The guide](chaos.md) says how experiments are written.',
      '',
      '| rule | is an | when there is |',
      '|---|---|---|',
      ...rows,
      '',
    ];
    await expect(page.join('\n')).toMatchFileSnapshot('../../docs/guides/chaos-rules.md');
  });

  it('are each seen to find something in a test', () => {
    const tests = readdirSync(FOLDER)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(path.join(FOLDER, name), 'utf8'))
      .join('\n');
    const unseen = Object.keys(RULES).filter(
      (id) => !new RegExp(`(?:error|warning) ${id}\\b|'${id} |'${id}'`).test(tests),
    );
    expect(unseen).toEqual([]);
  });
});
