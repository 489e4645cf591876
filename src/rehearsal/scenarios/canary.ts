/** canary-*: two revisions share production traffic, and a sequential test decides between them. */
import { deploy } from '../../operations/deploy/deploy.ts';
import type { JudgeSettings } from '../../platform/model/deploy.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Check, Evidence } from '../../report/evidence.ts';
import { revisionName } from './deploy-good.ts';
import { causeNamed, rolledBack } from './deployment-checks.ts';
import { countsAddUp, generatorHealthy, judged, judgedBins, judgedTotals, nothingLost } from './load-checks.ts';
import { candidateImage, deployRequest } from './request.ts';
import type { Observation, OperationScenario, Stage } from './scenario.ts';

/**
 * Requests take as long as on AWS and come no faster, but a rehearsal is to end within minutes: the tolerance is the burn rate at which
 * two per cent of a month's error budget go within an hour, the one that Google's SRE workbook wakes people for.
 */
const BURN_RATE = 14.4;

interface Settings {
  readonly percent: number;
  readonly horizonSeconds: number;
}

export const canaryGood: OperationScenario = {
  name: 'canary-good',
  expects: 'a sound revision is promoted on evidence; no request is lost',
  act: (stage) => canary(stage, 'canary-good', { percent: 50, horizonSeconds: 1200 }),
  judge: (observation) => [
    promoted(observation.operation),
    decidedBy(observation.operation, 'promote'),
    bothAnswered(observation),
    nothingLost(observation.load),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation, load }) => {
    const { planned, ok } = judgedTotals(load);
    return `promoted after ${exposed(operation)} requests of the candidate, none of which failed; ${planned - ok} of ${planned} requests lost`;
  },
};

export const canaryErrors: OperationScenario = {
  name: 'canary-errors',
  adverse: true,
  expects: 'a revision of which one request in twenty fails is rolled back on evidence, before it has all traffic',
  act: (stage) => canary(stage, 'canary-errors', { percent: 10, horizonSeconds: 4800 }),
  judge: (observation) => [
    rolledBack(observation.operation, 'fail'),
    causeNamed(observation.operation, 'worse-than-baseline'),
    decidedBy(observation.operation, 'roll-back'),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation, load }) => {
    const { planned, ok } = judgedTotals(load);
    return `rolled back after ${exposed(operation)} requests of the candidate; users felt ${planned - ok} failures of ${planned} requests`;
  },
};

export const canarySlow: OperationScenario = {
  name: 'canary-slow',
  adverse: true,
  expects: 'a revision of which only the tail is slower is rolled back, though no request fails',
  act: (stage) => canary(stage, 'canary-slow', { percent: 20, horizonSeconds: 1200 }),
  judge: (observation) => [
    rolledBack(observation.operation, 'fail'),
    causeNamed(observation.operation, 'worse-than-baseline'),
    decidedBy(observation.operation, 'roll-back'),
    slowSeen(observation.operation),
    nothingLost(observation.load),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation }) => {
    const slow = operation.judgement?.arms.candidate.slow ?? 0;
    return `rolled back after ${exposed(operation)} requests of the candidate, of which ${slow} were slow and none failed`;
  },
};

export const canaryQuiet: OperationScenario = {
  name: 'canary-quiet',
  expects: 'with too few requests there is no evidence, and what is not known is rolled back, as the policy says',
  act: (stage) => canary(stage, 'canary-quiet', { percent: 1, horizonSeconds: 200 }),
  judge: (observation) => [
    rolledBack(observation.operation, 'inconclusive'),
    causeNamed(observation.operation, 'not-enough-evidence'),
    decidedBy(observation.operation, 'inconclusive'),
    nothingLost(observation.load),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation }) =>
    `rolled back by policy: ${exposed(operation)} requests of the candidate were too few to know`,
};

function canary(stage: Stage, scenario: string, settings: Settings): Promise<Evidence> {
  const target = withCanary(stage, settings);
  return deploy(deployRequest({ ...stage, target }, candidateImage(stage, scenario)), stage.ports);
}

/** The service as surefoot.yml has it, but deployed by CANARY: its first share is judged, the rest watched. */
function withCanary({ target, platform }: Stage, { percent, horizonSeconds }: Settings): ServiceInEnvironment {
  const latency = platform.objectives.find(
    ({ service, indicator }) => service === target.service && indicator === 'latency',
  );
  const judge: JudgeSettings = {
    objective: target.deploy.watch?.objective ?? '',
    latency: latency?.name,
    slowerThanSeconds: undefined,
    alpha: 0.01,
    beta: 0.05,
    margin: 0.25,
    burnRate: BURN_RATE,
    warmUpSeconds: 60,
    horizonSeconds,
    onInconclusive: 'roll-back',
  };
  return {
    ...target,
    deploy: {
      ...target.deploy,
      strategy: 'CANARY',
      bakeMinutes: 0,
      // A pause must outlast the judge.
      hookTimeoutMinutes: Math.max(target.deploy.hookTimeoutMinutes, Math.ceil((2 * horizonSeconds) / 60)),
      canary: { percent, bakeMinutes: 0 },
      linear: undefined,
      judge,
      // The watch after it is that of the other scenarios.
      watch: target.deploy.watch && { ...target.deploy.watch, seconds: Math.min(200, target.deploy.watch.seconds) },
    },
  };
}

function exposed({ judgement }: Evidence): number {
  return judgement?.arms.candidate.requests ?? 0;
}

function promoted({ verdict, deployment, reasons }: Evidence): Check {
  return {
    name: 'candidate went live',
    verdict,
    expected: 'deployment SUCCESSFUL, candidate serves',
    observed: `${deployment?.status ?? 'no deployment'}: ${reasons.map((reason) => reason.message).join('; ')}`,
  };
}

function decidedBy({ judgement }: Evidence, expected: 'promote' | 'roll-back' | 'inconclusive'): Check {
  const last = judgement?.decisions.at(-1);
  return {
    name: 'decided by the evidence',
    verdict: last?.decision === expected ? 'pass' : 'fail',
    expected,
    observed:
      last === undefined
        ? 'no decision'
        : `${last.decision} after ${last.blocks} blocks at ${last.percent} %: ln of evidence for a rollback ${last.logERollback.toFixed(2)}, for a promotion ${Object.values(
            last.logEPromote,
          )
            .map((value) => value.toFixed(2))
            .join(' and ')}`,
  };
}

function slowSeen({ judgement }: Evidence): Check {
  const { slow = 0, errors = 0 } = judgement?.arms.candidate ?? {};
  return {
    name: 'slow requests counted',
    verdict: slow > 0 && errors === 0 ? 'pass' : 'fail',
    expected: 'slow requests of the candidate, and none that failed',
    observed: `${slow} slow, ${errors} failed`,
  };
}

/** By the revision that each answer names. */
function bothAnswered({ operation, load }: Observation): Check {
  const candidate = revisionName(operation.deployment?.candidate.taskDefinition);
  const bins = judgedBins(load).filter(({ byRevision }) => byRevision !== undefined);
  const both = bins.filter(({ byRevision = {} }) => Object.keys(byRevision).length > 1 && candidate in byRevision);
  return {
    name: 'both revisions had traffic',
    verdict: judged(bins.length, both.length > 0),
    expected: 'seconds in which both answered',
    observed: `${both.length} s of ${bins.length} s`,
  };
}
