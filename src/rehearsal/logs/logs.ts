import type { ServiceModule } from '../wire/operation.ts';
import { createContext, type LogsOptions } from './context.ts';
import { describeLogStreams } from './operations/describe-log-streams.ts';
import { getLogEvents } from './operations/get-log-events.ts';

/** CloudWatch Logs as far as a deployment reads it: what tasks whose containers log by `awslogs` wrote to stdout and stderr. */
export function createLogs(options: LogsOptions): { readonly module: ServiceModule } {
  const context = createContext(options);
  return { module: { id: 'logs', operations: [getLogEvents(context), describeLogStreams(context)] } };
}
