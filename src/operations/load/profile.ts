/** A profile: the shape of a load as data, in k6's and Grafana's words (grafana.com/docs/k6, "Load test types"), sized when it is used. */
import type { z } from 'zod';
import { parseDuration } from '../../platform/duration.ts';
import { Findings } from '../../platform/findings.ts';
import type { Problem } from '../../platform/problems.ts';
import { sortProblems } from '../../platform/problems.ts';
import {
  choice,
  duration,
  listOf,
  mapOf,
  name,
  positiveNumber,
  section,
  shown,
  text,
  wholeNumber,
} from '../../platform/schema/fields.ts';
import { readOneDocument } from '../../platform/source.ts';
import { resolveScaling, type ScalingField, scalingField } from './scaling/field.ts';

export const PROFILE_VERSION = 'surefoot/v1';
export const PROFILE_KIND = 'LoadProfile';

/** What 100 % is. */
export const LEVELS = ['average', 'peak', 'capacity'] as const;
export type Level = (typeof LEVELS)[number];

/** An arrival rate: a share of the level, or requests per second. */
export type Rate =
  | { readonly kind: 'share'; readonly ofLevel: number }
  | { readonly kind: 'fixed'; readonly perSecond: number };

export interface ProfileStage {
  readonly seconds: number;
  readonly target: Rate;
}

/** How the verdict is found; see `judge.ts`. */
export type Judgement = 'every-request' | 'objectives' | 'capacity';

export interface Profile {
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly level: Level;
  readonly start: Rate;
  readonly stages: readonly ProfileStage[];
  readonly judge: Judgement;
  /** Stop when within so many seconds errors burn the budget so many times too fast. */
  readonly abort: { readonly windowSeconds: number; readonly burnRate: number } | undefined;
  /** Requests from outside, each over a new connection, beside the load: a second view of an outage. */
  readonly probe: { readonly requestsPerSecond: number; readonly timeoutSeconds: number } | undefined;
  /** Undefined: what the service uses and costs is not watched. */
  readonly scaling?: ScalingField | undefined;
  /** Of a request; undefined: the service's own. */
  readonly timeoutSeconds: number | undefined;
  readonly virtualUsers: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LoadedProfile {
  readonly profile: Profile | undefined;
  readonly problems: readonly Problem[];
}

const RATE = /^(?:\d{1,5}|\d{1,4}(?:\.\d{1,2})?%)$/;

/** `150%`, or a whole number of requests per second. */
function rate(description: string, example: string) {
  const rule = 'a share of the level (150%), or a whole number of requests per second';
  return text(description, { example, pattern: RATE, rule, advice: rateAdvice });
}

function rateAdvice(input: unknown): string | undefined {
  const number = Number(input);
  if (Number.isFinite(number) && number > 0 && !Number.isInteger(number)) {
    return `${Math.max(1, Math.round(number))}, or a share such as 10%: k6 makes whole numbers of requests per second`;
  }
  return undefined;
}

const stage = section(
  'Stage',
  'A stretch of time in which the rate goes in a straight line to its target.',
  {
    duration: duration('How long; whole seconds. 0s is a jump.', { minimum: '0s', maximum: '3d', example: '5m' }),
    target: rate('The rate at its end.', '100%'),
  },
  '{ duration: 5m, target: 100% }',
);

const profileSchema = section('LoadProfile', 'The shape of a load.', {
  apiVersion: choice('Version of this format.', [PROFILE_VERSION], { example: PROFILE_VERSION }),
  kind: choice('Kind of document.', [PROFILE_KIND], { example: PROFILE_KIND }),
  name: name('Name of the profile.', 'average-load'),
  description: text('What it is for, in a sentence.', { example: 'A usual day at its busiest' }),
  level: choice(
    'What 100% is: the mean of the peak hour, the highest second of a day, or what the service is built for.',
    LEVELS,
    {
      example: 'average',
    },
  ).optional(),
  start: rate('The rate at the beginning; 0 when left out.', '0').optional(),
  stages: listOf('Straight lines from rate to rate.', stage, {
    example: '(entries such as { duration: 5m, target: 100% })',
    atMost: 200,
  }),
  judge: choice(
    'every-request: all must be answered well. objectives: the SLOs of the service. capacity: at which rate they break.',
    ['every-request', 'objectives', 'capacity'],
    { example: 'objectives' },
  ).optional(),
  abort: section(
    'Abort',
    'When to stop early.',
    {
      window: duration('Within which time errors are counted; never since the start.', {
        minimum: '1s',
        maximum: '1h',
        example: '30s',
      }),
      burnRate: positiveNumber('How many times faster than the SLO allows errors may come.', {
        maximum: 100_000,
        example: 100,
      }),
    },
    '{ window: 30s, burnRate: 100 }',
  ).optional(),
  probe: section(
    'Probe',
    'Requests beside the load, each over a new connection.',
    {
      requestsPerSecond: wholeNumber('How many a second.', { minimum: 1, maximum: 200, example: 20 }),
      timeout: duration('Longest time for one.', { minimum: '100ms', maximum: '1m', example: '2s' }),
    },
    '{ requestsPerSecond: 20, timeout: 2s }',
  ).optional(),
  scaling: scalingField.optional(),
  timeout: duration("Longest time for one request; the service's own when left out.", {
    minimum: '100ms',
    maximum: '2m',
    example: '10s',
  }).optional(),
  virtualUsers: wholeNumber('Virtual users, instead of as many as are surely enough.', {
    minimum: 1,
    maximum: 100_000,
    example: 1000,
  }).optional(),
  headers: mapOf(
    'Headers',
    'Headers of each request. {env:NAME} stands for an environment variable, whose value is kept out of all output.',
    text('The value.', { example: 'Bearer {env:LOAD_TOKEN}', longest: 4096 }),
    {
      key: /^[A-Za-z0-9-]{1,64}$/,
      keyRule: 'the name of a header',
      keyAdvice: () => 'X-Tenant',
      example: '{ Authorization: "Bearer {env:LOAD_TOKEN}" }',
    },
  ).optional(),
});

/** Whether a file is meant to be a profile, by its first words; any mistake in it is then told in its own terms. */
export function looksLikeProfile(content: string): boolean {
  return new RegExp(`^kind:\\s*["']?${PROFILE_KIND}\\b`, 'm').test(content);
}

/** Reads the text of a profile; never throws for what is in it. */
export function readProfile(content: string, file: string): LoadedProfile {
  const { document, problems } = readOneDocument(content, file, { hint: 'one profile in each file, without ---' });
  if (document === undefined) {
    const hint = `apiVersion: ${PROFILE_VERSION}, kind: ${PROFILE_KIND}, name, description and stages`;
    const empty = { file, line: 1, column: 1, message: 'the file holds no profile', hint };
    return { profile: undefined, problems: problems.length === 0 ? [empty] : problems };
  }
  const findings = new Findings(file, document);
  // A rate is a text or a number; what was written counts.
  const parsed = profileSchema.safeParse(withRatesAsWritten(document.value));
  if (!parsed.success) {
    findings.refused(parsed.error.issues);
    return { profile: undefined, problems: sortProblems([...problems, ...findings.problems]) };
  }
  const profile = resolveProfile(parsed.data, file);
  checkStages(findings, profile);
  const found = sortProblems([...problems, ...findings.problems]);
  return { profile: found.length === 0 ? profile : undefined, problems: found };
}

function withRatesAsWritten(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withRatesAsWritten);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const isRate = (key === 'target' || key === 'start') && typeof each === 'number';
      return [key, isRate ? String(each) : withRatesAsWritten(each)];
    }),
  );
}

function resolveProfile(document: z.output<typeof profileSchema>, file: string): Profile {
  const { abort, probe, scaling } = document;
  return {
    name: document.name,
    file,
    description: document.description,
    level: document.level ?? 'average',
    start: rateOf(document.start ?? '0'),
    stages: document.stages.map((one) => ({ seconds: secondsOf(one.duration), target: rateOf(one.target) })),
    judge: document.judge ?? 'objectives',
    abort: abort && { windowSeconds: secondsOf(abort.window), burnRate: abort.burnRate },
    probe: probe && { requestsPerSecond: probe.requestsPerSecond, timeoutSeconds: secondsOf(probe.timeout) },
    scaling: scaling && resolveScaling(scaling),
    timeoutSeconds: document.timeout === undefined ? undefined : secondsOf(document.timeout),
    virtualUsers: document.virtualUsers,
    headers: document.headers ?? {},
  };
}

function checkStages(findings: Findings, profile: Profile): void {
  for (const [index, { seconds }] of profile.stages.entries()) {
    if (!Number.isInteger(seconds)) {
      const path = ['stages', index, 'duration'];
      findings.report({ path, what: `is ${seconds} s, but must be whole seconds`, write: `${Math.ceil(seconds)}s` });
    }
  }
  const rates = [profile.start, ...profile.stages.map(({ target }) => target)];
  if (rates.every((one) => (one.kind === 'share' ? one.ofLevel : one.perSecond) === 0)) {
    findings.report({
      path: ['stages', 0, 'target'],
      what: `is ${shown(0)} like all others: no request would be made`,
      write: '100%',
    });
  }
  if (profile.judge === 'capacity' && profile.abort === undefined) {
    findings.report({
      path: ['judge'],
      what: 'is capacity, but nothing says when the service has broken',
      write: 'objectives, or add abort: { window: 20s, burnRate: 500 }',
    });
  }
  if (profile.stages.every(({ seconds }) => seconds === 0)) {
    findings.report({
      path: ['stages', 0, 'duration'],
      what: 'is 0s like all others: the load would be over at once',
      write: '1m',
    });
  }
}

function rateOf(written: string): Rate {
  return written.endsWith('%')
    ? { kind: 'share', ofLevel: Number(written.slice(0, -1)) / 100 }
    : { kind: 'fixed', perSecond: Number(written) };
}

function secondsOf(text: string): number {
  return parseDuration(text) ?? 0;
}
