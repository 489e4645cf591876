/** What the tests of the operations share: CloudWatch with its operations, and a load balancer with two target groups. */
import { afterEach, expect } from 'vitest';
import { type CloudWatch, createCloudWatch } from '../../../../src/rehearsal/cloudwatch/cloudwatch.ts';
import { call, DAY_START, settableClock } from '../fixtures.ts';

const opened: CloudWatch[] = [];
afterEach(() => {
  for (const cloudwatch of opened.splice(0)) {
    cloudwatch.stop();
  }
});

/** A CloudWatch of its own, whose clock stands at `second`; it is stopped after the test. */
export function open(second = DAY_START + 600) {
  const { clock, set } = settableClock(second);
  const cloudwatch = createCloudWatch({ clock, region: 'ca-central-1', accountId: '000000000000' });
  opened.push(cloudwatch);
  const perform = <Output>(name: string, input: object) => call<Output>(cloudwatch.module.operations, name, input);
  return { cloudwatch, set, perform };
}

/** So many seconds after DAY_START. */
export const at = (second: number) => new Date((DAY_START + second) * 1000);
export const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
export const metric = (MetricName: string, dimensions: Readonly<Record<string, string>> = {}) => ({
  Namespace: 'AWS/ApplicationELB',
  MetricName,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});
export const LB = { LoadBalancer: 'app/web/1' };
export const BLUE = { ...LB, TargetGroup: 'targetgroup/blue/2' };
export const GREEN = { ...LB, TargetGroup: 'targetgroup/green/3' };
