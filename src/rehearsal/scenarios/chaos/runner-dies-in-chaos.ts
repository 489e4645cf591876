/**
 * runner-dies-in-chaos: the process that runs the experiment is killed while its fault acts. A load of another process goes on, and sees the
 * fault end by itself.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Experiment } from '../../../aws/fis/fis.ts';
import { createRecorder } from '../../../operations/recorder.ts';
import type { Check } from '../../../report/evidence.ts';
import type { AccessLogLine } from '../../world/balancer/access-log.ts';
import { selfCommand } from '../../world/self.ts';
import { countsAddUp, generatorHealthy, nothingLost } from '../load-checks.ts';
import type { ChaosObservation, ChaosScenario, ChaosStage } from '../scenario.ts';
import { putQuietStopAlarm } from './alarms.ts';
import { startChaosRun } from './chaos-run.ts';
import { allLogged, measurementOf, platformAtWork } from './checks.ts';
import { writeExperiment } from './experiment-file.ts';
import { faultBegan, hasEnded, nothingLeft } from './observe.ts';

const NAME = 'runner-dies-in-chaos';
/** How late answers are under the fault, in ms. A health check, which waits for a handshake and an answer, still gets through. */
const LATE_MS = 300;
/** An order waits for what the task sends twice: to the database, and back to who ordered. */
const WAITS = 2;
/** A timer may fire so much early. */
const TIMER_MS = 5;
/** Of the fault on AWS; the speed shortens it. */
const FAULT = { duration: 'PT5M', seconds: 300 } as const;
const WITNESS = { rate: 20, maxSeconds: 300 } as const;
const INJECTED_WITHIN_MS = 90_000;
const ENDS_WITHIN_MS = 120_000;
const FELT_MS = 3000;
const AFTER_MS = 4000;
/** k6 sends so long after the death of who reads it: its next write finds the pipe closed. */
const LOAD_ENDS_WITHIN_MS = 5000;

export const runnerDiesInChaos: ChaosScenario = {
  name: NAME,
  adverse: true,
  expects:
    'the process that runs the experiment is killed under its fault: the fault ends by itself, and what is left is found and taken away',
  example: 'splurge-art',
  inject,
  judge: ({ operation, seen, log }) => {
    const { load } = operation;
    return [
      ...seen,
      platformAtWork(log),
      ...(load === undefined
        ? []
        : [
            nothingLost(load),
            allLogged({ log: linesOfWitness(log) }, load),
            countsAddUp(load),
            generatorHealthy(load),
          ]),
    ];
  },
  measure: () => [],
  summarise: ({ operation }) =>
    `killed under the fault, which ended by itself ${measurementOf(operation, 'from death to the end of the fault')?.value ?? '?'} s later; nothing is left after \`surefoot chaos stop\``,
};

async function inject(stage: ChaosStage): Promise<ChaosObservation> {
  const { ports, target, platform, rehearsal } = stage;
  const recorder = createRecorder({
    operation: 'chaos-run',
    title: 'A run whose process is killed',
    subject: { platform: platform.name, environment: target.environment, service: target.ecsService },
    rehearsalSpeed: rehearsal.speed,
    tools: [],
    clock: ports.clock,
  });
  await putQuietStopAlarm(stage);
  const file = await writeFault(stage);
  const witness = await startWitness(stage);
  const runner = startChaosRun(stage, file);
  try {
    await witness.startedAt;
    const id = await untilInjected(stage, runner);
    if (id === undefined) {
      const load = await witness.finish();
      const operation = recorder.finish('inconclusive', [{ code: 'never-injected', message: NEVER }], { load });
      return {
        operation,
        exitCode: runner.exitCode,
        faultAt: undefined,
        log: await stage.accessLog(),
        seen: [neverInjected(runner)],
      };
    }
    await ports.clock.sleep(FELT_MS, ports.signal);
    const diedAt = ports.clock.now();
    runner.kill('SIGKILL');
    recorder.event('fault', 'runner killed', 'SIGKILL under the fault of the experiment');
    ports.reporter.info('killed the process that runs the experiment; nobody will stop the fault');
    const ended = await untilEnded(stage, id);
    const endedAt = ended.endTime ?? ports.clock.now();
    recorder.measure({
      indicator: 'from death to the end of the fault',
      value: Math.round((endedAt.getTime() - diedAt.getTime()) / 100) / 10,
      unit: 's',
      method: 'from SIGKILL to the end of the experiment in FIS, the duration of the fault shortened by the speed',
    });
    await ports.clock.sleep(AFTER_MS, ports.signal);
    const left = await leftBehind(stage);
    const stopped = await chaosStop(stage);
    const clean = [await nothingLeft(stage), await noSchedule(stage)];
    const load = await witness.finish();
    const log = await stage.accessLog();
    const seen = [
      endedByItself(ended, rehearsal.speed),
      lateUntil(log, ended, diedAt),
      runnersLoadEnded(log, diedAt),
      left,
      stopped,
      ...clean,
    ];
    const operation = recorder.finish('pass', [{ code: 'ended-by-itself', message: ended.state?.reason ?? '' }], {
      load,
    });
    return { operation, exitCode: runner.exitCode, faultAt: faultBegan(ended), log, seen };
  } finally {
    runner.kill('SIGKILL');
    witness.abort();
  }
}

function writeFault({ workDirectory }: ChaosStage): Promise<string> {
  return writeExperiment('ecs-task-network-latency', workDirectory, [
    [['template', 'targets', 'tasks', 'selectionMode'], 'ALL'],
    [['template', 'actions', 'slow-network', 'parameters', 'duration'], FAULT.duration],
    [['template', 'actions', 'slow-network', 'parameters', 'delayMilliseconds'], LATE_MS],
    [['template', 'actions', 'slow-network', 'parameters', 'jitterMilliseconds'], 0],
    [['guards', 'maximumDuration'], '5m'],
    [['guards', 'maximumCost'], 10],
    [['guards', 'stopRole'], `arn:\${partition}:iam::\${account}:role/surefoot-stop`],
    [['expect'], { availability: 90, evidence: { targets: 2, requests: 200 } }],
  ]);
}

/** A load of our own, which outlives the runner's. */
function startWitness({ target, rehearsal, startLoad }: ChaosStage) {
  const settings = target.rehearsal?.load;
  const url = new URL(settings?.path ?? '/', rehearsal.services[target.ecsService]?.url).href;
  return startLoad(
    { name: NAME, url, timeoutSeconds: settings?.timeoutSeconds ?? 10, ...WITNESS },
    'witness',
    () => undefined,
  );
}

/** The experiment once its fault acts; undefined when the run ends before, as it does where the service is not steady. */
async function untilInjected({ ports }: ChaosStage, runner: ChildProcess): Promise<string | undefined> {
  const deadline = ports.clock.now().getTime() + INJECTED_WITHIN_MS;
  while (ports.clock.now().getTime() < deadline && runner.exitCode === null) {
    const running = (await ports.aws.fis.listExperiments()).find(
      ({ state, experimentOptions }) => state?.status === 'running' && experimentOptions?.actionsMode === 'run-all',
    );
    if (running?.id !== undefined) {
      return running.id;
    }
    await ports.clock.sleep(250, ports.signal);
  }
  return undefined;
}

const NEVER = 'the run injected nothing';

function neverInjected({ exitCode }: ChildProcess): Check {
  return {
    name: 'the fault was injected',
    verdict: 'inconclusive',
    expected: 'an experiment that runs, with its process alive',
    observed: `${NEVER}${exitCode === null ? '' : `, and ended with exit code ${exitCode}`}`,
  };
}

async function untilEnded({ ports }: ChaosStage, id: string): Promise<Experiment> {
  const deadline = ports.clock.now().getTime() + ENDS_WITHIN_MS;
  for (;;) {
    const experiment = await ports.aws.fis.getExperiment(id);
    if (experiment !== undefined && (hasEnded(experiment.state?.status) || ports.clock.now().getTime() > deadline)) {
      return experiment;
    }
    await ports.clock.sleep(250, ports.signal);
  }
}

/** Pure. */
function endedByItself({ state, actions = {} }: Experiment, speed: number): Check {
  const [action] = Object.values(actions);
  const lasted = ((action?.endTime?.getTime() ?? Number.NaN) - (action?.startTime?.getTime() ?? Number.NaN)) / 1000;
  const planned = FAULT.seconds / speed;
  const good = state?.status === 'completed' && Math.abs(lasted - planned) < 1;
  return {
    name: 'the fault ended by itself, when its duration was over',
    verdict: good ? 'pass' : 'fail',
    expected: `completed, after ${planned} s`,
    observed: `${state?.status ?? 'unknown'}, after ${lasted.toFixed(1)} s`,
  };
}

/** What the witness saw: late answers also after the death, and no more than a busy machine gives once the fault was over. Pure. */
function lateUntil(log: readonly AccessLogLine[], { endTime }: Experiment, diedAt: Date): Check {
  const over = endTime?.getTime() ?? Number.POSITIVE_INFINITY;
  const witness = linesOfWitness(log);
  const late = (lines: readonly AccessLogLine[]) =>
    lines.filter(({ received, ended }) => ended - received >= WAITS * (LATE_MS - TIMER_MS)).length;
  const between = witness.filter(
    ({ received }) => received > diedAt.getTime() && received < over - 2 * WAITS * LATE_MS,
  );
  const after = witness.filter(({ received }) => received > over);
  const good = between.length > 0 && late(between) === between.length && late(after) < after.length / 2;
  return {
    name: 'answers were late until then, and not after',
    verdict: good ? 'pass' : 'fail',
    expected: 'all of them after the death of the runner, few or none after the end of the fault',
    observed: `${late(between)} of ${between.length}, then ${late(after)} of ${after.length}`,
  };
}

/** The one of the loads that came last: every k6 has a word of its own that its requests begin with. */
function linesOfWitness(log: readonly AccessLogLine[]): AccessLogLine[] {
  const word = log.at(-1)?.id.split('-')[0];
  return log.filter(({ id }) => id.split('-')[0] === word);
}

/** Pure. */
function runnersLoadEnded(log: readonly AccessLogLine[], diedAt: Date): Check {
  const witness = new Set(linesOfWitness(log));
  const last = log.findLast((line) => !witness.has(line));
  const after = last === undefined ? Number.NaN : (last.received - diedAt.getTime()) / 1000;
  return {
    name: 'the load of the run ended with it',
    verdict: after * 1000 <= LOAD_ENDS_WITHIN_MS ? 'pass' : 'fail',
    expected: `no request of it later than ${LOAD_ENDS_WITHIN_MS / 1000} s`,
    observed: `the last one ${after.toFixed(1)} s after the death`,
  };
}

/** What the dead run has left can be known by its tags and its name. */
async function leftBehind({ ports }: ChaosStage): Promise<Check> {
  const [templates, schedules] = await Promise.all([
    ports.aws.fis.listTemplates(),
    ports.aws.scheduler.names(SCHEDULES),
  ]);
  const tagged = templates.filter(
    ({ tags = {} }) => tags['surefoot:run'] !== undefined && tags['surefoot:expires'] !== undefined,
  );
  return {
    name: 'what it left says whose it is and when it may be deleted',
    verdict: templates.length === 1 && tagged.length === 1 && schedules.length === 1 ? 'pass' : 'fail',
    expected: '1 template, tagged, and 1 schedule that would have stopped it',
    observed: `${templates.length} templates, ${tagged.length} tagged, ${schedules.length} schedules`,
  };
}

const SCHEDULES = 'surefoot-chaos-';

async function noSchedule({ ports }: ChaosStage): Promise<Check> {
  const names = await ports.aws.scheduler.names(SCHEDULES);
  return {
    name: 'nothing is left in EventBridge Scheduler',
    verdict: names.length === 0 ? 'pass' : 'fail',
    expected: 'no schedule',
    observed: `${names.length}`,
  };
}

/** By the command, as a person would. */
async function chaosStop({ platform, target, rehearsal, workDirectory }: ChaosStage): Promise<Check> {
  const [program, ...own] = selfCommand();
  const where = ['--config', platform.file, '--environment', target.environment];
  const how = ['--json', '--report-dir', path.join(workDirectory, 'stop')];
  const child = spawn(program, [...own, 'chaos', 'stop', ...where, ...how], {
    env: { ...process.env, AWS_ENDPOINT_URL: rehearsal.endpoint },
    stdio: 'ignore',
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return {
    name: '`surefoot chaos stop` takes it away',
    verdict: exitCode === 0 ? 'pass' : 'fail',
    expected: 'exit code 0',
    observed: `exit code ${exitCode}`,
  };
}
