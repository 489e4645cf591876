/** Users of the name in a region scenario: each over a connection of its own, each with a write that has a name. */
import type { RunningLoad } from '../../../measure/types.ts';
import type { Check, LoadRecord, Measurement } from '../../../report/evidence.ts';
import { failedIn, PLATFORM_CHECK } from '../load-checks.ts';
import type { RegionStage } from '../scenario.ts';

/** Longer than any scenario; it is ended before. */
const LONGEST_SECONDS = 900;

/** By which the service keeps each write only once: the number of the request follows. */
export const WRITE = { header: 'idempotency-key', prefix: 'prediction-' } as const;

/** Where users send their writes. */
export function usersUrl({ regions, sides }: Pick<RegionStage, 'regions' | 'sides'>): string {
  return new URL(sides.primary.target.rehearsal?.load?.path ?? '/', regions.url).href;
}

/** So many whole seconds without a loss, and nobody who waits: cold processes are slow at first. */
const STEADY_SECONDS = 2;
const STEADY_WITHIN_MS = 20_000;

export interface Users {
  readonly load: RunningLoad;
  /**
   * Waits until all are served; resolves with the moment from which on they were. On a machine that is too busy for them that is not seen to
   * come: it resolves then too, and what is judged from that moment on says so.
   */
  steady(): Promise<Date>;
}

/** Starts as many each second as surefoot.yml says, but not more than `most`; resolves once the first one comes. */
export async function startUsers(stage: RegionStage, most = Number.POSITIVE_INFINITY): Promise<Users> {
  const { sides, startLoad, reporter, clock, signal } = stage;
  const { requestsPerSecond = 1, timeoutSeconds = 5 } = sides.primary.target.rehearsal?.load ?? {};
  const rate = Math.min(requestsPerSecond, most);
  const seconds: { readonly lost: number; readonly waiting: number; readonly at: Date }[] = [];
  const load = await startLoad(
    {
      name: 'users',
      url: usersUrl(stage),
      timeoutSeconds,
      shape: { startRate: rate, stages: [{ seconds: LONGEST_SECONDS, rate }] },
      newConnections: true,
      numbered: WRITE,
    },
    'users',
    ({ second, ok, failed, dropped, inFlight }) => {
      seconds.push({ lost: failed + dropped, waiting: inFlight, at: clock.now() });
      reporter.progress(`users ${second} s: ${ok} answered well, ${failed} not`);
    },
  );
  await load.startedAt;
  const isSteady = () => {
    const last = seconds.slice(-STEADY_SECONDS - 1);
    const well = last.every(({ lost, waiting }) => lost === last[0]?.lost && waiting <= rate / 10);
    return last.length > STEADY_SECONDS && well;
  };
  return {
    load,
    async steady() {
      const limit = clock.now().getTime() + STEADY_WITHIN_MS;
      while (!isSteady() && clock.now().getTime() < limit) {
        await clock.sleep(100, signal);
      }
      return seconds.at(-STEADY_SECONDS - 1)?.at ?? clock.now();
    },
  };
}

/** What users got between two moments: how many requests began, how many of them were not answered well, and when the last one of those began. */
export function outcomeOf(load: LoadRecord, from: Date, to: Date) {
  const origin = Date.parse(load.startedAt);
  const bins = load.bins.filter(({ second }) => {
    const begin = origin + second * 1000;
    return begin + 1000 > from.getTime() && begin < to.getTime();
  });
  const lostIn = (bin: (typeof bins)[number]) => failedIn(bin) + bin.dropped;
  const last = bins.filter((bin) => lostIn(bin) > 0).at(-1);
  return {
    planned: bins.reduce((sum, { planned }) => sum + planned, 0),
    lost: bins.reduce((sum, bin) => sum + lostIn(bin), 0),
    /** The end of the last second with a loss; undefined when nothing was lost. */
    lastLossAt: last === undefined ? undefined : new Date(origin + (last.second + 1) * 1000),
    /** The last whole second. */
    wellAtTheEnd: bins.length > 1 && lostIn(bins.at(-2) ?? (bins[0] as (typeof bins)[number])) === 0,
  };
}

/** Before anything is done to them, users are served. If not, the machine is too busy for so many, and it is measured instead of the regions. */
export function servedBefore({ planned, lost }: { readonly planned: number; readonly lost: number }): Check {
  return {
    name: PLATFORM_CHECK,
    verdict: planned > 0 && lost === 0 ? 'pass' : 'inconclusive',
    expected: 'every request answered well before anything was done',
    observed: `${lost} of ${planned} lost`,
  };
}

/** A check that something is as it must be. */
export function checked(name: string, holds: boolean, expected: string, observed: string): Check {
  return { name, verdict: holds ? 'pass' : 'fail', expected, observed };
}

/** A number of the truth. */
export function count(indicator: string, value: number, unit: string, method: string): Measurement {
  return { indicator, value, unit, method };
}
