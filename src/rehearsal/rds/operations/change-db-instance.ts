import { type Operation, operation } from '../../wire/operation.ts';
import { change } from '../attributes.ts';
import type { RdsContext } from '../context.ts';
import { invalidCombination, invalidState } from '../errors.ts';
import type { Instance } from '../instances.ts';
import { operationSchema } from '../schemas.ts';
import type { DBInstanceResult, DeleteDBInstanceMessage, ModifyDBInstanceMessage } from '../types.ts';

const API = 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference';
/** AWS gives no numbers; at speed 1. */
const MODIFIED_AFTER_MS = 30_000;
const DELETED_AFTER_MS = 60_000;

/** RDS ModifyDBInstance, at once: `modifying` for a while, then as it was asked for. */
export function modifyDbInstance({ instances, clock, inBackground }: RdsContext): Operation {
  return operation<ModifyDBInstanceMessage, DBInstanceResult>({
    schema: operationSchema('ModifyDBInstance'),
    supports: [
      ...['DBInstanceIdentifier', 'DBInstanceClass', 'BackupRetentionPeriod', 'PreferredBackupWindow'],
      ...['PreferredMaintenanceWindow', 'PubliclyAccessible', 'DeletionProtection', 'DBParameterGroupName'],
      'VpcSecurityGroupIds',
    ],
    inert: {
      ApplyImmediately: 'changes are applied at once; no maintenance window comes here',
      MonitoringInterval: 'there is no enhanced monitoring here',
      EnablePerformanceInsights: 'there is no Performance Insights here',
    },
    source: `${API}/API_ModifyDBInstance.html`,
    handle: (input) => {
      const instance = available(instances.find(input.DBInstanceIdentifier), instances);
      const attributes = instances.attributesOf(instance.name);
      attributes.status = 'modifying';
      inBackground(
        clock.sleepScaled(MODIFIED_AFTER_MS).then(() => {
          change(attributes, input);
          attributes.status = undefined;
        }),
      );
      return { DBInstance: instances.render(instance) };
    },
  });
}

/** RDS DeleteDBInstance: `deleting` for a while, then gone with all that it held. */
export function deleteDbInstance({ instances, databases, events, clock, inBackground }: RdsContext): Operation {
  return operation<DeleteDBInstanceMessage, DBInstanceResult>({
    schema: operationSchema('DeleteDBInstance'),
    supports: ['DBInstanceIdentifier', 'SkipFinalSnapshot', 'DeleteAutomatedBackups'],
    source: `${API}/API_DeleteDBInstance.html`,
    handle: ({
      DBInstanceIdentifier: identifier,
      SkipFinalSnapshot: skip = false,
      DeleteAutomatedBackups: all = true,
    }) => {
      const instance = instances.find(identifier);
      const attributes = instances.attributesOf(instance.name);
      if (attributes.DeletionProtection) {
        throw invalidCombination(
          'Cannot delete protected DB Instance, please disable deletion protection and try again.',
        );
      }
      if (!skip || !all) {
        throw invalidCombination(
          "surefoot's rehearsal platform deletes with SkipFinalSnapshot and DeleteAutomatedBackups only.",
        );
      }
      if (instance.kind !== 'database' || instance.database.replica !== undefined) {
        throw invalidState("surefoot's rehearsal platform deletes only instances that are no replica and have none.");
      }
      if (attributes.status === 'deleting') {
        throw invalidState(`Instance ${instance.name} is already being deleted.`);
      }
      attributes.status = 'deleting';
      inBackground(
        clock.sleepScaled(DELETED_AFTER_MS).then(async () => {
          await databases.remove(instance.name);
          events.add(instance.name, instances.arnOf(instance.name), 'deleted', clock.now());
          instances.forget(instance.name);
        }),
      );
      return { DBInstance: instances.render(instance) };
    },
  });
}

function available(instance: Instance, instances: RdsContext['instances']): Instance {
  if (instances.render(instance).DBInstanceStatus !== 'available') {
    throw invalidState(`Instance ${instance.name} is not in available state.`);
  }
  return instance;
}
