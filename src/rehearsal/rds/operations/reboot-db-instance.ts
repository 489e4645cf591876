import { type Operation, operation } from '../../wire/operation.ts';
import type { RdsContext } from '../context.ts';
import { invalidCombination, invalidState } from '../errors.ts';
import { operationSchema } from '../schemas.ts';
import type { DBInstanceResult, RebootDBInstanceMessage } from '../types.ts';

/** RDS RebootDBInstance: a restart in place, or with ForceFailover one in the standby's zone. Answers at once, with the status `rebooting`. */
export function rebootDbInstance({ instances, faults, inBackground }: RdsContext): Operation {
  return operation<RebootDBInstanceMessage, DBInstanceResult>({
    schema: operationSchema('RebootDBInstance'),
    supports: ['DBInstanceIdentifier', 'ForceFailover'],
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html',
    handle: ({ DBInstanceIdentifier: identifier, ForceFailover: failover = false }) => {
      const instance = instances.find(identifier);
      const { DBInstanceStatus: status, MultiAZ: isMultiAz } = instances.render(instance);
      if (instance.kind === 'restoring' || status !== 'available') {
        throw invalidState(`Instance ${instance.name} is not in available state.`);
      }
      if (failover && !isMultiAz) {
        throw invalidCombination(
          'ForceFailover cannot be specified since the instance is not configured for either MultiAZ or High Availability',
        );
      }
      inBackground(
        instance.kind === 'database' ? faults.reboot(instance.name, { failover }) : instance.replica.reboot(),
      );
      return { DBInstance: instances.render(instance) };
    },
  });
}
