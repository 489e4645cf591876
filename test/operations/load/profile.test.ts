import { describe, expect, it } from 'vitest';
import { looksLikeProfile, readProfile } from '../../../src/operations/load/profile.ts';

const GOOD = `apiVersion: surefoot/v1
kind: LoadProfile
name: evening
description: The hour after the news
level: peak
start: 10%
stages:
  - { duration: 5m, target: 100% }
  - { duration: 0s, target: 7 }
judge: objectives
abort: { window: 30s, burnRate: 50 }
probe: { requestsPerSecond: 20, timeout: 2s }
timeout: 4s
virtualUsers: 900
headers: { Authorization: "Bearer {env:TOKEN}" }
`;

/** Where `needle` stands, 1-based. */
function placeOf(text: string, needle: string): [number, number] {
  const before = text.slice(0, text.indexOf(needle)).split('\n');
  return [before.length, (before.at(-1) ?? '').length + 1];
}

describe('a profile', () => {
  it('says all that it can', () => {
    const { profile, problems } = readProfile(GOOD, 'evening.yml');
    expect(problems).toEqual([]);
    expect(profile).toEqual({
      name: 'evening',
      file: 'evening.yml',
      description: 'The hour after the news',
      level: 'peak',
      start: { kind: 'share', ofLevel: 0.1 },
      stages: [
        { seconds: 300, target: { kind: 'share', ofLevel: 1 } },
        { seconds: 0, target: { kind: 'fixed', perSecond: 7 } },
      ],
      judge: 'objectives',
      abort: { windowSeconds: 30, burnRate: 50 },
      probe: { requestsPerSecond: 20, timeoutSeconds: 2 },
      timeoutSeconds: 4,
      virtualUsers: 900,
      headers: { Authorization: 'Bearer {env:TOKEN}' },
    });
  });

  it('is known from its kind, right or wrong otherwise', () => {
    expect(looksLikeProfile(GOOD)).toBe(true);
    expect(looksLikeProfile('apiVersion: surefoot/v1\nkind: Platform\n')).toBe(false);
  });

  it.each([
    [
      'a breakpoint that never stops',
      'judge: objectives\nabort: { window: 30s, burnRate: 50 }',
      'judge: capacity',
      /judge is capacity, but nothing says when the service has broken/,
      /^judge: objectives, or add abort: /,
    ],
    [
      'a rate of a half',
      'target: 7',
      'target: 0.5',
      /must be a share of the level .* not "0\.5"/,
      /^target: 1, or a share such as 10%/,
    ],
    ['a rate without a number', 'target: 100%', 'target: lots', /not "lots"/, /^target: 100%$/],
    ['a duration without a unit', 'duration: 5m', 'duration: 300', /a duration with its unit/, /300s \(seconds\)/],
    [
      'a fraction of a second',
      'duration: 5m',
      'duration: 1500ms',
      /is 1\.5 s, but must be whole seconds/,
      /^duration: 2s$/,
    ],
    ['a level that is none', 'level: peak', 'level: max', /one of average, peak, capacity/, /^level: /],
    ['a key that is misspelt', 'stages:', 'stage:', /is not a key that is known here/, /^stages instead of stage$/],
    ['another judgement', 'judge: objectives', 'judge: slo', /every-request, objectives, capacity/, /^judge: /],
    [
      'a probe like a load',
      'requestsPerSecond: 20',
      'requestsPerSecond: 2000',
      /from 1 to 200/,
      /^requestsPerSecond: 20$/,
    ],
    ['a header with a blank', 'Authorization:', '"A b":', /the name of a header/, /^X-Tenant$/],
  ])('is refused with its place: %s', (_, from, to, message, hint) => {
    const text = GOOD.replace(from, to);
    const { profile, problems } = readProfile(text, 'evening.yml');
    expect(profile).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.hint).toMatch(hint);
    expect(problems[0]?.line).toBe(placeOf(text, to)[0]);
  });

  it('is refused when it makes no request, or takes no time', () => {
    const nothing = readProfile(
      GOOD.replace('start: 10%', 'start: 0').replace('100%', '0').replace('target: 7', 'target: 0'),
      'x.yml',
    );
    expect(nothing.problems.map(({ message }) => message).join()).toMatch(/no request would be made/);
    const atOnce = readProfile(GOOD.replace('5m', '0s'), 'x.yml');
    expect(atOnce.problems.map(({ message }) => message).join()).toMatch(/over at once/);
  });

  it('is refused when it is empty, or two', () => {
    expect(readProfile('', 'x.yml').problems[0]?.message).toBe('the file holds no profile');
    expect(readProfile(`${GOOD}---\n${GOOD}`, 'x.yml').problems[0]).toMatchObject({
      message: 'a second document begins',
      line: 17,
    });
  });
});
