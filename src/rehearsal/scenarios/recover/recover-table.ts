/** recover-table: a script has emptied a DynamoDB table; it is restored beside, to the moment before, and the original is left as it is. */
import type { ListTablesOutput, ScanOutput } from '@aws-sdk/client-dynamodb';
import type { Evidence } from '../../../report/evidence.ts';
import { countsAddUp, generatorHealthy, nothingLost } from '../load-checks.ts';
import type { OperationScenario, Stage } from '../scenario.ts';
import { recovered, rtoOf, truth, truths, withTruth } from './checks.ts';
import { recoverRun } from './recover-run.ts';

const DRILLED = 'the drill left the tables as they were';
const RESTORED = 'the restored table has every item of that moment';
const ORIGINAL = 'the original is as the disaster left it';

const TABLE = 'rehearsed-analyses';
const ITEMS = 25;
/** Backups reach some minutes back, which the speed shortens. */
const REACHED_WITHIN_MS = 120_000;

export const recoverTable: OperationScenario = {
  name: 'recover-table',
  requestsPerSecond: 20,
  expects: 'a table that was emptied is drilled, and restored beside to the moment before; the process is killed once',
  act,
  judge: ({ operation, load }) => [
    ...recovered(operation, { resumed: true }),
    ...truths(operation, [DRILLED, RESTORED, ORIGINAL]),
    nothingLost(load),
    countsAddUp(load),
    generatorHealthy(load),
  ],
  summarise: ({ operation }) =>
    `${ITEMS} items were back, beside, after ${rtoOf(operation)} s; the original was not touched`,
};

async function act(stage: Stage): Promise<Evidence> {
  const { rehearsal, ports } = stage;
  const call = (name: string, input: object) => rehearsal.wire.call<ScanOutput>('dynamodb', name, input);
  await makeTable(stage);
  for (let number = 0; number < ITEMS; number += 1) {
    await call('PutItem', { TableName: TABLE, Item: { id: { S: `${number}` }, verdict: { S: 'genuine' } } });
  }
  const items = async (TableName: string) => JSON.stringify((await call('Scan', { TableName })).Items);
  const good = await items(TABLE);
  const moment = ports.clock.now();
  await ports.clock.sleep(100, ports.signal);
  for (let number = 0; number < ITEMS; number += 1) {
    await call('DeleteItem', { TableName: TABLE, Key: { id: { S: `${number}` } } });
  }
  const bad = await items(TABLE);
  await untilReached(stage, moment);
  const restoredTo = `${TABLE}-restored`;
  const tables = async () => {
    const { TableNames = [] } = await rehearsal.wire.call<ListTablesOutput>('dynamodb', 'ListTables', {});
    return TableNames.filter((name) => name !== restoredTo).join(', ');
  };
  const before = await tables();
  const args = ['dynamodb-restore', '--table', TABLE, '--at', moment.toISOString(), '--item', '{"id":{"S":"7"}}'];
  // Each is a process with a journal of its own; one after the other would take twice as long.
  const [drilled, run] = await Promise.all([
    recoverRun(stage, [...args, '--drill']),
    recoverRun(stage, args, { at: '"step":"wait"' }),
  ]);
  const after = await tables();
  const restored = await items(restoredTo);
  const now = await items(TABLE);
  return withTruth(run.evidence, [
    truth(
      DRILLED,
      drilled.evidence.verdict === 'pass' && before === after && now === bad,
      `drilled, and ${before}`,
      `${drilled.evidence.verdict}, and ${after}`,
    ),
    truth(RESTORED, restored === good, `${ITEMS} items, the same ones`, restored === good ? 'the same' : 'others'),
    truth(ORIGINAL, now === bad, 'no items, as before', now === bad ? 'as before' : 'changed'),
  ]);
}

async function makeTable({ rehearsal, ports }: Stage): Promise<void> {
  await rehearsal.wire.call('dynamodb', 'CreateTable', {
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    DeletionProtectionEnabled: true,
    Tags: [{ Key: 'rehearsed', Value: 'yes' }],
  });
  while ((await ports.aws.dynamodb.table(TABLE))?.TableStatus !== 'ACTIVE') {
    await ports.clock.sleep(100, ports.signal);
  }
  await ports.aws.dynamodb.enableTimeToLive(TABLE, 'expires');
  await ports.aws.dynamodb.enableRecovery(TABLE, undefined);
}

async function untilReached({ ports }: Stage, moment: Date): Promise<void> {
  const deadline = ports.clock.now().getTime() + REACHED_WITHIN_MS;
  while (((await ports.aws.dynamodb.recoveryWindow(TABLE)).latest ?? new Date(0)) < moment) {
    if (ports.clock.now().getTime() > deadline) {
      throw new Error(`the table cannot be restored to ${moment.toISOString()} yet: rehearse at a higher --speed`);
    }
    await ports.clock.sleep(500, ports.signal);
  }
}
