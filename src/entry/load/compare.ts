/** The options of `load` that compare: with earlier evidence, or with another address in turn. */
import { InputError } from '../../errors.ts';
import { compareWithSources, type Policy, withComparison } from '../../operations/load/compare/compare.ts';
import { type Conditions, conditionsOf, differenceText } from '../../operations/load/compare/conditions.ts';
import { FEWEST_PAIRS, runPairs } from '../../operations/load/compare/pairs.ts';
import { type LoadPorts, runLoad } from '../../operations/load/load.ts';
import { type PlannedLoad, planRun, shownUrl } from '../../operations/load/plan.ts';
import type { Price } from '../../operations/load/scaling/judge.ts';
import { levelsOf } from '../../operations/load/scaling/levels.ts';
import { runScaling } from '../../operations/load/scaling/run.ts';
import type { WatchPorts } from '../../operations/load/scaling/watch.ts';
import { isStarved, loadOf } from '../../operations/load/views.ts';
import type { Evidence } from '../../report/evidence.ts';
import { CANCELLED } from '../../report/words.ts';
import { readBaseline } from './baselines.ts';
import { tolerancesOf } from './tolerances.ts';

export interface CompareOptions {
  /** Evidence of an earlier run, or a folder of such. */
  readonly baseline?: string;
  /** Another address, loaded in turn with the first. */
  readonly against?: string;
  readonly pairs?: number;
  /** `errors=0.1%`, `latency=10%`, `throughput=5%`. */
  readonly tolerance?: readonly string[];
  readonly onWorse?: 'fail' | 'report';
  /** Of an hour of a vCPU and of a GB, for a profile that watches scaling. */
  readonly price?: string;
}

/** What is to be run. */
export type Job =
  | { readonly kind: 'single'; readonly planned: PlannedLoad; readonly baseline: string | undefined }
  | {
      readonly kind: 'pairs';
      readonly planned: PlannedLoad;
      readonly against: PlannedLoad;
      readonly pairs: number;
    };

const PAIRS = 5;

/** @throws InputError for options that do not go together, and for what `planRun` refuses */
export function jobOf(planned: PlannedLoad, options: CompareOptions & { readonly journal?: string }): Job {
  const { baseline, against, pairs = PAIRS } = options;
  const { scaling } = planned.request.profile;
  priceOf(options.price);
  if (options.price !== undefined && scaling === undefined) {
    throw new InputError('no-scaling', '--price is for a profile that watches scaling, such as scaling');
  }
  if (against === undefined) {
    if (options.pairs !== undefined) {
      throw new InputError('no-against', '--pairs says how often to run in turn: add --against <url>, the baseline');
    }
    if (baseline === undefined && (options.tolerance !== undefined || options.onWorse !== undefined)) {
      throw new InputError(
        'nothing-to-compare',
        '--tolerance and --on-worse are about a comparison: add --baseline <evidence> or --against <url>',
      );
    }
    return { kind: 'single', planned, baseline };
  }
  if (baseline !== undefined) {
    throw new InputError('two-baselines', '--baseline and --against are two ways to compare: give one of them');
  }
  if (scaling !== undefined || options.journal !== undefined) {
    throw new InputError(
      'not-in-pairs',
      '--against runs a load many times: it goes neither with --journal nor with a profile that watches scaling',
    );
  }
  if (!Number.isInteger(pairs) || pairs < FEWEST_PAIRS) {
    throw new InputError('too-few-pairs', `--pairs is ${pairs}: write a whole number of at least ${FEWEST_PAIRS}`);
  }
  return { kind: 'pairs', planned, against: planRun({ ...planned.request, url: against }), pairs };
}

/** What the job adds to the plan that a person agrees to. */
export function jobText(job: Job): string {
  if (job.kind === 'pairs') {
    return `\n\n${job.pairs} pairs, each of this load and of the same on ${shownUrl(job.against.url)}: ${2 * job.pairs} runs`;
  }
  const { profile, compress, target } = job.planned.request;
  if (profile.scaling === undefined) {
    return '';
  }
  const levels = levelsOf(job.planned.load.shape, profile.scaling.settleSeconds / compress);
  const rates = levels.map(({ planned }) => planned).join(', ');
  return `\n\nwatches tasks, CPU and memory of ${target.ecsService} at ${levels.length} levels: ${rates} requests/s`;
}

/** Runs the job. Earlier evidence is read, and refused, before the first request. */
export async function runJob(job: Job, options: CompareOptions, ports: LoadPorts & WatchPorts): Promise<Evidence> {
  const { objectives } = job.planned.request;
  const policy: Policy = {
    tolerances: tolerancesOf(options.tolerance ?? [], objectives),
    onWorse: options.onWorse ?? 'fail',
  };
  if (job.kind === 'pairs') {
    return runPairs({ baseline: job.against, candidate: job.planned }, job.pairs, policy, ports);
  }
  if (job.baseline === undefined) {
    return runOnce(job.planned, options, ports);
  }
  const { sources, differences } = await readBaseline(
    job.baseline,
    plannedConditions(job.planned, ports),
    ports.reporter,
  );
  for (const difference of differences) {
    ports.reporter.warn(`another condition than the baseline's: ${differenceText(difference)}`);
  }
  const evidence = await runOnce(job.planned, options, ports);
  // What a starved generator or half a run measured is not the service.
  if (isStarved(evidence) || evidence.reasons[0]?.code === CANCELLED) {
    const message = 'not compared with the baseline: the load was not what was planned';
    return { ...evidence, reasons: [...evidence.reasons, { code: 'not-compared', message }] };
  }
  const comparison = compareWithSources(sources, loadOf(evidence), differences, policy.tolerances);
  return withComparison(evidence, comparison, policy);
}

/** Runs a load, and watches how the service scales where the profile asks for it. */
function runOnce(planned: PlannedLoad, options: CompareOptions, ports: LoadPorts & WatchPorts): Promise<Evidence> {
  const { scaling } = planned.request.profile;
  return scaling === undefined ? runLoad(planned, ports) : runScaling(planned, scaling, priceOf(options.price), ports);
}

/** `0.04048,0.004445`: an hour of a vCPU, an hour of a GB. @throws InputError `bad-price` */
function priceOf(text: string | undefined): Price | undefined {
  if (text === undefined) {
    return undefined;
  }
  const [, vcpu, gigabyte] = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (vcpu === undefined || gigabyte === undefined) {
    throw new InputError(
      'bad-price',
      `--price is ${JSON.stringify(text)}: write what an hour of a vCPU and an hour of a GB cost in your region, like 0.04048,0.004445`,
    );
  }
  return { vcpu: Number(vcpu), gigabyte: Number(gigabyte) };
}

/** Those of the load to come. */
function plannedConditions({ request, load, plan, url }: PlannedLoad, ports: LoadPorts): Conditions {
  const { target, platform, rehearsalSpeed } = request;
  return conditionsOf({
    load: {
      name: load.name,
      url: shownUrl(url),
      rate: plan.rate,
      shape: { startRate: load.shape.startRate, stages: [...load.shape.stages] },
      timeoutSeconds: load.timeoutSeconds,
      script: ports.scriptDigest,
    },
    cores: ports.cores,
    rehearsal: rehearsalSpeed !== undefined,
    speed: rehearsalSpeed ?? 1,
    subject: { platform, environment: target.environment, service: target.ecsService },
    tools: [{ name: 'k6', version: ports.k6Version }],
  });
}
