/** A planned load for people: what `--dry-run` prints. */

import { type PlannedLoad, shownUrl } from './plan.ts';
import { cleanRequestsNeeded, mostBadSupporting, shareOf } from './proof.ts';
import { count, rateText } from './sizing.ts';

/** What k6 writes for a request without tags, through a pipe and never to a disk (measured, k6 2.2.0: 11 lines). */
const STREAM_BYTES = 1900;
/** What a second of the time line takes in the evidence file (200 requests/s with latencies over a decade). */
const EVIDENCE_BYTES = 900;

export function renderLoadPlan(planned: PlannedLoad): string {
  const { request, load, plan, level, probe } = planned;
  const { profile, target, environment } = request;
  const { shape, timeoutSeconds } = load;
  const lines = [
    `profile      ${profile.name}: ${profile.description}${request.compress === 1 ? '' : ` (compressed ×${request.compress})`}`,
    `target       ${shownUrl(planned.url)} (${target.service} in ${environment.name}${environment.protected ? ', protected' : ''})`,
    ...(level === undefined ? [] : [`100 %        ${profile.level}: ${level.formula}`]),
    `rate         ${[shape.startRate, ...shape.stages.map(({ rate, seconds }) => `${rate} (in ${durationText(seconds)})`)].join(' → ')} requests/s`,
    `duration     ${durationText(plan.seconds)}, at most ${durationText(Math.ceil(timeoutSeconds + 5))} more for the last requests`,
    `requests     ${count(plan.arrivals)}${probe === undefined ? '' : `, and ${count(probe.shape.startRate * plan.seconds)} of the probe`}; at most ${rateText(plan.rate)}`,
    `virtual users ${count(plan.virtualUsers)}${load.virtualUsers === undefined ? ` = ⌈${plan.rate} × ${timeoutSeconds} s (time-out) × 1.1⌉ + ⌈${plan.rate} ÷ 4⌉ + 10` : ' as the profile says; fewer than could be needed, so that requests may be dropped'}`,
    `data         about ${bytesText(plan.arrivals * STREAM_BYTES)} from k6 through a pipe, none of it kept; about ${bytesText(plan.seconds * EVIDENCE_BYTES)} of evidence`,
    ...provesLines(planned),
    ...planned.refusals.map(({ message }) => `refused      ${message}`),
  ];
  return lines.join('\n');
}

/** What so many requests can support. */
function provesLines({ request, plan }: PlannedLoad): string[] {
  if (request.profile.judge === 'every-request') {
    return ['can prove    nothing about a target: it passes when every request is answered well'];
  }
  if (request.profile.judge === 'capacity') {
    const promised = request.target.capacity?.requestsPerSecond;
    const held = promised === undefined ? '' : `, held against ${rateText(promised)}`;
    return [`can find     the most good answers per second, up to ${rateText(plan.rate)}${held}; it proves no SLO`];
  }
  if (request.objectives.length === 0) {
    return ['can prove    nothing: the service has no SLO in surefoot.yml'];
  }
  return request.objectives.map(({ name, budget }) => {
    const needed = cleanRequestsNeeded(budget);
    const most = mostBadSupporting(budget, plan.arrivals);
    const share = `${Number(((1 - shareOf(budget)) * 100).toPrecision(6))} %`;
    const needs = Number.isFinite(needed)
      ? `needs ${count(needed)} requests without a bad one`
      : 'cannot be proven by any number of requests';
    return most < 0
      ? `cannot prove ${name}: ${share} at 95 % ${needs}`
      : `can prove    ${name}: ${share} at 95 %, with at most ${count(most)} bad requests (it ${needs})`;
  });
}

function durationText(seconds: number): string {
  if (seconds < 120) {
    return `${seconds} s`;
  }
  return seconds < 7200 ? `${Number((seconds / 60).toFixed(1))} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}

function bytesText(bytes: number): string {
  const [factor, unit] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'KB'];
  return `${Number((bytes / factor).toPrecision(2))} ${unit}`;
}
