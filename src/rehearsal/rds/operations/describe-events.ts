import { type Operation, operation } from '../../wire/operation.ts';
import type { RdsContext } from '../context.ts';
import { invalidCombination } from '../errors.ts';
import { pageOf } from '../paging.ts';
import { operationSchema } from '../schemas.ts';
import type { DescribeEventsMessage, EventsMessage } from '../types.ts';

const MINUTE_MS = 60_000;
/** What AWS looks back without being told. */
const DEFAULT_MINUTES = 60;

/** RDS DescribeEvents: what happened to instances, oldest first, in the last hour unless another time is asked for. */
export function describeEvents({ events, now }: RdsContext): Operation {
  return operation<DescribeEventsMessage, EventsMessage>({
    schema: operationSchema('DescribeEvents'),
    supports: [
      ...['SourceIdentifier', 'SourceType', 'StartTime', 'EndTime', 'Duration', 'EventCategories'],
      ...['MaxRecords', 'Marker'],
    ],
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html',
    handle: (input) => {
      const { SourceIdentifier: source, SourceType: type, EventCategories: categories = [] } = input;
      if (source !== undefined && type === undefined) {
        throw invalidCombination('SourceType must be specified with SourceIdentifier');
      }
      const to = input.EndTime ?? now();
      const minutes = input.Duration ?? DEFAULT_MINUTES;
      const from = input.StartTime ?? new Date(to.getTime() - minutes * MINUTE_MS);
      const found = events
        .all()
        .filter(
          (event) =>
            event.Date >= from &&
            event.Date <= to &&
            (type === undefined || event.SourceType === type) &&
            (source === undefined || event.SourceIdentifier === source.toLowerCase()) &&
            (categories.length === 0 || event.EventCategories.some((category) => categories.includes(category))),
        );
      const { items, next } = pageOf(found, input, 'events');
      return { Events: items, ...next };
    },
  });
}
