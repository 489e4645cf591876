/** The way back of region-failover: the first region is there again, its database a replica of what was promoted, and users return. */
import type { Check, LoadRecord, Measurement } from '../../../report/evidence.ts';
import type { CrossRegionDatabase } from '../../world/database/cross-region.ts';
import type { CommandRun } from '../command.ts';
import type { RegionStage } from '../scenario.ts';
import { holdWritesCommand } from './hold-writes.ts';
import { recoverRun } from './recover-run.ts';
import { doubled, notKept, sendAgain } from './send-again.ts';
import { entriesOf, idsOf, lostOf } from './truth.ts';
import { checked, count, outcomeOf, usersUrl, WRITE } from './users.ts';

export const FAILBACK_LOST = 'acknowledged writes lost on the way back (truth)';
export const FAILBACK_REFUSED = 'requests refused on the way back (truth)';

export interface WayBack {
  readonly run: CommandRun;
  readonly begunAt: Date;
  /** Acknowledged in the standby region, and not there any more. */
  readonly lost: readonly string[];
  readonly acknowledged: number;
}

/** @param args of the operation, without what holds writes */
export async function goBack(
  stage: RegionStage,
  database: CrossRegionDatabase,
  args: readonly string[],
): Promise<WayBack> {
  const { regions, clock, workDirectory } = stage;
  const [source] = database.instances(regions.standby.region);
  const [replica] = database.instances(regions.primary.region);
  if (source === undefined || replica === undefined) {
    throw new Error('both regions must have a database on the way back');
  }
  const hold = await holdWritesCommand(workDirectory, source.address, replica.address);
  const begunAt = clock.now();
  const run = await recoverRun(stage, 'region-failback', [...args, '--hold-writes', hold]);
  const acknowledged = idsOf(await entriesOf(database.logs.standby));
  const lost = lostOf(acknowledged, idsOf(await entriesOf(database.logs.primary)));
  return { run, begunAt, lost, acknowledged: acknowledged.length };
}

/** What users got on the way back; and that what they were refused is kept, once, when they send it again. */
export async function judgeWayBack(stage: RegionStage, database: CrossRegionDatabase, way: WayBack, load: LoadRecord) {
  const origin = Date.parse(load.startedAt);
  const end = new Date(origin + load.judgedUntilSecond * 1000);
  const returned = outcomeOf(load, way.begunAt, end);
  const perSecond = load.totals.planned / load.judgedUntilSecond;
  const first = Math.floor(((way.begunAt.getTime() - origin) / 1000) * perSecond);
  const refused = notKept(WRITE.prefix, first, load.totals.planned, idsOf(await entriesOf(database.logs.primary)));
  const again = await sendAgain(usersUrl(stage), WRITE.header, refused, stage.signal);
  const log = idsOf(await entriesOf(database.logs.primary));
  const missing = lostOf(refused, log).length;
  const checks: Check[] = [
    checked(
      'the way back lost no acknowledged write',
      way.lost.length === 0,
      `all ${way.acknowledged} writes there`,
      `${way.lost.length} missing`,
    ),
    checked(
      'what was refused on the way back is kept once when it is sent again',
      again === refused.length && missing === 0 && doubled(log) === 0,
      `all ${refused.length} answered well, none missing, none twice`,
      `${again} answered well, ${missing} missing, ${doubled(log)} twice`,
    ),
    checked(
      'users were served by the first region again',
      returned.wellAtTheEnd,
      'nothing lost in the end',
      `${returned.lost} of ${returned.planned} not answered well on the way`,
    ),
  ];
  const pause = way.run.evidence?.measurements.filter(({ indicator }) => indicator === 'write pause') ?? [];
  const measurements: Measurement[] = [
    ...pause,
    count(
      FAILBACK_REFUSED,
      returned.lost,
      'requests',
      'planned requests that were not answered well from the beginning of the way back on: writes that no database took meanwhile',
    ),
    count(
      FAILBACK_LOST,
      way.lost.length,
      'writes',
      "in the log of the standby's database, and not in that of the first region",
    ),
  ];
  return { checks, measurements };
}
