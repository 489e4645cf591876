/** The readiness of the region that takes over, row by row: what is, beside what must be. Pure. */
import type { Check, Reason } from '../../../../report/evidence.ts';
import type { Run } from '../../journal.ts';
import type { DatabaseFacts } from '../database/replicas.ts';
import type { RegionInputs } from '../request.ts';
import { placeOf } from '../request.ts';
import type { ServiceFacts } from './service-facts.ts';
import { imageOf, type PairFacts, type Survey } from './survey.ts';

export interface Finding {
  /** Stable, to match on. */
  readonly code: string;
  /** What was looked at. */
  readonly name: string;
  /** `unknown` stops nothing: in a disaster little is known. */
  readonly state: 'ready' | 'not-ready' | 'unknown';
  /** No override helps: the tasks could not start, or nobody could be sent there. */
  readonly fatal: boolean;
  readonly expected: string;
  readonly observed: string;
}

/** All rows, in the order of a checklist. `begun`: what this run did itself is no reason against it. */
export function findingsOf(survey: Survey, inputs: RegionInputs, { begun }: Pick<Run, 'begun'>): Finding[] {
  return [
    ...inputs.missing.map((service) => serviceMissing(service, inputs)),
    ...survey.services.flatMap((facts) => ofService(facts, inputs)),
    ...quota(survey),
    ...survey.databases.flatMap((facts) => ofDatabase(facts, inputs, begun)),
    ...ofTraffic(survey),
    ...ofPlan(survey),
  ];
}

/** Rows of a report. */
export function checkOf({ name, state, expected, observed }: Finding): Check {
  return {
    name: `ready: ${name}`,
    verdict: state === 'ready' ? 'pass' : state === 'unknown' ? 'inconclusive' : 'fail',
    expected,
    observed,
  };
}

/** Everything against it, the fatal first. With an override only the fatal remains. */
export function refusalsOf(findings: readonly Finding[], override: string | undefined): Reason[] {
  const against = findings.filter(({ state, fatal }) => state === 'not-ready' && (fatal || override === undefined));
  return [...against.filter(({ fatal }) => fatal), ...against.filter(({ fatal }) => !fatal)].map(
    ({ code, name, expected, observed, fatal }) => ({
      code,
      message: `${name}: ${observed}, but must be ${expected}${fatal ? ' (no override helps)' : ''}`,
    }),
  );
}

const row = (code: string, name: string, ready: boolean, expected: string, observed: string): Finding => ({
  code,
  name,
  state: ready ? 'ready' : 'not-ready',
  fatal: false,
  expected,
  observed,
});
const fatal = (finding: Finding): Finding => ({ ...finding, fatal: true });
const unknown = (code: string, name: string, expected: string, observed: string): Finding => ({
  ...row(code, name, false, expected, observed),
  state: 'unknown',
});

function serviceMissing(service: string, { to }: RegionInputs): Finding {
  return fatal(row('service-missing', service, false, `a service of ${to.name} in surefoot.yml`, 'it is none'));
}

function ofService(facts: PairFacts, inputs: RegionInputs): Finding[] {
  const { pair, to, wanted } = facts;
  const name = pair.to.ecsService;
  if (to === undefined) {
    const observed = `there is no such service in the cluster ${pair.to.cluster}`;
    return [fatal(row('service-missing', name, false, `an ECS service in ${placeOf(inputs.to)}`, observed))];
  }
  return [
    ...images(name, to, inputs),
    ...sameImage(name, facts),
    ...secrets(name, to, inputs),
    ...logs(name, to, inputs),
    capacity(name, to, wanted),
  ];
}

function images(name: string, { images: all, taskDefinition }: ServiceFacts, { to }: RegionInputs): Finding[] {
  return all.map(({ container, image, registryRegion, digest }) => {
    const what = `image of ${name}/${container}`;
    if (registryRegion === undefined) {
      return unknown('image-elsewhere', what, 'in ECR, where it can be looked for', `${image} is not in ECR`);
    }
    if (registryRegion !== to.region) {
      const observed = `${taskDefinition} takes ${image} from ${registryRegion}`;
      return fatal(row('image-in-other-region', what, false, `in the registry of ${to.region}`, observed));
    }
    const observed =
      digest === undefined ? `${image} is not in ECR of ${to.region}` : `${digest.slice(0, 19)}… is there`;
    return fatal(row('image-missing', what, digest !== undefined, `in the registry of ${to.region}`, observed));
  });
}

/** What users get must be what they had. */
function sameImage(name: string, { pair, to, other, otherFrom }: PairFacts): Finding[] {
  const what = `revision of ${name}`;
  const here = to && imageOf(to, pair.to.container);
  const expected = `the image of ${pair.from.ecsService}`;
  if (other?.image === undefined || here === undefined) {
    const observed = 'which image that runs is not known: a drill while both regions are well writes it down';
    return here === undefined ? [] : [unknown('other-unknown', what, expected, observed)];
  }
  const how = otherFrom === 'asked' ? 'runs now' : `ran at ${other.at.toISOString()}`;
  const observed =
    here === other.image ? `the one that ${how}` : `${here.slice(0, 19)}…, and ${other.image.slice(0, 19)}… ${how}`;
  return [row('revision-differs', what, here === other.image, expected, observed)];
}

function secrets(name: string, { secrets: all }: ServiceFacts, { to }: RegionInputs): Finding[] {
  return all.map(({ name: secret, region, there }) => {
    const what = `secret of ${name}`;
    const expected = `${secret} in ${to.region}`;
    if (region !== undefined && region !== to.region) {
      return fatal(
        row('secret-in-other-region', what, false, `a replica in ${to.region}`, `${secret} is in ${region}`),
      );
    }
    return there === undefined
      ? unknown('secret-not-looked-at', what, expected, 'parameters are not looked at')
      : fatal(row('secret-missing', what, there, expected, there ? 'there' : 'not there, or being deleted'));
  });
}

function logs(name: string, { logRegions }: ServiceFacts, { to }: RegionInputs): Finding[] {
  return [...new Set(logRegions)]
    .filter((region) => region !== to.region)
    .map((region) =>
      row('logs-in-other-region', `logs of ${name}`, false, `written in ${to.region}`, `written in ${region}`),
    );
}

function capacity(name: string, { desired, scaling }: ServiceFacts, wanted: number): Finding {
  const most = scaling?.maximum;
  const enough = most === undefined || most >= wanted;
  const expected = `room for ${wanted} tasks`;
  const bounds = most === undefined ? 'no bounds' : `at most ${most} by its scalable target`;
  return row('capacity-bounded', `capacity of ${name}`, enough, expected, `${desired} wanted now, ${bounds}`);
}

function quota({ services, vcpuQuota }: Survey): Finding[] {
  const needed = services.reduce((sum, { to, wanted }) => sum + (to?.vcpuOfTask ?? 0) * wanted, 0);
  const expected = `at least ${needed} vCPU for these services`;
  return [
    vcpuQuota === undefined
      ? unknown('quota-unknown', 'quota of Fargate vCPU', expected, 'not known')
      : row(
          'quota-too-low',
          'quota of Fargate vCPU',
          vcpuQuota >= needed,
          expected,
          `${vcpuQuota}; what else runs is not counted`,
        ),
  ];
}

function ofDatabase(
  { name, replica, progress, making }: DatabaseFacts,
  inputs: RegionInputs,
  begun: Run['begun'],
): Finding[] {
  const { standby, to, direction } = inputs;
  const what = `database ${name}`;
  const limit = standby.maximumLagSeconds;
  if (replica === undefined) {
    const expected =
      direction === 'failback' ? `a replica in ${to.region} of what took over` : `a DB instance in ${to.region}`;
    const observed = making === undefined ? 'there is none' : `there is none; make one: ${making}`;
    return [fatal(row('replica-missing', what, false, expected, observed))];
  }
  if (replica.source === undefined) {
    return begun.has('promote') || begun.has('pause')
      ? [row('replica', what, true, 'promoted by this run', 'a database of its own')]
      : [row('not-a-replica', what, false, 'a replica', 'a database of its own: what it holds may be old')];
  }
  // A promotion may be under way. Where writes were let in again it is a replica like any other.
  if (begun.has('promote') || (begun.has('pause') && replica.status !== 'available')) {
    return [];
  }
  const status = row('replica-not-available', what, replica.status === 'available', 'available', replica.status);
  const expected = `at most ${limit} s behind`;
  const lag =
    progress === undefined
      ? unknown('lag-unknown', `lag of ${name}`, expected, 'CloudWatch has no ReplicaLag of the last minutes')
      : row(
          'replication-lag',
          `lag of ${name}`,
          progress.lagSeconds <= limit,
          expected,
          `${progress.lagSeconds} s behind at ${progress.at.toISOString()}`,
        );
  return [status, lag];
}

function ofTraffic({ split }: Survey): Finding[] {
  const lost = split.refusals.map(({ code, message }) =>
    code === 'health-check-fails'
      ? row(code, 'users', false, 'sent there by Route 53', message)
      : fatal(row(code, 'users', false, 'switchable', message)),
  );
  return lost.length > 0 ? lost : [row('users', 'users', true, 'switchable', split.seen)];
}

function ofPlan({ evaluation }: Survey): Finding[] {
  return evaluation === undefined
    ? []
    : [
        row(
          'plan-evaluation',
          'plan of ARC Region switch',
          evaluation.state !== 'actionRequired' && evaluation.warnings.length === 0,
          'evaluated by AWS without warnings',
          [evaluation.state, ...evaluation.warnings].join('; '),
        ),
      ];
}
