/** Objectives as k6's thresholds. */
import { describe, expect, it } from 'vitest';
import { thresholdsOf } from '../../../../src/operations/load/export/thresholds.ts';
import { planRun } from '../../../../src/operations/load/plan.ts';
import { parsePlatform } from '../../../../src/platform/parse.ts';
import { platformText, profileOf, requestFor } from '../lab.ts';

const SITE = { url: 'https://shop.example.com', target: '0.999' };
const STEADY = 'start: 40\nstages: [{ duration: 10s, target: 40 }]';

const LATENCY = `---
apiVersion: openslo/v1
kind: SLO
metadata: { name: in-time }
spec:
  service: web
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: surefoot, spec: { indicator: latency, threshold: 1500ms } } }
        total: { metricSource: { type: surefoot, spec: { indicator: requests } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.95 }]
`;

function thresholds(lines: string, parallelism = 1) {
  const { platform } = parsePlatform(`${platformText(SITE)}${LATENCY}`, 'surefoot.yml');
  const objectives = platform?.objectives ?? [];
  return thresholdsOf(planRun(requestFor(SITE, profileOf(lines), { objectives })), parallelism);
}

describe('the thresholds of an exported load', () => {
  it('are the objectives as they were written, each by a metric of its own', () => {
    const { objectives, thresholds: found } = thresholds(STEADY);
    expect(objectives).toEqual([
      { metric: 'objective_1_availability', withinMs: null },
      { metric: 'objective_2_in_time', withinMs: 1500 },
    ]);
    expect(found['objective_1_availability']).toEqual(['rate>=0.999']);
    expect(found['objective_2_in_time']).toEqual(['rate>=0.95']);
  });

  it('ask for every request of the smallest part, and for none that was dropped', () => {
    expect(thresholds(STEADY, 3).thresholds).toMatchObject({
      requests_ended: ['count>=133'],
      dropped_iterations: ['count==0'],
    });
  });

  it('stop a load that fails beyond the limit of its profile, though since its start', () => {
    const { thresholds: found } = thresholds(`${STEADY}\nabort: { window: 30s, burnRate: 100 }`);
    expect(found['answered_well']).toEqual([{ threshold: 'rate>=0.9', abortOnFail: true, delayAbortEval: '30s' }]);
    const { thresholds: most } = thresholds(`${STEADY}\nabort: { window: 1m, burnRate: 9000 }`);
    expect(most['answered_well']).toMatchObject([{ threshold: 'rate>=0.5' }]);
  });

  it('ask for every answer, and nothing of the objectives, where every request is judged', () => {
    const { thresholds: found } = thresholds(`${STEADY}\njudge: every-request`);
    expect(Object.keys(found).sort()).toEqual(['answered_well', 'dropped_iterations', 'requests_ended']);
    expect(found['answered_well']).toEqual(['rate==1']);
  });
});
