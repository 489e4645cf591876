/** The databases of a world: the primary's, its replica in the standby's region, and how far behind that is. */
import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
} from '@aws-sdk/client-rds';
import type { Side, Wishes, World } from './sides.ts';

export async function makeDatabases(
  primary: Side,
  standby: Side,
  { replica = true, lagSeconds = 0 }: Wishes,
): Promise<void> {
  const { DBInstance } = await primary.rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'moved',
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'shop',
      MasterUserPassword: 'correct-horse',
    }),
  );
  if (replica) {
    await standby.rds.send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier: 'moved-dr',
        SourceDBInstanceIdentifier: DBInstance?.DBInstanceArn,
      }),
    );
    await tellLag(standby, 'moved-dr', lagSeconds);
  }
}

/** What a promotion leaves: moto's own keeps the name of the source, AWS's does not. */
export async function makeStandalone({ rds }: Side, name: string): Promise<void> {
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: name, SkipFinalSnapshot: true }));
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: name,
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'shop',
      MasterUserPassword: 'correct-horse',
    }),
  );
}

/** A replica in the primary's region of the database that took over. */
export async function replicateBack({ primary, standby }: World): Promise<void> {
  const { DBInstances: [source] = [] } = await standby.rds.send(
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'moved-dr' }),
  );
  await primary.rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'moved-back',
      SourceDBInstanceIdentifier: source?.DBInstanceArn,
    }),
  );
  await tellLag(primary, 'moved-back', 0);
}

/** Of the last ten minutes and of hours to come: the tests' clock runs ahead. */
export async function tellLag({ cloudwatch }: Side, name: string, seconds: number): Promise<void> {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const points = Array.from({ length: 240 }, (_, index) => new Date(minute + (index - 10) * 60_000));
  for (let from = 0; from < points.length; from += 120) {
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/RDS',
        MetricData: points.slice(from, from + 120).map((Timestamp) => ({
          MetricName: 'ReplicaLag',
          Dimensions: [{ Name: 'DBInstanceIdentifier', Value: name }],
          Timestamp,
          Value: seconds,
        })),
      }),
    );
  }
}
