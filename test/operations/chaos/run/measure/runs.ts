/** Records of runs of an experiment, as earlier runs leave them. */
import { type Evidence, evidenceSchema, type Measurement } from '../../../../../src/report/evidence.ts';

type Rto = readonly [lower: number, upper: number | null];

export const EXPERIMENT = {
  name: 'task-kill',
  file: 'chaos/task-kill.yml',
  spans: [],
  targets: [],
  cost: { dollars: 0, actionMinutes: 0, dollarsPerMinute: 0.1, accounts: 1, estimated: false, asOf: '2026-11-21' },
  policies: [],
};

/** A run of a day of November. */
export function run(day: number, [lower, upper]: Rto, rest: Partial<Evidence> = {}): Evidence {
  const bounds: Partial<Measurement> = upper === null ? { lower } : { lower, upper };
  return evidenceSchema.parse({
    version: 'surefoot/evidence/v1',
    operation: 'chaos-run',
    title: 'task-kill in dev',
    subject: { platform: 'shop', environment: 'dev', service: 'web' },
    rehearsal: false,
    speed: 1,
    startedAt: new Date(Date.UTC(2026, 10, day)).toISOString(),
    finishedAt: new Date(Date.UTC(2026, 10, day, 1)).toISOString(),
    verdict: upper === null ? 'fail' : 'pass',
    reasons: [{ code: 'survived', message: 'survived' }],
    measurements: [
      { indicator: 'rto', value: upper, unit: 's', method: 'single requests', ...bounds },
      { indicator: 'lost-writes', value: 0, n: 100, unit: 'writes', method: 'ledger' },
    ],
    events: [],
    checks: [],
    series: [],
    tools: [],
    experiment: EXPERIMENT,
    ...rest,
  });
}
