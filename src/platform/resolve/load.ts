/** The load of a service: the rules between its fields, and the defaults. */
import type { Demand, LoadSettings } from '../model/load.ts';
import { DEFAULTS } from '../schema/common.ts';
import type { MergedService } from '../schema/service.ts';
import { type ServiceContext, seconds } from './service-context.ts';

/** Peak over mean of a day with users all over the world (robustperception.io, "Do you know your peak-to-mean ratio?": 1.6 to 1.7). */
const WORLD_PEAK_TO_MEAN = 1.7;

export function resolveLoad(context: ServiceContext, load: MergedService['load'], healthPath: string): LoadSettings {
  return {
    path: load?.path ?? healthPath,
    timeoutSeconds: seconds(load?.timeout ?? DEFAULTS.loadTimeout),
    demand: resolveDemand(context, load ?? {}),
  };
}

/** The address, with the environment filled in and without a slash at its end. */
export function resolveUrl(context: ServiceContext, url: string | undefined): string | undefined {
  if (url === undefined) {
    return undefined;
  }
  const path = context.at('url');
  const filled = context.names.fill(url, context.environment.name, path);
  if (!/[{}]/.test(filled) && !URL.canParse(filled)) {
    context.report({
      path,
      what: `becomes ${filled}, which is no address`,
      write: 'https://api.{environment}.example.com',
    });
  }
  return filled.replace(/\/$/, '');
}

function resolveDemand(context: ServiceContext, load: NonNullable<MergedService['load']>): Demand | undefined {
  const { dailyUsers, requestsPerUser, peakToMean, busyHours } = load;
  const pair = [
    ['dailyUsers', dailyUsers, 'requestsPerUser', requestsPerUser, '40'],
    ['requestsPerUser', requestsPerUser, 'dailyUsers', dailyUsers, '250000'],
  ] as const;
  for (const [given, value, other, missing, example] of pair) {
    if (value !== undefined && missing === undefined) {
      context.report({
        path: context.at('load', given),
        part: 'key',
        what: `needs ${other} beside it: only both together are a number of requests`,
        write: `${other}: ${example} beside it`,
      });
    }
  }
  if (peakToMean !== undefined && busyHours !== undefined) {
    context.report({
      path: context.at('load', 'busyHours'),
      part: 'key',
      what: 'cannot stand beside peakToMean: both say how high the peak is',
      write: 'one of the two',
    });
  }
  if (dailyUsers === undefined || requestsPerUser === undefined) {
    return undefined;
  }
  const peak =
    busyHours === undefined
      ? ({ kind: 'peak-to-mean', ratio: peakToMean ?? WORLD_PEAK_TO_MEAN } as const)
      : ({ kind: 'busy-hours', hours: busyHours } as const);
  return { dailyUsers, requestsPerUser, peak };
}
