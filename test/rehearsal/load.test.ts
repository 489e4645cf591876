/** Loads on the rehearsed service, as a newcomer runs them: what is measured agrees with what is true. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { surefoot } from '../cli/surefoot.ts';
import { describeWithK6 } from '../measure/k6.ts';

async function rehearse(scenario: string): Promise<Evidence> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-rehearse-load-'));
  try {
    const { code, stdout, stderr } = await surefoot(['rehearse', scenario, '--json', '--report-dir', folder]);
    const result = JSON.parse(stdout) as { verdict: string; evidence: string; reasons: unknown };
    expect([code, result.verdict, result.reasons], stderr).toMatchObject([0, 'pass', [{ code: 'as-expected' }]]);
    const [part] = evidenceSchema.parse(JSON.parse(await readFile(result.evidence, 'utf8'))).parts;
    if (part === undefined) {
      throw new Error('the rehearsal has no parts');
    }
    return part;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const measurementOf = ({ measurements }: Evidence, indicator: string) =>
  measurements.find((one) => one.indicator === indicator);
const verdicts = ({ checks }: Evidence, name: RegExp) =>
  checks.filter((one) => name.test(one.name)).map((one) => one.verdict);

describeWithK6('surefoot rehearse', () => {
  it('load-average: targets are met, and both logs are the same', { timeout: 420_000 }, async () => {
    const part = await rehearse('load-average');
    expect(part.load?.totals.planned).toBeGreaterThan(2995);
    expect(part.load?.totals.ok).toBe(part.load?.totals.planned);
    expect(verdicts(part, /balancer's log|CloudWatch/)).toEqual(['pass', 'pass']);
  });

  it('load-spike: what is beyond the capacity is turned away, to the number in both logs', {
    timeout: 420_000,
  }, async () => {
    const part = await rehearse('load-spike');
    expect(part.load?.totals.failed).toBeGreaterThan(100);
    expect(verdicts(part, /balancer's log|CloudWatch|the spike|well before/)).toEqual(['pass', 'pass', 'pass', 'pass']);
  });

  it('load-breakpoint: finds a known capacity within a tenth', { timeout: 420_000 }, async () => {
    const part = await rehearse('load-breakpoint');
    expect(measurementOf(part, 'capacity of the service (truth)')?.value).toBe(40);
    expect(Math.abs((measurementOf(part, 'throughput')?.value ?? 0) / 40 - 1)).toBeLessThanOrEqual(0.1);
  });

  it('load-autoscaling: tasks come, and the time until then is an interval', { timeout: 420_000 }, async () => {
    const part = await rehearse('load-autoscaling');
    const time = measurementOf(part, 'time to scale');
    expect(time?.lower).toBeGreaterThan(0);
    expect(time?.upper).toBeGreaterThan(time?.lower ?? Number.POSITIVE_INFINITY);
    expect(measurementOf(part, 'tasks in service at the end')?.value).toBeGreaterThanOrEqual(3);
    expect(part.events.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['rate above the target', 'first new task in service']),
    );
  });
});
