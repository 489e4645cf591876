/** The smoke check: a few requests through the test listener, before any user's request reaches the candidate. */
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { listenerOfRule } from '../../../aws/elbv2/load-balancer-names.ts';
import type { SmokeCheck } from '../../../platform/model/deploy.ts';
import type { Ports } from '../../ports.ts';
import type { LiveService } from '../live.ts';

export interface SmokeResult {
  readonly url: string;
  readonly requests: number;
  /** What went wrong, one line for each request that was not answered as expected. */
  readonly failures: readonly string[];
  readonly slowestSeconds: number;
}

export interface SmokeAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the test listener answers: as configured, else from the listener's load balancer; undefined when there is no test rule. */
export async function smokeAddress(
  smoke: SmokeCheck,
  live: LiveService,
  ports: Ports,
): Promise<SmokeAddress | undefined> {
  const headers = headersFor(live.testRule);
  if (smoke.url !== undefined) {
    return { url: new URL(smoke.path, smoke.url).href, headers };
  }
  const listenerArn = live.testRule?.RuleArn === undefined ? undefined : listenerOfRule(live.testRule.RuleArn);
  if (listenerArn === undefined) {
    return undefined;
  }
  const listener = (await ports.aws.elbv2.listeners([listenerArn]))[0];
  const balancer =
    listener?.LoadBalancerArn === undefined
      ? undefined
      : (await ports.aws.elbv2.loadBalancers([listener.LoadBalancerArn]))[0];
  if (listener?.Port === undefined || balancer?.DNSName === undefined) {
    return undefined;
  }
  const scheme = listener.Protocol === 'HTTPS' ? 'https' : 'http';
  return { url: new URL(smoke.path, `${scheme}://${balancer.DNSName}:${listener.Port}`).href, headers };
}

/** Headers that make a request match the rule: those of its http-header and host-header conditions that have no wildcard. */
function headersFor(rule: Rule | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const condition of rule?.Conditions ?? []) {
    const name = condition.Field === 'host-header' ? 'host' : condition.HttpHeaderConfig?.HttpHeaderName;
    const values = condition.HostHeaderConfig?.Values ?? condition.HttpHeaderConfig?.Values ?? condition.Values;
    const value = values?.find((candidate) => !/[*?]/.test(candidate));
    if (name !== undefined && value !== undefined) {
      headers[name] = value;
    }
  }
  return headers;
}

/** Sends the requests side by side and reports every answer that is not the expected one. */
export async function runSmoke(smoke: SmokeCheck, address: SmokeAddress, ports: Ports): Promise<SmokeResult> {
  const numbers = Array.from({ length: smoke.requests }, (_, index) => index + 1);
  const results = await Promise.all(numbers.map((number) => smokeOnce(number, smoke, address, ports)));
  return {
    url: address.url,
    requests: smoke.requests,
    failures: results.map((result) => result.failure).filter((failure) => failure !== undefined),
    slowestSeconds: Math.max(0, ...results.map((result) => result.seconds)),
  };
}

async function smokeOnce(
  number: number,
  smoke: SmokeCheck,
  address: SmokeAddress,
  ports: Ports,
): Promise<{ seconds: number; failure?: string }> {
  try {
    const { url, headers } = address;
    const answer = await ports.http({ url, headers, timeoutMs: smoke.timeoutSeconds * 1000, signal: ports.signal });
    const { seconds } = answer;
    return answer.status === smoke.status
      ? { seconds }
      : { seconds, failure: `request ${number}: ${answer.status} instead of ${smoke.status}` };
  } catch (error) {
    ports.signal.throwIfAborted();
    return { seconds: 0, failure: `request ${number}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
