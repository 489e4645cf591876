/** database-failover: RDS moves to the standby while orders are taken; what was confirmed is there. */
import type { DBInstanceMessage } from '../../rds/types.ts';
import type { ChaosObservation, ChaosScenario, ChaosStage } from '../scenario.ts';
import { putQuietStopAlarm } from './alarms.ts';
import { chaosRun } from './chaos-run.ts';
import { agreesWithTheBalancer, deviations, outcomeText, ownCheck, verdictIs } from './checks.ts';
import { SHORT_LOAD, writeExperiment } from './experiment-file.ts';
import { lossText, lostWritesAgree, orderIds, WRITES } from './ledgers.ts';
import { observed } from './observe.ts';
import { databaseOf, requireDatabase } from './requirements.ts';

const NAME = 'database-failover';

export const databaseFailover: ChaosScenario = {
  name: NAME,
  expects:
    'the database fails over to its standby under load; orders wait for it, and none that was acknowledged is lost',
  example: 'splurge-art',
  requires: (target) => void requireDatabase(NAME, target, { replica: false }),
  inject,
  judge: (observation) => [
    verdictIs(observation, 'pass', 'survived'),
    ownCheck(observation, 'a fault was injected', 'pass'),
    ownCheck(observation, 'the fault was felt', 'pass'),
    ...agreesWithTheBalancer(observation),
    ...observation.seen,
  ],
  measure: deviations,
  summarise: (observation) => `the standby took over: ${outcomeText(observation)}; ${lossText(observation)}`,
};

async function inject(stage: ChaosStage): Promise<ChaosObservation> {
  const { name } = requireDatabase(NAME, stage.target, { replica: false });
  await putQuietStopAlarm(stage);
  await allowChaos(stage, name);
  const file = await writeExperiment('rds-reboot-failover', stage.workDirectory, [
    [['load'], { ...SHORT_LOAD, writes: WRITES }],
    [['expect'], { rto: '20s', rpo: '0s', availability: 80, evidence: { targets: 1, requests: 200 } }],
  ]);
  const observation = await observed(stage, await chaosRun(stage, file));
  const ledger = await orderIds(databaseOf(stage.rehearsal, name).address);
  return { ...observation, seen: [...observation.seen, lostWritesAgree(observation, ledger)] };
}

/** The tags by which the library's experiment finds a database. */
async function allowChaos({ rehearsal, target }: ChaosStage, name: string): Promise<void> {
  const { call } = rehearsal.wire;
  const { DBInstances } = await call<DBInstanceMessage>('rds', 'DescribeDBInstances', { DBInstanceIdentifier: name });
  await call('rds', 'AddTagsToResource', {
    ResourceName: DBInstances?.[0]?.DBInstanceArn,
    Tags: [
      { Key: 'surefoot:chaos', Value: 'allowed' },
      { Key: 'surefoot:environment', Value: target.environment },
    ],
  });
}
