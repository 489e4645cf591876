/** A planned procedure for people. Pure. */
import type { Planned, RecoverRequest } from './request.ts';

export function renderPlan(planned: Planned, { environment, drill, keep, run }: RecoverRequest): string {
  const begun = run.resumed ? [`goes on with the run ${run.id} that began at ${run.begunAt.toISOString()}`] : [];
  const guarded = environment.protected
    ? [
        `${environment.name} is protected: ${drill ? 'what is made here is made beside what is there' : 'this changes it'}`,
      ]
    : [];
  const removals = drill && !keep ? planned.removals : [];
  return [
    `${planned.title} in ${environment.name}`,
    ...[...begun, ...guarded, ...planned.notes].map((note) => `  ${note}`),
    ...[...planned.steps, ...removals].flatMap(({ title, undo }, at) => [
      `  ${at + 1}. ${title}`,
      `     to undo: ${undo}`,
    ]),
    ...planned.afterwards.map((next) => `  then by hand: ${next}`),
  ].join('\n');
}
