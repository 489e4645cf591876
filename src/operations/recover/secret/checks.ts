/** Whether the version is in use: in Secrets Manager, by every task, and by a request that needs it. */
import type { Check } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { isCurrent } from './move.ts';
import type { HasValue, RestartStep } from './restart-step.ts';
import type { Scene } from './scene.ts';
import { stateOf } from './secret-state.ts';

const ANSWER_WITHIN_MS = 10_000;

/** A version is made when it is put: tasks that were created later got it. Both times are AWS's. */
export function hasNew({ state, move, ports }: Scene): HasValue {
  return async () => {
    const madeAt = await madeOn(state.arn, move.version, ports);
    return ({ createdAt }) => madeAt !== undefined && createdAt !== undefined && createdAt > madeAt;
  };
}

/** Tasks from before the other version was made have the former value, and so do those created after it was put back. */
export function hasFormer({ state, move, ports }: Scene): HasValue {
  return async () => {
    const described = await ports.aws.secretsManager.secret(state.arn);
    const now = described && stateOf(described);
    const back = now?.current === move.version ? now.changedAt : undefined;
    const otherAt = move.old === undefined ? undefined : await madeOn(state.arn, move.old, ports);
    return ({ createdAt }) =>
      createdAt !== undefined &&
      ((otherAt !== undefined && createdAt < otherAt) || (back !== undefined && createdAt > back));
  };
}

async function madeOn(arn: string, version: string, { aws }: Ports): Promise<Date | undefined> {
  return (await aws.secretsManager.versions(arn)).find(({ VersionId }) => VersionId === version)?.CreatedDate;
}

export async function checksOf(
  { state, move, inputs, ports }: Scene,
  restarts: readonly RestartStep[],
): Promise<Check[]> {
  const current = await isCurrent(state.arn, move.version, ports);
  const tasks: Check[] = [];
  for (const restart of restarts) {
    tasks.push(await restart.check());
  }
  return [
    {
      name: 'version of the secret',
      verdict: current === undefined ? 'fail' : 'pass',
      expected: `${move.version} is AWSCURRENT`,
      observed: current ?? 'another one is',
    },
    ...tasks,
    ...(inputs.checkUrl === undefined ? [] : [await answerCheck(inputs.checkUrl, ports)]),
  ];
}

async function answerCheck(url: string, { http, signal }: Ports): Promise<Check> {
  const observed = await http({ url, timeoutMs: ANSWER_WITHIN_MS, signal }).then(
    ({ status }) => ({ good: status >= 200 && status < 300, text: `${status}` }),
    (error: unknown) => ({ good: false, text: error instanceof Error ? error.message : String(error) }),
  );
  return {
    name: 'request that needs the secret',
    verdict: observed.good ? 'pass' : 'fail',
    expected: 'an answer of 200 to 299',
    observed: observed.text,
  };
}
