import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { lookEveryMs } from '../../../src/operations/common/polling.ts';
import { followDeployment } from '../../../src/operations/deploy/follow.ts';
import type { Ports } from '../../../src/operations/ports.ts';
import { createRecorder } from '../../../src/operations/recorder.ts';

/** Ports over a deployment that takes `minutes`, and a clock that only sleeping moves. */
function world(minutes: number) {
  const start = Date.UTC(2026, 0, 1);
  let now = start;
  const looks: number[] = [];
  const clock = {
    now: () => new Date(now),
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const serviceDeployment = async (): Promise<ServiceDeployment> => {
    looks.push(now - start);
    return now - start < minutes * 60_000
      ? { status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' }
      : { status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' };
  };
  const ports = {
    aws: { ecs: { serviceDeployment } },
    clock,
    reporter: { stage: () => undefined, info: () => undefined, warn: () => undefined, progress: () => undefined },
    signal: new AbortController().signal,
  } as unknown as Ports;
  return { ports, looks };
}

async function follow(minutes: number, rehearsalSpeed: number | undefined) {
  const { ports, looks } = world(minutes);
  const { deployment, stages } = await followDeployment(
    {
      arn: 'arn',
      recorder: createRecorder({
        operation: 'deploy',
        title: 'a deployment',
        subject: {},
        rehearsalSpeed,
        tools: [],
        clock: ports.clock,
      }),
      everyMs: lookEveryMs(rehearsalSpeed),
      onLook: async () => undefined,
      onPause: async () => undefined,
    },
    ports,
  );
  const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
  return { status: deployment.status, stages: stages.map(({ stage }) => stage), looks: looks.length, gaps };
}

describe('followDeployment', () => {
  it('looks each 5 s on AWS, whose budget of calls is everybody’s', async () => {
    const followed = await follow(10, undefined);
    expect(followed).toMatchObject({ status: 'SUCCESSFUL', stages: ['SCALE_UP', 'CLEAN_UP'], looks: 121 });
    expect(new Set(followed.gaps)).toEqual(new Set([5000]));
  });

  it.each([1, 20, 1000])('looks each second in a rehearsal at speed %d, never faster', async (speed) => {
    const followed = await follow(1, speed);
    expect(followed).toMatchObject({ status: 'SUCCESSFUL', looks: 61 });
    expect(new Set(followed.gaps)).toEqual(new Set([1000]));
  });
});
