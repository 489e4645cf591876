/** runner-dies: the process that deploys is killed while ECS waits for its answer. Nobody notices, and ECS goes back by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { RUNNING_STATUSES } from '../../operations/common/deployment-statuses.ts';
import { lookEveryMs } from '../../operations/common/polling.ts';
import { followDeployment } from '../../operations/deploy/follow.ts';
import { readLive } from '../../operations/deploy/live.ts';
import { WATCH_STAGE } from '../../operations/deploy/pauses/stages.ts';
import { describeDeployment } from '../../operations/deploy/record.ts';
import { readStatus, repair } from '../../operations/deploy/status.ts';
import { judgeDeployment } from '../../operations/deploy/verdict.ts';
import { createRecorder } from '../../operations/recorder.ts';
import type { Check, Evidence } from '../../report/evidence.ts';
import { selfCommand } from '../world/self.ts';
import { causeNamed, rolledBack } from './deployment-checks.ts';
import { countsAddUp, generatorHealthy, judgedTotals, nothingLost } from './load-checks.ts';
import { candidateImage } from './request.ts';
import type { OperationScenario, Stage } from './scenario.ts';

/** The deployment must have come as far as its pause by then. */
const PAUSE_WITHIN_MS = 90_000;

export const runnerDies: OperationScenario = {
  name: 'runner-dies',
  adverse: true,
  requestsPerSecond: 20,
  expects: 'the deploying process is killed at the pause; ECS rolls back by the time-out, nothing is left',
  act: killAtThePause,
  judge: ({ operation, load }) => [
    rolledBack(operation, 'inconclusive'),
    causeNamed(operation, 'pause-timed-out'),
    ...operation.checks,
    nothingLost(load),
    countsAddUp(load),
    generatorHealthy(load),
  ],
  summarise: ({ operation, load }) => {
    const waited = operation.measurements.find(
      (measurement) => measurement.indicator === 'from death to rollback',
    )?.value;
    const { planned, ok } = judgedTotals(load);
    return `killed at the pause; ECS had rolled back ${waited ?? 'an unknown number of'} s later by itself; ${planned - ok} of ${planned} requests lost`;
  },
};

async function killAtThePause(stage: Stage): Promise<Evidence> {
  const { ports, target } = stage;
  const before = await readLive(target, ports);
  const recorder = createRecorder({
    operation: 'deploy',
    title: 'A deployment whose process is killed',
    subject: { platform: stage.platform.name, environment: target.environment, service: target.ecsService },
    rehearsalSpeed: stage.rehearsal.speed,
    tools: [],
    clock: ports.clock,
  });
  const runner = await startRunner(stage);
  try {
    const arn = await untilPaused(stage, runner);
    const diedAt = ports.clock.now().getTime();
    runner.kill('SIGKILL');
    recorder.event('fault', 'runner killed', 'SIGKILL while ECS waits for its answer');
    ports.reporter.info('killed the deploying process at the pause; nobody will answer');
    const followed = await followDeployment(
      {
        arn,
        recorder,
        everyMs: lookEveryMs(stage.rehearsal.speed),
        onLook: async () => undefined,
        onPause: async () => undefined,
      },
      ports,
    );
    const seconds = Math.round((ports.clock.now().getTime() - diedAt) / 100) / 10;
    recorder.measure({
      indicator: 'from death to rollback',
      value: seconds,
      unit: 's',
      method: 'from SIGKILL to ROLLBACK_SUCCESSFUL, the time-out shortened by the speed',
    });
    // The killed process had sent its smoke check; it went through the same load balancer.
    recorder.measure({
      indicator: 'smoke requests',
      value: target.deploy.smoke?.requests ?? 0,
      unit: 'requests',
      method: 'as configured; the killed process had passed its smoke check',
    });
    recorder.check(await nothingLeft(stage));
    const live = (await readLive(target, ports)).revision?.serviceRevisionArn;
    const subject = { arn, baseline: before.revision?.serviceRevisionArn, changes: [] };
    const { deployment } = followed;
    const { verdict, reasons } = judgeDeployment({
      status: deployment.status ?? 'unknown',
      statusReason: deployment.rollback?.reason ?? deployment.statusReason,
      candidate: deployment.targetServiceRevision?.arn ?? '',
      live,
      cause: undefined,
      pauseTimedOut: deployment.lifecycleHookDetails?.some((hook) => hook.status === 'TIMED_OUT') ?? false,
    });
    return recorder.finish(verdict, reasons, { deployment: await describeDeployment(subject, followed, live, ports) });
  } finally {
    runner.kill('SIGKILL');
  }
}

/** A process of its own, as a job on a runner would be: `surefoot deploy` over the wire. */
async function startRunner(stage: Stage): Promise<ChildProcess> {
  const { target, rehearsal, platform } = stage;
  await mkdir(stage.workDirectory, { recursive: true });
  const log = openSync(path.join(stage.workDirectory, 'runner.log'), 'a');
  const [program, ...own] = selfCommand();
  const options = ['--config', platform.file, '--environment', target.environment, '--service', target.service];
  const change = [
    '--image',
    candidateImage(stage, 'runner-dies'),
    '--report-dir',
    path.join(stage.workDirectory, 'runner'),
  ];
  return spawn(program, [...own, 'deploy', '--yes', ...options, ...change], {
    env: { ...process.env, AWS_ENDPOINT_URL: rehearsal.endpoint },
    stdio: ['ignore', log, log],
  });
}

/** Resolves with the deployment once it waits at the last pause. */
async function untilPaused({ ports, target, workDirectory }: Stage, runner: ChildProcess): Promise<string> {
  const deadline = ports.clock.now().getTime() + PAUSE_WITHIN_MS;
  while (ports.clock.now().getTime() < deadline && runner.exitCode === null) {
    const [running] = await ports.aws.ecs.serviceDeployments(target.cluster, target.ecsService, [...RUNNING_STATUSES]);
    const arn = running?.serviceDeploymentArn;
    const deployment = arn === undefined ? undefined : await ports.aws.ecs.serviceDeployment(arn);
    const waits = deployment?.lifecycleHookDetails?.some((hook) => hook.status === 'AWAITING_ACTION') ?? false;
    if (arn !== undefined && waits && deployment?.lifecycleStage === WATCH_STAGE) {
      return arn;
    }
    await ports.clock.sleep(500, ports.signal);
  }
  throw new Error(`the deployment never waited at ${WATCH_STAGE}; see ${path.join(workDirectory, 'runner.log')}`);
}

/** `status --repair` finds what the dead process left, and afterwards there is nothing. */
async function nothingLeft({ target, ports }: Stage): Promise<Check> {
  const found = (await readStatus(target, ports)).leftover;
  const repaired = await repair(target, ports);
  const after = await readLive(target, ports);
  const pauses = (after.service.deploymentConfiguration?.lifecycleHooks ?? []).filter(
    (hook) => hook.targetType === 'PAUSE',
  );
  const clean = found !== null && (await readStatus(target, ports)).leftover === null && pauses.length === 0;
  return {
    name: 'nothing left after status --repair',
    verdict: clean ? 'pass' : 'fail',
    expected: 'the leftover is reported, then put back; no pause on the service',
    observed: `${found === null ? 'no leftover reported' : 'leftover reported'}; ${repaired}; ${pauses.length} pauses`,
  };
}
