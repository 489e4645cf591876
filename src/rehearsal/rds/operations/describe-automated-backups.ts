import { type Operation, operation } from '../../wire/operation.ts';
import { restoreWindow } from '../backups.ts';
import type { RdsContext } from '../context.ts';
import { operationSchema } from '../schemas.ts';
import type { AutomatedBackupsMessage, DescribeAutomatedBackupsMessage } from '../types.ts';

/** RDS DescribeDBInstanceAutomatedBackups: of instances that are there; those of a deleted one go with it. */
export function describeDbInstanceAutomatedBackups({ instances, clock }: RdsContext): Operation {
  return operation<DescribeAutomatedBackupsMessage, AutomatedBackupsMessage>({
    schema: operationSchema('DescribeDBInstanceAutomatedBackups'),
    supports: ['DBInstanceIdentifier', 'DbiResourceId'],
    inert: { MaxRecords: 'all backups are on one page' },
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstanceAutomatedBackups.html',
    handle: ({ DBInstanceIdentifier: identifier, DbiResourceId: id }) => ({
      DBInstanceAutomatedBackups: instances
        .all()
        .filter(({ kind, name }) => kind === 'database' && (identifier?.toLowerCase() ?? name) === name)
        .filter(({ name }) => id === undefined || instances.resourceIdOf(name) === id)
        .flatMap((instance) => {
          const window = restoreWindow(instances.attributesOf(instance.name), clock);
          const { DBInstanceIdentifier, DBInstanceArn, DbiResourceId, Engine, BackupRetentionPeriod } =
            instances.render(instance);
          const known = { DBInstanceIdentifier, DBInstanceArn, DbiResourceId, Engine, BackupRetentionPeriod };
          return window === undefined ? [] : [{ ...known, RestoreWindow: window, Status: 'active' as const }];
        }),
    }),
  });
}
