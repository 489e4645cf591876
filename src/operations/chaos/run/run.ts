/**
 * `chaos run`: a fault under load, and what became of it. Guards, account and dry run come first; then the baseline under load. Only when all
 * of that is good is anything injected, and whatever happens after, the experiment is seen to its end and its template taken away.
 */
import type { Experiment as FisExperiment } from '../../../aws/fis.ts';
import type { Evidence, LoadRecord, Reason } from '../../../report/evidence.ts';
import { CANCELLED } from '../../../report/words.ts';
import { failuresTogether } from '../../common/outage/recovery.ts';
import { createRecorder, type Recorder } from '../../recorder.ts';
import { leftAtTheEnd, OWN_LEFT, ownLeftCheck, residueCheck, residueText } from '../leftovers/of-fis.ts';
import { plannedStop, SLACK_SECONDS } from '../leftovers/scheduled-stop.ts';
import { sweep } from '../leftovers/sweep.ts';
import { experimentRecord } from '../plan/record.ts';
import { timingOf } from '../plan/timing.ts';
import { type ConcludedRun, concludeRun, LOAD_BELOW_RATE, skewOf } from './conclude.ts';
import { type DryRun, dryRun } from './dry-run.ts';
import { Injection, refusalByAws } from './inject.ts';
import { actionsOf } from './injection.ts';
import { type Baseline, baselineOf, differenceWithin, steadyStateProblems } from './measure/baseline.ts';
import { ledgerRow } from './measure/read-writes.ts';
import { lateReasons, preconditions, reasonsAgainst } from './preconditions.ts';
import { refusalsOf, refused } from './refusals.ts';
import type { ChaosRunPorts, ChaosRunRequest, PlannedRate } from './request.ts';
import {
  abortLoad,
  allBetween,
  finishLoad,
  startWatchedLoad,
  untilAnswered,
  type WatchedLoad,
  whileLoaded,
} from './watch-load.ts';

/** After the stop by Scheduler, which is exact to a minute, until anybody may stop and delete what is left of a run. */
const EXPIRES_AFTER_SECONDS = 120;

/** @throws InputError when it is refused, OutsideError of AWS or k6; in both cases nothing of it is left running */
export async function runExperiment(request: ChaosRunRequest, ports: ChaosRunPorts): Promise<Evidence> {
  const refusals = refusalsOf(request, ports.clock.now());
  const { load } = request;
  if (refusals.length > 0 || load === undefined || request.experiment.load === undefined) {
    throw refused(request.experiment, refusals);
  }
  return new Run(request, load, request.experiment.load, ports).evidence();
}

class Run {
  readonly #request: ChaosRunRequest;
  readonly #planned: PlannedRate;
  readonly #times: { readonly before: number; readonly after: number; readonly whole: number | undefined };
  readonly #ports: ChaosRunPorts;
  readonly #recorder: Recorder;
  #tried: DryRun | undefined;
  #load: LoadRecord | undefined;
  /** What is left of the run, or may be. */
  #left: readonly Reason[] = [];

  constructor(
    request: ChaosRunRequest,
    planned: PlannedRate,
    { beforeSeconds, afterSeconds, durationSeconds }: NonNullable<ChaosRunRequest['experiment']['load']>,
    ports: ChaosRunPorts,
  ) {
    this.#request = request;
    this.#planned = planned;
    this.#times = { before: beforeSeconds, after: afterSeconds, whole: durationSeconds };
    this.#ports = ports;
    const { platform, environment, service, experiment } = request;
    this.#recorder = createRecorder({
      operation: 'chaos-run',
      title: `${experiment.name} in ${environment.name}`,
      subject: { platform, environment: environment.name, service },
      rehearsalSpeed: request.rehearsalSpeed,
      tools: [
        { name: 'surefoot', version: request.version },
        { name: 'k6', version: ports.k6Version },
      ],
      clock: ports.clock,
    });
  }

  async evidence(): Promise<Evidence> {
    const { experiment, environment } = this.#request;
    this.#ports.reporter.stage(`Experiment ${experiment.name} in ${environment.name}`);
    const rows = await preconditions(experiment, this.#ports);
    for (const { check } of rows) {
      this.#recorder.check(check);
    }
    const against = reasonsAgainst(rows);
    if (against.length > 0) {
      return this.#notStarted(against);
    }
    await sweep(experiment, this.#ports);
    const tried = await dryRun(this.#request, this.#ports);
    this.#tried = tried;
    this.#recorder.check(tried.check);
    if (tried.reason !== undefined) {
      return tried.injected ? this.#finish('fail', [tried.reason]) : this.#notStarted([tried.reason]);
    }
    return this.#underLoad();
  }

  async #underLoad(): Promise<Evidence> {
    const { reporter } = this.#ports;
    const { before, after, whole } = this.#times;
    const planned = before + timingOf(this.#request.experiment).experiment.to + after;
    const seconds = Math.ceil(Math.max(planned, whole ?? 0)) + SLACK_SECONDS;
    reporter.stage(`baseline: ${before} s under load`);
    const { ledger, runId } = this.#request;
    const watched = await startWatchedLoad(this.#planned, seconds, ledger && { runId }, this.#ports);
    try {
      await watched.main.startedAt;
      this.#recorder.event('stage', 'baseline');
      await whileLoaded(watched, before * 1000, this.#ports);
      const shortfall = watched.shortfall();
      if (shortfall !== undefined) {
        this.#load = await abortLoad(watched);
        const message = `the load is not what was asked for: ${shortfall}`;
        return this.#notStarted([{ code: LOAD_BELOW_RATE, message }]);
      }
      const known = await untilAnswered(watched, this.#ports);
      const unsteady = [...this.#unsteady(watched, known), ...(await this.#unledgered(watched))];
      const against = unsteady.length > 0 ? unsteady : await lateReasons(this.#request.experiment, this.#ports);
      if (against.length > 0) {
        this.#load = (await finishLoad(watched)).load;
        return this.#notStarted(against);
      }
      return await this.#injected(watched, known);
    } catch (error) {
      if (!this.#ports.signal.aborted) {
        throw error;
      }
      return this.#finish('inconclusive', [{ code: CANCELLED, message: 'cancelled: the experiment was ended' }]);
    } finally {
      watched.main.abort();
      watched.probe?.abort();
    }
  }

  /** Why nothing may be injected, as the baseline says: the requests before `until`, all of which have ended. */
  #unsteady(watched: WatchedLoad, until: number): Reason[] {
    const { experiment, objectives } = this.#request;
    const probes = watched.log.between(0, until);
    const difference = differenceWithin(probes);
    const together = failuresTogether(allBetween(watched, 0, until));
    const problems = [
      ...(together === 0 ? [] : [`${together} requests failed within a second of each other, as in an outage`]),
      ...(difference === undefined ? [] : [`the service differed from itself without a fault: ${difference}`]),
      ...steadyStateProblems(experiment.steadyState, probes, objectives),
    ];
    const baseline = baselineOf(probes);
    this.#recorder.check({
      name: 'steady before the fault',
      verdict: problems.length === 0 ? 'pass' : 'inconclusive',
      expected: 'both halves of the baseline are alike (A/A), and the steady state holds',
      observed: problems.join('; ') || `${baseline.failed} of ${baseline.planned} requests failed`,
    });
    return problems.map((message) => ({ code: 'not-steady', message: `before the fault, ${message}` }));
  }

  /** Why the ledger could not tell what a fault has cost: it does not even have what was written without one. */
  async #unledgered(watched: WatchedLoad): Promise<Reason[]> {
    const row = await ledgerRow(this.#request, watched.writes(), this.#ports);
    if (row === undefined) {
      return [];
    }
    this.#recorder.check(row.check);
    const { check, code } = row;
    return check.verdict === 'pass' ? [] : [{ code, message: `${check.name}: ${check.observed ?? ''}` }];
  }

  async #injected(watched: WatchedLoad, until: number): Promise<Evidence> {
    const { experiment, environment, runId } = this.#request;
    const { clock } = this.#ports;
    const baseline = baselineOf(watched.log.between(0, until));
    const noisy = allBetween(watched, 0, until).some(({ ok }) => !ok);
    const { guards } = experiment;
    const longest = guards.maximumDurationSeconds + SLACK_SECONDS + EXPIRES_AFTER_SECONDS;
    const expires = clock.now().getTime() + longest * 1000;
    const marks = { experiment: experiment.name, environment: environment.name, runId, expires: new Date(expires) };
    const scheduled = plannedStop(guards, this.#tried?.experiment);
    const injection = new Injection(marks, scheduled, this.#ports);
    const outcome = await this.#seen(injection, { watched, baseline, noisy }).finally(() => this.#clear(injection));
    return 'code' in outcome ? this.#notStarted([outcome]) : this.#record(outcome);
  }

  /** The experiment and what came of it, from its template to the end of the load; or AWS's refusal. */
  async #seen(
    injection: Injection,
    before: { readonly watched: WatchedLoad; readonly baseline: Baseline; readonly noisy: boolean },
  ): Promise<ConcludedRun | Reason> {
    const { reporter } = this.#ports;
    const { watched } = before;
    reporter.stage('injecting');
    const begun = await this.#begin(injection, watched);
    if ('code' in begun) {
      return begun;
    }
    this.#recorder.event('stage', 'experiment started', begun.id);
    const ended = await injection.follow(begun.id, this.#onLook());
    reporter.stage(`the experiment ended ${ended.state?.status ?? ''}; watching the recovery`);
    this.#recorder.event('stage', 'observation');
    const { stopped } = injection;
    // Of a load that is not what was asked for, no recovery can be read.
    const isShort = stopped?.code === LOAD_BELOW_RATE;
    const observed = !isShort && (await whileLoaded(watched, this.#observationMs(watched), this.#ports));
    const { load, probe } = isShort ? { load: await abortLoad(watched), probe: undefined } : await finishLoad(watched);
    this.#load = load;
    const seen = { ...before, stopped, ended, load, probe, skew: begun.skew, observed };
    return concludeRun(this.#request, seen, this.#ports);
  }

  /** Takes away what was made for the run, and looks for what FIS itself has left. */
  async #clear(injection: Injection): Promise<void> {
    const left = await injection.clear();
    if (left !== undefined) {
      this.#recorder.event('problem', 'something may be left', left);
    }
    this.#recorder.check(ownLeftCheck(left));
    const found = await leftAtTheEnd(this.#ports);
    this.#recorder.check(residueCheck(found));
    const byFis = residueText(found);
    this.#left = [
      ...(byFis === '' ? [] : [{ code: 'left-by-fis', message: `FIS has left behind ${byFis}` }]),
      ...(left === undefined ? [] : [{ code: OWN_LEFT, message: left }]),
    ];
  }

  /** Starts the experiment, with the downtime budget armed before it. AWS's refusal is told, with nothing injected. */
  async #begin(injection: Injection, watched: WatchedLoad): Promise<{ id: string; skew: number } | Reason> {
    const { clock } = this.#ports;
    const { experiment, downtimeBudgetSeconds: budget } = this.#request;
    try {
      await injection.prepare(experiment.template);
      watched.arm(budget, {
        onSpent: (seconds) => {
          const message = `the downtime came to ${seconds.toFixed(1)} s of full outage, and the budget is ${budget} s`;
          injection.stop('downtime-budget', message);
        },
        onShort: (why) => injection.stop(LOAD_BELOW_RATE, `the load was not what was asked for: ${why}`),
      });
      const sentAt = clock.now();
      const { id, creationTime } = await injection.start();
      const stop = (message: string) => () => injection.stop('load-ended', message);
      watched.main.done.then(stop('the load has ended before the experiment'), stop('the load has failed'));
      return { id, skew: skewOf(creationTime, sentAt, clock.now()) };
    } catch (error) {
      const refused = refusalByAws(error);
      if (refused === undefined) {
        throw error;
      }
      return refused;
    }
  }

  /** Tells of every change of an action once. */
  #onLook(): (experiment: FisExperiment) => void {
    const known = new Map<string, string>();
    return (experiment) => {
      for (const { name, actionId, status } of actionsOf(experiment)) {
        if (known.get(name) !== status) {
          known.set(name, status);
          this.#ports.reporter.info(`${name} (${actionId}): ${status}`);
        }
      }
    };
  }

  /** From now to the end of the load. */
  #observationMs({ log }: WatchedLoad): number {
    const { after, whole } = this.#times;
    const elapsed = log.origin === undefined ? 0 : this.#ports.clock.now().getTime() / 1000 - log.origin;
    return (whole === undefined ? after : Math.max(0, whole - elapsed)) * 1000;
  }

  #record({ judged, events, load, abortSeconds }: ConcludedRun): Evidence {
    for (const measurement of judged.measurements) {
      this.#recorder.measure(measurement);
    }
    if (abortSeconds !== undefined) {
      this.#recorder.measure({
        indicator: 'time to abort',
        value: abortSeconds,
        unit: 's',
        method: 'from the decision to stop to the end of the experiment in FIS',
      });
    }
    const isClean = this.#left.length === 0 || judged.verdict !== 'pass';
    const evidence = isClean ? this.#finish(judged.verdict, judged.reasons, load) : this.#finish('fail', [], load);
    const inOrder = [...evidence.events, ...events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    // What came out, before what spoke for a run.
    return { ...evidence, events: inOrder, checks: [...judged.checks, ...evidence.checks] };
  }

  #notStarted(reasons: readonly Reason[]): Evidence {
    return this.#finish(
      'inconclusive',
      reasons.map(({ code, message }) => ({ code, message: `nothing was injected: ${message}` })),
    );
  }

  #finish(verdict: Evidence['verdict'], reasons: readonly Reason[], load = this.#load): Evidence {
    const experiment = experimentRecord(this.#request, {
      targets: this.#tried?.targets ?? [],
      standing: undefined,
      dryRun: this.#tried?.experiment,
      accounts: 1,
    });
    return this.#recorder.finish(verdict, [...reasons, ...this.#left], {
      experiment,
      ...(load === undefined ? {} : { load }),
    });
  }
}
