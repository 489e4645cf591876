import { describe, expect, it } from 'vitest';
import {
  type CheckOutcome,
  compileMatcher,
  type Health,
  INITIAL_HEALTH,
  nextHealth,
} from '../../../src/rehearsal/world/balancer/health.ts';

const thresholds = { healthyThreshold: 3, unhealthyThreshold: 2 };
const pass: CheckOutcome = { passed: true };
const fail: CheckOutcome = { passed: false, reason: 'Target.Timeout', description: 'Request timed out' };
const other: CheckOutcome = { passed: false, reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };

const healthAfter = (...outcomes: CheckOutcome[]): Health =>
  outcomes.reduce((health, outcome) => nextHealth(health, outcome, thresholds), INITIAL_HEALTH);

describe('nextHealth', () => {
  it('makes a new target healthy after one passed check, also when one failed before', () => {
    expect(healthAfter(pass)).toEqual({ state: 'healthy', streak: 0 });
    expect(healthAfter(fail, pass).state).toBe('healthy');
  });

  it('keeps a new target initial until the unhealthy threshold', () => {
    expect(healthAfter(fail)).toMatchObject({ state: 'initial', reason: 'Elb.InitialHealthChecking' });
    expect(healthAfter(fail, fail)).toMatchObject({ state: 'unhealthy', reason: 'Target.Timeout' });
  });

  it('forgets single failures of a healthy target', () => {
    expect(healthAfter(pass, fail, pass, fail, pass).state).toBe('healthy');
    expect(healthAfter(pass, fail, fail).state).toBe('unhealthy');
  });

  it('wants the healthy threshold in a row to bring a target back', () => {
    expect(healthAfter(fail, fail, pass, pass).state).toBe('unhealthy');
    expect(healthAfter(fail, fail, pass, pass, fail, pass, pass).state).toBe('unhealthy');
    expect(healthAfter(fail, fail, pass, pass, pass).state).toBe('healthy');
  });

  it('names the latest reason', () => {
    expect(healthAfter(fail, fail, other)).toMatchObject({ state: 'unhealthy', reason: 'Target.FailedHealthChecks' });
  });
});

describe('compileMatcher', () => {
  it.each([
    ['200', [200], [199, 201]],
    ['200,202', [200, 202], [201]],
    ['200-299', [200, 250, 299], [199, 300]],
    ['200-204,301, 404', [204, 301, 404], [205, 302]],
  ])('%s', (text, yes, no) => {
    const matches = compileMatcher(text);
    expect(yes.every(matches)).toBe(true);
    expect(no.some(matches)).toBe(false);
  });
});
