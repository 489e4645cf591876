/**
 * region-failover: a region is lost under load. Users are moved to the standby, with nothing of the lost region being asked; what was
 * acknowledged and not yet replicated is lost, and it is known exactly what. When the region is back, users go back, and nothing that
 * was acknowledged is lost on that way.
 */
import type { Check, Measurement } from '../../../report/evidence.ts';
import { countsAddUp, generatorHealthy } from '../load-checks.ts';
import type { RegionObservation, RegionScenario, RegionStage } from '../scenario.ts';
import { type RecoverRun, recoverRun } from './recover-run.ts';
import { entriesOf, idsOf, lostOf, shareSeries } from './truth.ts';
import { checked, outcomeOf, servedBefore, startUsers } from './users.ts';

const WARM_UP_MS = 7000;
/** So long users are watched in the other region before they go back. */
const STAY_MS = 5000;
const HOLD = '3s';
const [RTO, LOST_REQUESTS, LOST_WRITES, FAILBACK_LOST, FAILBACK_FAILED] = [
  'time without service (truth)',
  'requests lost to the region (truth)',
  'acknowledged writes lost to the region (truth)',
  'acknowledged writes lost on the way back (truth)',
  'requests not answered well on the way back (truth)',
] as const;

export const regionFailover: RegionScenario = {
  name: 'region-failover',
  expects: 'a lost region costs only what was not yet replicated; users are back by DNS; the way back loses no write',
  example: 'arteraai',
  move: moveThereAndBack,
  judge: ({ seen, before, load }) => [...seen, servedBefore(before), countsAddUp(load), generatorHealthy(load)],
  summarise: (observation) =>
    `users were back ${numberOf(observation, RTO)} s after the region was lost, at the cost of ${numberOf(observation, LOST_REQUESTS)} requests and ${numberOf(observation, LOST_WRITES)} acknowledged writes; the way back lost ${numberOf(observation, FAILBACK_LOST)} writes`,
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
  const load = await startUsers(stage);
  try {
    await clock.sleep(WARM_UP_MS, signal);
    const lostAt = clock.now();
    const darkness = await regions.loseRegion();
    reporter.stage(`${regions.primary.region} is lost`);
    const there = await recoverRun(stage, 'region-failover', watching(stage, ['--failed-at', lostAt.toISOString()]));
    await clock.sleep(STAY_MS, signal);
    const calls = darkness.calls();
    const acknowledged = (await entriesOf(database.logs.primary)).filter(
      ({ position }) => position <= database.acknowledged,
    );
    const lost = lostOf(idsOf(acknowledged), idsOf(await entriesOf(database.logs.standby)));

    reporter.stage(`${regions.primary.region} is back; its database becomes a replica of what was promoted`);
    darkness.end();
    await database.rebuild();
    const backAt = clock.now();
    const back = await recoverRun(stage, 'region-failback', watching(stage, []));
    await clock.sleep(STAY_MS, signal);
    const inStandby = idsOf(await entriesOf(database.logs.standby));
    const lostBack = lostOf(inStandby, idsOf(await entriesOf(database.logs.primary)));
    const record = await load.finish();
    // What began within a time-out of the loss may have been under way then.
    const timeoutMs = record.timeoutSeconds * 1000;

    const [gone, returned] = [
      outcomeOf(record, lostAt, backAt),
      outcomeOf(record, backAt, new Date(Date.parse(record.startedAt) + record.judgedUntilSecond * 1000)),
    ];
    const counts = regions.relay.counts();
    return {
      operation: there.evidence ?? refusal(there),
      load: record,
      before: outcomeOf(record, new Date(record.startedAt), new Date(lostAt.getTime() - timeoutMs)),
      seen: [
        ...movesOf(there, back),
        checked('nothing of the lost region was asked', calls === 0, 'no call to its AWS endpoint', `${calls} calls`),
        checked(
          'users were served by the standby',
          gone.wellAtTheEnd,
          'nothing lost in the end',
          `${gone.lost} of ${gone.planned} lost in all`,
        ),
        newestLost(lost, idsOf(acknowledged)),
        checked(
          'the way back lost no acknowledged write',
          lostBack.length === 0,
          `all ${inStandby.length} writes there`,
          `${lostBack.length} missing`,
        ),
        checked(
          'users were served by the first region again',
          returned.wellAtTheEnd,
          'nothing lost in the end',
          `${returned.lost} of ${returned.planned} not answered well on the way`,
        ),
      ],
      measurements: [
        count(
          RTO,
          gone.lastLossAt === undefined ? 0 : Math.round((gone.lastLossAt.getTime() - lostAt.getTime()) / 1000),
          's',
          'from the loss to the end of the last second in which a request was lost',
        ),
        count(
          LOST_REQUESTS,
          gone.lost,
          'requests',
          'planned requests that were not answered well until the region was back',
        ),
        count(
          LOST_WRITES,
          lost.length,
          'writes',
          "in the log of the lost region's database as acknowledged, and not in the promoted one's",
        ),
        count(
          FAILBACK_FAILED,
          returned.lost,
          'requests',
          'planned requests that were not answered well from the beginning of the way back on',
        ),
        count(
          FAILBACK_LOST,
          lostBack.length,
          'writes',
          "in the log of the standby's database, and not in that of the first region",
        ),
      ],
      series: [shareSeries(`connections that DNS led to ${regions.standby.region}`, regions.hosts.standby, counts)],
    };
  } catch (error) {
    load.abort();
    throw error;
  }
}

/** Requests of the operation's own go to the name, as the users' do. */
function watching({ regions, sides }: RegionStage, more: readonly string[]): string[] {
  const url = new URL(sides.primary.target.healthPath, regions.url).href;
  return ['--database', 'promote', '--hold', HOLD, '--url', url, ...more];
}

function refusal({ error, exitCode }: RecoverRun): never {
  throw new Error(`the failover left no evidence (exit ${exitCode}): ${error?.message ?? 'it said nothing'}`);
}

function movesOf(there: RecoverRun, back: RecoverRun): Check[] {
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

function count(indicator: string, value: number, unit: string, method: string): Measurement {
  return { indicator, value, unit, method };
}
