/** pause-dev: an environment that may sleep is paused under load and resumed; users are told at once that nobody is there, and it comes back as it was. */
import type { Check, Evidence, LoadBin } from '../../report/evidence.ts';
import { type CommandRun, evidenceOf, runCommand } from './command.ts';
import { countsAddUp, generatorHealthy, judged, judgedBins, judgedTotals } from './load-checks.ts';
import type { Observation, OperationScenario, Stage } from './scenario.ts';

const AS_BEFORE = 'it came back as it was';
/** What the load balancer answers for a service without tasks. */
const NOBODY = 'http-503';
/** What it answers for a task that it could not reach. */
const NOT_LISTENING = 'http-502';
const ASLEEP_MS = 2000;

export const pauseDev: OperationScenario = {
  name: 'pause-dev',
  requestsPerSecond: 20,
  expects: 'a paused environment has no task and answers 503 at once; resumed, it has the tasks and bounds of before',
  act,
  judge: ({ operation, load }) => [
    ...operation.checks.filter(({ name }) => STEPS.includes(name)),
    onlyNobody({ operation, load }),
    answeredAfter({ operation, load }),
    countsAddUp(load),
    generatorHealthy(load),
  ],
  summarise: ({ operation, load }) => {
    const { planned, ok } = judgedTotals(load);
    const time = operation.measurements.find(({ indicator }) => indicator === 'resume-time')?.value;
    return `asleep and awake again, ${time ?? 'an unknown number of'} s after it was resumed; ${planned - ok} of ${planned} requests met nobody`;
  },
};

const STEPS: readonly string[] = ['it was paused', 'it was resumed', AS_BEFORE];

async function act(stage: Stage): Promise<Evidence> {
  const { ports } = stage;
  const before = await countsOf(stage);
  const paused = await manage(stage, 'pause');
  const asleep = await countsOf(stage);
  await ports.clock.sleep(ASLEEP_MS, ports.signal);
  const resumed = await manage(stage, 'resume');
  const after = await countsOf(stage);
  const evidence = evidenceOf(resumed, 'resume');
  return {
    ...evidence,
    events: [...(paused.evidence?.events ?? []), ...evidence.events],
    checks: [
      ...evidence.checks,
      step('it was paused', paused, asleep === EMPTY, EMPTY, asleep),
      step('it was resumed', resumed, true, 'all tasks healthy', after),
      { name: AS_BEFORE, verdict: before === after ? 'pass' : 'fail', expected: before, observed: after },
    ],
  };
}

function manage({ platform, target, rehearsal, ports }: Stage, command: 'pause' | 'resume'): Promise<CommandRun> {
  const where = ['--config', platform.file, '--environment', target.environment, '--service', target.service];
  return runCommand([command, ...where, '--yes'], {
    reporter: ports.reporter,
    signal: ports.signal,
    endpoint: rehearsal.endpoint,
  });
}

const EMPTY = '0 wanted, 0 running, bounds 0 to 0';

/** What `pause` takes away, as one text. */
async function countsOf({ target, ports }: Stage): Promise<string> {
  const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
  const scaling = await ports.aws.autoScaling.scalableTarget(target);
  const bounds = scaling === undefined ? 'no bounds' : `bounds ${scaling.minimum} to ${scaling.maximum}`;
  return `${service?.desiredCount} wanted, ${service?.runningCount} running, ${bounds}`;
}

function step(name: string, run: CommandRun, holds: boolean, expected: string, observed: string): Check {
  const { evidence, error, exitCode } = run;
  const said = evidence?.reasons[0]?.message ?? error?.message ?? `exit code ${exitCode}`;
  return {
    name,
    verdict: evidence?.verdict === 'pass' && holds ? 'pass' : 'fail',
    expected,
    observed: `${observed}; ${said}`,
  };
}

/**
 * Who comes while it sleeps is answered by the load balancer; nobody waits for a time-out, and nobody who came before is cut off. Once tasks
 * are starting it asks them, as no other is healthy, and those that do not listen yet cost a 502.
 */
function onlyNobody({ operation, load }: Observed): Check {
  const resumed = Math.floor((Date.parse(operation.startedAt) - Date.parse(load.startedAt)) / 1000);
  const bins = judgedBins(load);
  const asleep = kindsOf(bins.filter(({ second }) => second < resumed));
  const waking = kindsOf(bins.filter(({ second }) => second >= resumed));
  const told = asleep.get(NOBODY) ?? 0;
  const others = [...asleep].filter(([kind]) => kind !== NOBODY);
  const strange = [...waking].filter(([kind]) => kind !== NOBODY && kind !== NOT_LISTENING);
  return {
    name: 'users were told that nobody is there',
    verdict: told > 0 && others.length + strange.length === 0 ? 'pass' : 'fail',
    expected: `${NOBODY} alone while it sleeps, and ${NOT_LISTENING} at most while its tasks start`,
    observed: `asleep ${kindsText(asleep)}; waking ${kindsText(waking)}`,
  };
}

type Observed = Pick<Observation, 'operation' | 'load'>;
type Kinds = ReadonlyMap<string, number>;

function kindsOf(bins: readonly LoadBin[]): Kinds {
  const kinds = new Map<string, number>();
  for (const [kind, count] of bins.flatMap(({ failed }) => Object.entries(failed))) {
    kinds.set(kind, (kinds.get(kind) ?? 0) + count);
  }
  return kinds;
}

function kindsText(kinds: Kinds): string {
  return [...kinds].map(([kind, count]) => `${count} × ${kind}`).join(', ') || 'no failure';
}

/** From the second after the resume on. */
function answeredAfter({ operation, load }: Observed): Check {
  const from = Math.ceil((Date.parse(operation.finishedAt) - Date.parse(load.startedAt)) / 1000);
  const after = judgedBins(load).filter(({ second }) => second >= from);
  const lost = after.reduce((sum, { planned, ok }) => sum + planned - ok, 0);
  return {
    name: 'all are answered once it is awake',
    verdict: judged(after.length, lost === 0),
    expected: 'no request lost after the resume',
    observed: `${lost} lost in ${after.length} s`,
  };
}
