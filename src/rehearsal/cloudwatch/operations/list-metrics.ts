import {
  type DimensionFilter,
  ListMetrics$,
  type ListMetricsInput,
  type ListMetricsOutput,
} from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import type { MetricContext } from '../context.ts';
import { dimensionList } from '../dimensions.ts';
import { invalidValue } from '../errors.ts';
import type { MetricKey } from '../metric-store.ts';
import { pageOf } from '../paging.ts';

const PAGE_SIZE = 500;
const RECENT_SECONDS = 3 * 3600;

/** ListMetrics. A metric is listed with its first datum (AWS: within 15 minutes) and for 24 hours after its last one (AWS: two weeks). */
export function listMetrics({ store, clock }: MetricContext): Operation {
  return operation<ListMetricsInput, ListMetricsOutput>({
    schema: ListMetrics$,
    supports: ['Namespace', 'MetricName', 'Dimensions[].*', 'NextToken', 'RecentlyActive'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html',
    handle(input) {
      const { Namespace, MetricName, Dimensions = [], RecentlyActive } = input;
      if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') {
        throw invalidValue(`RecentlyActive can only be PT3H, got ${RecentlyActive}.`);
      }
      const oldest = RecentlyActive === undefined ? 0 : clock.now().getTime() / 1000 - RECENT_SECONDS;
      const found = store
        .list()
        .filter(({ key, newest }) => newest >= oldest && matches(key, Namespace, MetricName, Dimensions))
        .map(({ key }) => ({
          Namespace: key.namespace,
          MetricName: key.name,
          Dimensions: dimensionList(key.dimensions),
        }));
      const { items, ...next } = pageOf(found, input, PAGE_SIZE);
      return { Metrics: [...items], ...next };
    },
  });
}

function matches(
  key: MetricKey,
  namespace: string | undefined,
  name: string | undefined,
  dimensions: readonly DimensionFilter[],
): boolean {
  return (
    (namespace === undefined || key.namespace === namespace) &&
    (name === undefined || key.name === name) &&
    dimensions.every(({ Name = '', Value }) => {
      return Object.hasOwn(key.dimensions, Name) && (Value === undefined || key.dimensions[Name] === Value);
    })
  );
}
