/** A soak's readings as Markdown tables, for a person and for docs/soak.md. */
import { type Reading, ROLES, type Role } from './processes.ts';
import type { HeapSample, SoakSample } from './run.ts';
import { type Point, trendOf } from './trend.ts';

const HEAD = [
  '| process | quantity | quarter 1 | quarter 2 | quarter 3 | quarter 4 | highest | slope per hour |',
  '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
].join('\n');

const QUANTITIES = [
  { key: 'memory', title: 'memory, MiB', digits: 1 },
  { key: 'handles', title: 'handles', digits: 0 },
  { key: 'threads', title: 'threads', digits: 0 },
  { key: 'children', title: 'children', digits: 0 },
] as const satisfies readonly { key: keyof Reading; title: string; digits: number }[];

/** Trends of live heaps. @throws RangeError for fewer than eight readings */
export function heapReport(heaps: readonly HeapSample[]): string {
  const points = (role: Role) => heaps.map(({ at, live }) => ({ at, value: live[role] }));
  return [HEAD, ...ROLES.map((role) => row(role, 'live heap, MiB', points(role), 2))].join('\n');
}

/** The trend of every quantity of every process, then the calls and the requests. @throws RangeError for fewer than eight samples */
export function soakReport(samples: readonly SoakSample[]): string {
  const last = samples.at(-1);
  const minutes = ((last?.at ?? 0) / 60).toFixed(1);
  const calls = Object.entries(last?.calls ?? {});
  const failed = calls.filter(([result]) => !result.startsWith('ok '));
  return [
    `${samples.length} samples over ${minutes} minutes`,
    '',
    HEAD,
    ...rows(samples),
    '',
    `Calls: ${sum(calls)}, of them failed: ${sum(failed)}${failed.map(([result, n]) => `; ${result}: ${n}`).join('')}`,
    `Requests through the balancer by status: ${JSON.stringify(last?.traffic ?? {})}`,
    ...ROLES.map(
      (role) =>
        `CPU time of the ${role}: ${last?.processes[role].cpu ?? 0} s; handles at first ${JSON.stringify(samples[0]?.handles[role])}, at last ${JSON.stringify(last?.handles[role])}`,
    ),
  ].join('\n');
}

function rows(samples: readonly SoakSample[]): string[] {
  return ROLES.flatMap((role) =>
    QUANTITIES.map(({ key, title, digits }) => {
      const points = samples.map(({ at, processes }) => ({ at, value: processes[role][key] }));
      return row(role, title, points, digits);
    }),
  );
}

function row(role: Role, title: string, points: readonly Point[], digits: number): string {
  const { quarters, highest, perHour } = trendOf(points);
  const cells = [...quarters, highest].map((value) => value.toFixed(digits));
  return `| ${[role, title, ...cells, perHour.toFixed(1)].join(' | ')} |`;
}

function sum(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((total, [, count]) => total + count, 0);
}
