/** What the schemas share: defaults, applied when a file is resolved, and the forms of names and paths. */

export const DEFAULTS = {
  healthPath: '/health',
  minimumTasks: 1,
  cpu: 256,
  memory: 512,
  strategy: 'BLUE_GREEN',
  bake: '5m',
  canaryPercent: 5,
  canaryBake: '10m',
  linearStep: 10,
  linearBake: '6m',
  judgeAlpha: 0.01,
  judgeBeta: 0.05,
  judgeMargin: 0.25,
  judgeBurnRate: 1,
  judgeWarmUp: '1m',
  judgeHorizon: '20m',
  judgeOnInconclusive: 'roll-back',
  errorBudget: 'warn',
  hookTimeout: '30m',
  healthyWithin: '15m',
  beforeTimeout: '30m',
  jobTimeout: '1h',
  smokeStatus: 200,
  smokeRequests: 5,
  smokeTimeout: '10s',
  rehearsalDirectory: '.',
  startDelay: '0s',
  loadTimeout: '15s',
  healthCheckInterval: '5s',
  healthCheckTimeout: '2s',
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  deregistrationDelay: '15s',
  databaseEngine: 'postgres',
  databaseUrlVariable: 'DATABASE_URL',
  replicaLag: '1s',
  standbyMaximumLag: '30s',
} as const;

export const PLACEHOLDER = '`{environment}` stands for the name of the environment.';
/** Letters, digits, `-` and `_` (the ECS API's own rule), and the placeholder; what else is in braces is explained when resolved. */
export const ECS_NAME = {
  pattern: /^[A-Za-z0-9_{$}-]+$/,
  rule: 'an ECS name (letters, digits, - and _)',
  longest: 255,
} as const;
export const URL_PATH = {
  pattern: /^\/[^\s#]*$/,
  rule: 'a path that starts with /',
  advice: (input: unknown) => (typeof input === 'string' && /^[\w.~-][^\s#:]*$/.test(input) ? `/${input}` : undefined),
} as const;

/** A watch that is over its budget, but not provably so, goes on for up to this many times its length; the pause must last as long. */
export const WATCH_PATIENCE = 3;

/** CloudWatch's minute and what it takes to be published: a watch ends that much later than what it covers. */
export const METRICS_LAG_SECONDS = 240;
