import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';
import { edit, FULL, MINIMAL } from './samples.ts';

/** Everything, with this policy. */
const withPolicy = (policy: string) => edit(FULL, '      bake: 5m', `      bake: 5m\n      errorBudget: ${policy}`);

const policyOf = (text: string) => {
  const { platform, problems } = parsePlatform(text, 'surefoot.yml');
  return { policy: platform?.services['web']?.inEnvironment['dev']?.deploy.errorBudget, problems };
};

describe('deploy.errorBudget', () => {
  it('warns where nothing is said, and is what is written where something is', () => {
    expect(policyOf(MINIMAL).policy).toBe('warn');
    expect(policyOf(withPolicy('off')).policy).toBe('off');
    expect(policyOf(withPolicy('require')).policy).toBe('require');
  });

  it('cannot be required of a service without an objective', () => {
    const { policy, problems } = policyOf(`${MINIMAL}    deploy: { errorBudget: require }\n`);
    expect(policy).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/errorBudget is require, which needs an error budget, but no SLO of web/);
    expect(problems[0]?.hint).toMatch(/an SLO document of web, or errorBudget: off/);
  });

  it('refuses another word', () => {
    expect(policyOf(withPolicy('strict')).problems[0]?.message).toMatch(/must be one of require, warn, off/);
  });
});
