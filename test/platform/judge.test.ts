import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';
import { edit, FULL } from './samples.ts';

const CANARY = 'canary: { percent: 2.5, bake: 15m }';
const read = (judge: string, text = FULL) =>
  parsePlatform(edit(text, CANARY, `${CANARY}, judge: ${judge}`), 'surefoot.yml');

describe('deploy.judge', () => {
  it('has a default for everything but the objective', () => {
    const parsed = read('{ objective: availability }');
    expect(parsed.platform?.services['web']?.inEnvironment['prod']?.deploy.judge).toEqual({
      objective: 'availability',
      latency: undefined,
      slowerThanSeconds: undefined,
      alpha: 0.01,
      beta: 0.05,
      margin: 0.25,
      burnRate: 1,
      warmUpSeconds: 60,
      horizonSeconds: 1200,
      onInconclusive: 'roll-back',
    });
  });

  it('takes a threshold of its own for slow requests', () => {
    const parsed = read('{ objective: availability, slowerThan: 750ms }');
    const { judge } = parsed.platform?.services['web']?.inEnvironment['prod']?.deploy ?? {};
    expect(judge).toMatchObject({ latency: undefined, slowerThanSeconds: 0.75 });
  });

  it.each([
    ['{ alpha: 0.01 }', /judge names no objective/, 'objective: availability'],
    ['{ objective: availabilty }', /no objective of availability of web/, 'availability'],
    ['{ objective: availability, latency: availability }', /no objective of latency of web/, 'an SLO document'],
    ['{ objective: availability, latency: availability, slowerThan: 3s }', /no objective of latency of web/, 'an SLO'],
    ['{ objective: availability, slowerThan: 3 }', /slowerThan must be a duration with its unit/, '3s'],
    ['{ objective: availability, alpha: 0 }', /alpha must be a number above 0, at most 0.5/, 'alpha: 0.01'],
    ['{ objective: availability, margin: -1 }', /margin must be a number from 0 to 10/, 'margin: 0.25'],
    ['{ objective: availability, horizon: 2d }', /judge may take 173040 s/, 'a shorter horizon'],
    ['{ objective: availability, onInconclusive: maybe }', /one of roll-back, hold, promote/, 'roll-back'],
  ])('refuses %s where it stands', (judge, message, hint) => {
    const parsed = read(judge);
    const [problem] = parsed.problems;
    expect(problem?.message).toMatch(message);
    expect(problem?.hint).toContain(hint);
    expect(problem?.line).toBe(FULL.split('\n').findIndex((line) => line.includes(CANARY)) + 1);
  });

  it('is refused where only one revision has traffic', () => {
    const parsed = read('{ objective: availability }', edit(FULL, 'strategy: CANARY, ', ''));
    expect(parsed.platform).toBeUndefined();
    expect(parsed.problems.map(({ message }) => message).join()).toMatch(/judge compares two revisions/);
  });
});
