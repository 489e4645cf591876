/** What deploy-good says to somebody whose own platform cannot show it: why, and what to change. */
import { expect, it } from 'vitest';
import { deployGood } from '../../../src/rehearsal/scenarios/deploy-good.ts';
import type { Evidence, LoadRecord } from '../../../src/report/evidence.ts';

const at = '2026-11-21T10:00:00.000Z';
const LOAD: LoadRecord = {
  name: 'test',
  url: 'http://127.0.0.1/',
  rate: 20,
  timeoutSeconds: 10,
  startedAt: at,
  finishedAt: at,
  judgedUntilSecond: 1,
  totals: { planned: 20, ok: 20, failed: 0, dropped: 0, interrupted: 0 },
  bins: [{ second: 0, planned: 20, ok: 20, failed: {}, dropped: 0, interrupted: 0, latency: [] }],
  generator: { cpu: 0.1, readerCpu: 0.1, latenessMax: 0, exit: '0 (own end)', problems: [] },
};
const COUNTED = { requestCount: 20, target2xx: 20, target3xx: 0, target4xx: 0, target5xx: 0, elb4xx: 0, elb503: 0 };

it('says that nothing was deployed, and that no answer names its revision', () => {
  const operation: Evidence = {
    version: 'surefoot/evidence/v1',
    operation: 'deploy',
    title: 'test',
    subject: { platform: 'p', environment: 'dev', service: 's' },
    rehearsal: true,
    speed: 20,
    startedAt: at,
    finishedAt: at,
    verdict: 'pass',
    reasons: [{ code: 'nothing-to-change', message: 'api already runs this' }],
    ...{ measurements: [], events: [], checks: [], series: [], parts: [], tools: [] },
  };
  const checks = deployGood.judge({ operation, load: LOAD, balancer: COUNTED });
  expect(checks.find(({ name }) => name === 'candidate went live')).toMatchObject({
    verdict: 'fail',
    observed: 'no deployment: api already runs this',
  });
  expect(checks.find(({ name }) => name === 'traffic moved to the candidate')).toMatchObject({
    verdict: 'inconclusive',
    observed: expect.stringContaining('let the service send SUREFOOT_REVISION'),
  });
});
