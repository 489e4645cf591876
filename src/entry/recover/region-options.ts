/** The values of `region-failover` and `region-failback`. */
import { parseDuration } from '../../platform/duration.ts';

export interface RegionValues {
  /** Both regions are well: the one that is left is asked too, and nothing may be lost. */
  readonly planned?: boolean;
  /** `promote` or `leave`. */
  readonly database?: string;
  /** A command that stops writes to the database of the region that is left, and lets them in again. */
  readonly holdWrites?: string;
  /** Why a region that is not ready is taken all the same. */
  readonly overrideReadiness?: string;
  /** Percent, ascending, apart by commas; the last one is 100. */
  readonly weights?: string;
  /** A duration. */
  readonly hold?: string;
  /** ARN of a plan of ARC Region switch. */
  readonly switchPlan?: string;
  /** Where requests are sent meanwhile; default: the users' own address. */
  readonly url?: string;
  /** Requests per second. */
  readonly rate?: string;
}

/** So long nothing may fail; the field waits a minute (AWS Resilience Hub). */
const HOLD_SECONDS = 60;
/** The fewest from which a recovery time may be read. */
const RATE = 20;
const HIGHEST_RATE = 1000;
const PLAN_ARN = /^arn:aws[a-z-]*:arc-region-switch::\d{12}:plan\/[A-Za-z0-9-]+:[a-z0-9]{6}$/;

/** What is wrong with them, as sentences without a full stop. */
export function regionProblems(procedure: string, values: RegionValues & { readonly drill?: boolean }): string[] {
  const { database, hold, rate, url, switchPlan, planned, overrideReadiness, weights, holdWrites } = values;
  const bothAreWell = planned === true || procedure === 'region-failback';
  const rows: [boolean, string][] = [
    [procedure === 'region-failback' && planned === true, '--planned is of region-failover: a way back always is'],
    [
      database !== undefined && database !== 'promote' && database !== 'leave',
      `--database is "${database}": write promote, which cannot be undone, or leave`,
    ],
    [
      holdWrites !== undefined && (database !== 'promote' || !bothAreWell || values.drill === true),
      '--hold-writes is of a move while both regions are well that promotes: it needs --database promote and, of region-failover, --planned, and no --drill',
    ],
    [holdWrites?.trim() === '', '--hold-writes is empty: write the command'],
    [overrideReadiness?.trim() === '', '--override-readiness needs a reason: it is kept in the evidence'],
    [
      weights !== undefined && weightsOf(weights) === undefined,
      `--weights is "${weights}": write shares in percent that grow to 100, such as 10,50,100`,
    ],
    [
      hold !== undefined && !(Number(parseDuration(hold)) >= 1),
      `--hold is "${hold}": write a duration with its unit, such as 60s`,
    ],
    [
      rate !== undefined && !isRate(rate),
      `--rate is "${rate}": write whole requests per second, ${RATE} to ${HIGHEST_RATE}`,
    ],
    [url !== undefined && !/^https?:\/\//.test(url), '--url is no http:// or https:// address'],
    [
      switchPlan !== undefined && !PLAN_ARN.test(switchPlan),
      '--switch-plan is not the ARN of a plan of ARC Region switch',
    ],
    [
      switchPlan !== undefined && (weights !== undefined || database !== undefined || values.drill === true),
      '--switch-plan does all steps: it takes neither --weights, --database nor --drill',
    ],
  ];
  return rows.flatMap(([holds, message]) => (holds ? [message] : []));
}

function isRate(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= RATE && Number(text) <= HIGHEST_RATE;
}

/** Undefined where they are not shares that grow to 100. */
function weightsOf(text: string): number[] | undefined {
  const all = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  const grow = all.every((weight, index) => weight > (all[index - 1] ?? 0));
  return grow && all.at(-1) === 100 ? all : undefined;
}

/** Read; values that are wrong were refused before. */
export function readRegionValues({
  planned,
  database,
  overrideReadiness,
  weights,
  hold,
  switchPlan,
  rate,
}: RegionValues) {
  return {
    planned: planned ?? false,
    database: database === 'promote' || database === 'leave' ? database : undefined,
    override: overrideReadiness,
    weights: weightsOf(weights ?? '100') ?? [100],
    holdSeconds: parseDuration(hold ?? '') ?? HOLD_SECONDS,
    switchPlan,
    rate: Number(rate ?? RATE),
  } as const;
}

/** They say how it is watched and accepted, not what is done: the same run goes on with others. */
export const BESIDE: ReadonlySet<string> = new Set(['overrideReadiness', 'hold', 'url', 'rate']);
