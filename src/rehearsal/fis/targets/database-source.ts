/** `aws:rds:db`: the platform's database instances, read through RDS's API. */

import type { DBInstanceMessage } from '../../rds/types.ts';
import type { InternalCall } from '../../wire/operation.ts';
import type { Resource, ResourceSource } from './resource.ts';

/** Of the parameter `availabilityZoneIdentifiers` (names with commas in between) where given. */
export function databaseSource(call: InternalCall): ResourceSource {
  return {
    async find({ availabilityZoneIdentifiers }) {
      const zones = availabilityZoneIdentifiers?.split(',');
      const found: Resource[] = [];
      let marker: { Marker?: string } = {};
      do {
        const page: DBInstanceMessage = await call('rds', 'DescribeDBInstances', marker);
        for (const instance of page.DBInstances ?? []) {
          const tags = (instance.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value]);
          found.push({ arn: instance.DBInstanceArn ?? '', tags: Object.fromEntries(tags), attributes: instance });
        }
        marker = page.Marker === undefined ? {} : { Marker: page.Marker };
      } while (marker.Marker !== undefined);
      return found.filter(({ attributes }) => {
        const { AvailabilityZone: zone = '' } = attributes as { readonly AvailabilityZone?: string };
        return zones?.includes(zone) ?? true;
      });
    },
  };
}
