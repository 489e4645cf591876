/**
 * replica-loss: both zones of the database go dark, and its asynchronous replica in the third is promoted. What had been acknowledged and not
 * yet sent to it is lost; how many that are can be told exactly, for the old database comes back with its own ledger.
 */
import type { Check } from '../../../report/evidence.ts';
import type { ChaosObservation, ChaosScenario, ChaosStage } from '../scenario.ts';
import { putQuietStopAlarm } from './alarms.ts';
import { chaosRun } from './chaos-run.ts';
import { agreesWithTheBalancer, deviations, measurementOf, outcomeText, ownCheck, verdictIs } from './checks.ts';
import { SHORT_LOAD, writeExperiment } from './experiment-file.ts';
import { lossText, lostOrders, lostWritesAgree, orderIds, WRITES } from './ledgers.ts';
import { observed } from './observe.ts';
import { databaseOf, requireDatabase } from './requirements.ts';

const NAME = 'replica-loss';
const REPLICA = { replica: true } as const;

export const replicaLoss: ChaosScenario = {
  name: NAME,
  expects:
    'the database is gone with its standby, and its asynchronous replica is promoted: the run finds exactly the acknowledged orders that are lost',
  example: 'splurge-art',
  requires: (target) => void requireDatabase(NAME, target, REPLICA),
  // The tasks are where the replica is, so that the database is all that they lose.
  taskZones: (target, zones) => [requireDatabase(NAME, target, REPLICA).replica?.zone ?? zones.at(-1) ?? ''],
  inject,
  judge: (observation) => [
    verdictIs(observation, 'pass', 'survived'),
    ownCheck(observation, 'a fault was injected', 'pass'),
    ownCheck(observation, 'the fault was felt', 'pass'),
    somethingLost(observation),
    ...agreesWithTheBalancer(observation),
    ...observation.seen,
  ],
  measure: deviations,
  summarise: (observation) => `the replica was promoted: ${outcomeText(observation)}; ${lossText(observation)}`,
};

async function inject(stage: ChaosStage): Promise<ChaosObservation> {
  const { name, zones } = requireDatabase(NAME, stage.target, REPLICA);
  await putQuietStopAlarm(stage);
  const file = await writeExperiment('ecs-zone-loss-fargate', stage.workDirectory, [
    [['metadata'], { name: 'database-zones-loss', description: 'The replica takes over when the database is gone.' }],
    [['template', 'description'], 'Both zones of the database go dark'],
    [['template', 'targets'], Object.fromEntries(zones.map((zone) => [`subnets-${zone}`, subnetsIn(zone)]))],
    [['template', 'actions'], Object.fromEntries(zones.map((zone) => [`cut-${zone}`, cut(`subnets-${zone}`)]))],
    [['irreversible'], undefined],
    [['load'], { ...SHORT_LOAD, writes: WRITES }],
    [['expect'], { rto: '20s', rpo: '5s', availability: 50, evidence: { targets: 2, requests: 200 } }],
  ]);
  const [run] = await Promise.all([chaosRun(stage, file), promoteWhenDark(stage, name)]);
  const observation = await observed(stage, run);
  const database = databaseOf(stage.rehearsal, name);
  const replica = database.replica?.member.address;
  const kept = replica === undefined ? new Set<string>() : await orderIds(replica);
  const old = await orderIds(database.address);
  const seen = [...observation.seen, lostWritesAgree(observation, kept), oldHasThem(observation, kept, old)];
  return { ...observation, seen };
}

const subnetsIn = (zone: string) => ({
  resourceType: 'aws:ec2:subnet',
  resourceTags: { 'surefoot:chaos': 'zone-loss' },
  parameters: { availabilityZoneIdentifier: zone },
  selectionMode: 'ALL',
});

/** Long enough for the replica to be promoted meanwhile. */
const cut = (target: string) => ({
  actionId: 'aws:network:disrupt-connectivity',
  parameters: { duration: 'PT4M', scope: 'all' },
  targets: { Subnets: target },
});

/** What a person would do who sees that the database is gone. */
async function promoteWhenDark({ ports, rehearsal }: ChaosStage, name: string): Promise<void> {
  const database = databaseOf(rehearsal, name);
  const deadline = ports.clock.now().getTime() + DARK_WITHIN_MS;
  while (database.primary.alive || database.standby?.alive === true) {
    if (ports.clock.now().getTime() > deadline) {
      return;
    }
    await ports.clock.sleep(100, ports.signal);
  }
  await rehearsal.wire.call('rds', 'PromoteReadReplica', { DBInstanceIdentifier: database.replica?.name });
}

const DARK_WITHIN_MS = 60_000;

/** The replica is late by `lag`: without a loss the scenario would show nothing. */
function somethingLost({ operation }: ChaosObservation): Check {
  const lost = measurementOf(operation, 'lost-writes')?.value ?? 0;
  return {
    name: 'acknowledged orders are lost',
    verdict: lost > 0 ? 'pass' : 'fail',
    expected: 'those of the last moments before the fault',
    observed: `${lost}`,
  };
}

/** What is lost was acknowledged by the old database: it has it still, and what else it alone has was never acknowledged. */
function oldHasThem({ log }: ChaosObservation, kept: ReadonlySet<string>, old: ReadonlySet<string>): Check {
  const lost = lostOrders(log, kept).lost;
  const gone = lostOrders(log, new Set([...kept, ...old])).lost;
  const onlyThere = [...old].filter((id) => !kept.has(id)).length;
  return {
    name: 'the old database has every lost order',
    verdict: gone === 0 && onlyThere >= lost ? 'pass' : 'fail',
    expected: `${lost}, and none that neither has`,
    observed: `${onlyThere} that only it has, ${gone} that neither has`,
  };
}
