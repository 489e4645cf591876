import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';

const file = (rehearsal: string, guarded = true) => `apiVersion: surefoot/v1
kind: Platform
name: shop
rehearsal:
${rehearsal}
environments:
  dev: { region: us-west-2, cluster: shop-dev }
  prod: { region: us-west-2, cluster: shop-prod, protected: ${guarded} }
services:
  web: { ecsService: "shop-{environment}", port: 8080 }
`;

const planOf = (rehearsal: string, guarded?: boolean) => {
  const { platform, problems } = parsePlatform(file(rehearsal, guarded), 'surefoot.yml');
  expect(problems).toEqual([]);
  return platform?.rehearsal;
};
const problemsOf = (rehearsal: string) =>
  parsePlatform(file(rehearsal), 'surefoot.yml').problems.map(
    ({ line, message, hint }) => `${line}: ${message} | ${hint}`,
  );

describe('what of a platform is rehearsed', () => {
  it('has scenarios in their order, each with its budget in seconds', () => {
    const plan = planOf('  scenarios: { zone-loss: 45s, deploy-good: 1.5m }\n  scorecards: [dev]');
    expect(Object.entries(plan?.budgets ?? {})).toEqual([
      ['zone-loss', 45],
      ['deploy-good', 90],
    ]);
    expect(plan?.scorecards).toEqual(['dev']);
  });

  it('is held against the targets of what is protected, else of all', () => {
    expect(planOf('  scenarios: { vacuous: 20s }')?.scorecards).toEqual(['prod']);
    expect(planOf('  scenarios: { vacuous: 20s }', false)?.scorecards).toEqual(['dev', 'prod']);
  });

  it('says what is wrong, where, and what to write', () => {
    expect(problemsOf('  scenarios: { deploy-good: 75 }\n  scorecards: [pord]')).toEqual([
      expect.stringMatching(/^5: rehearsal\.scenarios\.deploy-good must be a duration with its unit.* \| .*75s/),
      '6: rehearsal.scorecards[0] is "pord", but the environments here are dev, prod | - prod',
    ]);
    expect(problemsOf('  scenarios: {}')).toEqual([expect.stringContaining('rehearsal.scenarios is empty')]);
    expect(problemsOf('  scorecards: [prod]')).toEqual([expect.stringContaining('rehearsal.scenarios is missing')]);
  });
});
