import { type Operation, operation } from '../../wire/operation.ts';
import type { RdsContext } from '../context.ts';
import { invalidValue } from '../errors.ts';
import type { Instance } from '../instances.ts';
import { pageOf } from '../paging.ts';
import { operationSchema } from '../schemas.ts';
import type { DBInstanceMessage, DescribeDBInstancesMessage } from '../types.ts';

/** RDS DescribeDBInstances: all instances, one by its identifier or ARN, or those that filters choose. */
export function describeDbInstances({ instances }: RdsContext): Operation {
  const fits = (
    instance: Instance,
    { Name, Values }: { readonly Name: string; readonly Values: readonly string[] },
  ) => {
    const { Engine, DBInstanceArn, DbiResourceId } = instances.render(instance);
    switch (Name) {
      case 'db-instance-id':
        return Values.some((value) => value.toLowerCase() === instance.name || value === DBInstanceArn);
      case 'dbi-resource-id':
        return Values.includes(DbiResourceId);
      case 'engine':
        return Values.includes(Engine);
      default:
        throw invalidValue(`Unrecognized filter name: ${Name}`);
    }
  };
  return operation<DescribeDBInstancesMessage, DBInstanceMessage>({
    schema: operationSchema('DescribeDBInstances'),
    supports: ['DBInstanceIdentifier', 'Filters[].*', 'MaxRecords', 'Marker'],
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html',
    handle: (input) => {
      const { DBInstanceIdentifier: identifier, Filters: filters = [] } = input;
      const chosen = identifier === undefined ? instances.all() : [instances.find(identifier)];
      const found = chosen.filter((instance) => filters.every((filter) => fits(instance, filter)));
      const { items, next } = pageOf(found, input, 'db-instances');
      return { DBInstances: items.map((instance) => instances.render(instance)), ...next };
    },
  });
}
