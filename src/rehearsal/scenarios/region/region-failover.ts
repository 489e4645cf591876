/**
 * region-failover: a region is lost under load. Users are moved to the standby, with nothing of the lost region being asked; what was
 * acknowledged and not yet replicated is lost, and it is known exactly what. When the region is back, users go back, and nothing that
 * was acknowledged is lost on that way.
 */
import type { Check, LoadRecord } from '../../../report/evidence.ts';
import type { CrossRegionDatabase } from '../../world/database/cross-region.ts';
import type { CommandRun } from '../command.ts';
import { countsAddUp, generatorHealthy } from '../load-checks.ts';
import type { RegionObservation, RegionScenario, RegionStage } from '../scenario.ts';
import { recoverRun } from './recover-run.ts';
import { entriesOf, idsOf, lostOf, shareSeries } from './truth.ts';
import { checked, count, outcomeOf, servedBefore, startUsers } from './users.ts';
import { FAILBACK_LOST, FAILBACK_REFUSED, goBack, judgeWayBack } from './way-back.ts';

/** So long users are watched in the other region before they go back, and in the first one afterwards. */
const STAY_MS = 3000;
const HOLD = '3s';
const [RTO, LOST_REQUESTS, LOST_WRITES] = [
  'time without service (truth)',
  'requests lost to the region (truth)',
  'acknowledged writes lost to the region (truth)',
] as const;

export const regionFailover: RegionScenario = {
  name: 'region-failover',
  expects: 'a lost region costs only what was not yet replicated; users are back by DNS; the way back loses no write',
  example: 'arteraai',
  move: moveThereAndBack,
  judge: ({ seen, before, load }) => [...seen, servedBefore(before), countsAddUp(load), generatorHealthy(load)],
  summarise: (observation) =>
    `users were back ${numberOf(observation, RTO)} s after the region was lost, at the cost of ${numberOf(observation, LOST_REQUESTS)} requests and ${numberOf(observation, LOST_WRITES)} acknowledged writes; the way back lost ${numberOf(observation, FAILBACK_LOST)} acknowledged writes and refused ${numberOf(observation, FAILBACK_REFUSED)} requests, each of which was kept when it was sent again`,
};

function numberOf({ measurements }: RegionObservation, indicator: string): string {
  const value = measurements.find((one) => one.indicator === indicator)?.value;
  return value === undefined || value === null ? 'an unknown number of' : String(value);
}

async function moveThereAndBack(stage: RegionStage): Promise<RegionObservation> {
  const { regions, clock, signal, reporter } = stage;
  const { database } = regions;
  if (database === undefined) {
    throw new Error('the scenario needs a database with a replica in the standby region');
  }
  const { load, steady } = await startUsers(stage);
  try {
    const servedFrom = await steady();
    const gone = await loseTheRegion(stage, database);
    reporter.stage(`${regions.primary.region} is back; its database becomes a replica of what was promoted`);
    gone.end();
    await database.rebuild();
    const way = await goBack(stage, database, watching(stage, []));
    await clock.sleep(STAY_MS, signal);
    const record = await load.finish();
    const there = judgeTheWayThere(record, gone, way.begunAt);
    const back = await judgeWayBack(stage, database, way, record);
    // What began in the second before the loss may have been under way then.
    const untouched = new Date(gone.lostAt.getTime() - 1000);
    const counts = regions.relay.counts();
    return {
      operation: gone.run.evidence ?? refusal(gone.run),
      load: record,
      before: outcomeOf(record, servedFrom, untouched),
      seen: [...movesOf(gone.run, way.run), ...there.checks, ...back.checks],
      measurements: [...there.measurements, ...back.measurements],
      series: [shareSeries(`connections that DNS led to ${regions.standby.region}`, regions.hosts.standby, counts)],
    };
  } catch (error) {
    load.abort();
    throw error;
  }
}

interface Gone {
  readonly run: CommandRun;
  readonly lostAt: Date;
  /** Calls to the lost region. */
  readonly calls: number;
  /** Names of writes that the lost region's database acknowledged, and of those that the promoted one has not. */
  readonly acknowledged: readonly string[];
  readonly lost: readonly string[];
  readonly end: () => void;
}

async function loseTheRegion(stage: RegionStage, database: CrossRegionDatabase): Promise<Gone> {
  const { regions, clock, signal, reporter } = stage;
  const lostAt = clock.now();
  const darkness = await regions.loseRegion();
  reporter.stage(`${regions.primary.region} is lost`);
  const run = await recoverRun(stage, 'region-failover', watching(stage, ['--failed-at', lostAt.toISOString()]));
  await clock.sleep(STAY_MS, signal);
  const log = await entriesOf(database.logs.primary);
  const acknowledged = idsOf(log.filter(({ position }) => position <= database.acknowledged));
  const lost = lostOf(acknowledged, idsOf(await entriesOf(database.logs.standby)));
  return { run, lostAt, calls: darkness.calls(), acknowledged, lost, end: () => darkness.end() };
}

/** @param backAt when the region was there again */
function judgeTheWayThere(load: LoadRecord, { lostAt, calls, lost, acknowledged }: Gone, backAt: Date) {
  const { lastLossAt, wellAtTheEnd, lost: requests, planned } = outcomeOf(load, lostAt, backAt);
  const seconds = lastLossAt === undefined ? 0 : Math.round((lastLossAt.getTime() - lostAt.getTime()) / 1000);
  return {
    checks: [
      checked('nothing of the lost region was asked', calls === 0, 'no call to its AWS endpoint', `${calls} calls`),
      checked(
        'users were served by the standby',
        wellAtTheEnd,
        'nothing lost in the end',
        `${requests} of ${planned} lost in all`,
      ),
      newestLost(lost, acknowledged),
    ],
    measurements: [
      count(RTO, seconds, 's', 'from the loss to the end of the last second in which a request was lost'),
      count(
        LOST_REQUESTS,
        requests,
        'requests',
        'planned requests that were not answered well until the region was back',
      ),
      count(
        LOST_WRITES,
        lost.length,
        'writes',
        "in the log of the lost region's database as acknowledged, and not in the promoted one's",
      ),
    ],
  };
}

/** Requests of the operation's own go to the name, as the users' do. */
function watching({ regions, sides }: RegionStage, more: readonly string[]): string[] {
  const url = new URL(sides.primary.target.healthPath, regions.url).href;
  return ['--database', 'promote', '--hold', HOLD, '--url', url, ...more];
}

function refusal({ error, exitCode }: CommandRun): never {
  throw new Error(`the failover left no evidence (exit ${exitCode}): ${error?.message ?? 'it said nothing'}`);
}

function movesOf(there: CommandRun, back: CommandRun): Check[] {
  return Object.entries({ failover: there, failback: back }).map(([name, { exitCode, evidence, error }]) =>
    checked(
      `the ${name} was carried out`,
      evidence?.verdict === 'pass',
      'verdict pass',
      `exit ${exitCode}, ${evidence?.verdict ?? 'no verdict'}: ${evidence?.reasons.map(({ message }) => message).join('; ') ?? error?.message ?? ''}`,
    ),
  );
}

/** An asynchronous replica has a beginning of what was acknowledged: only the newest can be missing. */
function newestLost(lost: readonly string[], acknowledged: readonly string[]): Check {
  const newest = new Set(acknowledged.slice(acknowledged.length - lost.length));
  return checked(
    'only the newest writes were lost',
    lost.every((id) => newest.has(id)) && acknowledged.length > lost.length,
    'the replica has all acknowledged writes up to one of them',
    `${lost.length} of ${acknowledged.length} lost, ${lost.filter((id) => newest.has(id)).length} of them the newest`,
  );
}
