/** What a surefoot.yml says of load: where it may go, and how much there is of it. */
import { DEFAULTS, PLACEHOLDER, URL_PATH } from './common.ts';
import { duration, listOf, positiveNumber, section, text, wholeNumber } from './fields.ts';

const ORIGIN_RULE = 'the address of a web service: http or https, a host, and a port where it needs one';

/** The origin of what was meant as one. */
function asOrigin(input: unknown): string | undefined {
  const written = String(input);
  const url = [written, `https://${written}`].find((one) => /^https?:\/\//.test(one) && URL.canParse(one));
  return url === undefined || new URL(url).hostname === '' ? undefined : new URL(url).origin;
}

/** `load` of an environment. */
export const environmentLoadSchema = section(
  'Load limits',
  'Where loads may be sent in this environment, and how much.',
  {
    allow: listOf(
      "Addresses besides the services' own `url` that a load may be sent to; no other is.",
      text('Scheme, host and port.', {
        example: 'https://api.dev.example.com',
        pattern: /^https?:\/\/[a-z0-9.[\]:-]+$/,
        rule: ORIGIN_RULE,
        advice: asOrigin,
      }),
      { example: '[https://api.dev.example.com]' },
    ).optional(),
    maximum: wholeNumber('Most requests per second; a protected environment takes no load without it.', {
      minimum: 1,
      maximum: 20_000,
      example: 200,
    }).optional(),
  },
  '{ allow: [https://api.dev.example.com], maximum: 200 }',
);

/** Where the users of a service reach it. */
export const serviceUrl = text(`Where the users of the service reach it. ${PLACEHOLDER}`, {
  example: 'https://api.{environment}.example.com',
  pattern: /^https?:\/\/[A-Za-z0-9.[\]:{}-]+\/?$/,
  rule: ORIGIN_RULE,
  advice: asOrigin,
});

/** How long a request of a load may take, in rehearsal as on AWS. */
export const loadTimeout = duration('Longest time for one request; longer counts as failed.', {
  minimum: '100ms',
  maximum: '2m',
  example: '15s',
  default: DEFAULTS.loadTimeout,
}).optional();

/** `load` of a service. */
export const serviceLoadSchema = section(
  'Load',
  'How users load the service; profiles are sized from it, or from its capacity.',
  {
    path: text('Path to request; the health path when left out.', { ...URL_PATH, example: '/analyze' }).optional(),
    timeout: loadTimeout,
    dailyUsers: wholeNumber('Users on a day.', { minimum: 1, maximum: 1_000_000_000, example: 250_000 }).optional(),
    requestsPerUser: positiveNumber('Requests of a user on a day.', { maximum: 100_000, example: 40 }).optional(),
    peakToMean: positiveNumber('How many times the mean of a day its peak is; 1.7 for users all over the world.', {
      maximum: 100,
      example: 1.7,
    }).optional(),
    busyHours: positiveNumber('Hours of a day in which users of one region come, instead of peakToMean.', {
      maximum: 24,
      example: 10,
    }).optional(),
  },
  '{ path: /analyze, dailyUsers: 250000, requestsPerUser: 40 }',
);
