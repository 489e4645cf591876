/**
 * `chaos run`: a fault under load, and what became of it. Guards, account and dry run come first; then the baseline under load. Only when all
 * of that is good is anything injected, and whatever happens after, the experiment is seen to its end and its template taken away.
 */
import type { Evidence, LoadRecord, Reason } from '../../../report/evidence.ts';
import { CANCELLED } from '../../../report/words.ts';
import { createRecorder, type Recorder } from '../../recorder.ts';
import { leftAtTheEnd, OWN_LEFT, ownLeftCheck, residueCheck, residueText } from '../leftovers/of-fis.ts';
import { plannedStop, SLACK_SECONDS } from '../leftovers/scheduled-stop.ts';
import { sweep } from '../leftovers/sweep.ts';
import { experimentRecord } from '../plan/record.ts';
import { timingOf } from '../plan/timing.ts';
import { type ConcludedRun, concludeRun } from './conclude.ts';
import { type DryRun, dryRun } from './dry-run.ts';
import { Injection } from './fault/inject.ts';
import { refusalOrThrow } from './fault/refusal-by-aws.ts';
import { LOAD_BELOW_RATE, startFault, tellActions } from './fault/start.ts';
import { baselineOf, steadyBefore } from './measure/baseline.ts';
import { FisClock } from './measure/fis-clock.ts';
import { ledgerRow } from './measure/read-writes.ts';
import { lateReasons, preconditions, reasonsAgainst } from './preconditions.ts';
import { refusalsOf, refused } from './refusals.ts';
import type { ChaosRunPorts, ChaosRunRequest, PlannedRate } from './request.ts';
import {
  abortLoad,
  allBetween,
  finishLoad,
  giveUpLoad,
  startWatchedLoad,
  untilAnswered,
  untilStarted,
  type WatchedLoad,
  whileLoaded,
} from './watch-load.ts';

/** After the stop by Scheduler, which is exact to a minute, until anybody may stop and delete what is left of a run. */
const EXPIRES_AFTER_SECONDS = 120;

/** Writes the record, when nothing of the run is left to be taken away. */
type Finish = () => Evidence;

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
  readonly #fisClock = new FisClock();
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
    this.#ports = this.#fisClock.listeningTo(ports);
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
    return this.#prepared();
  }

  /** What is made for the run, from its stop to its end. A stop that cannot be made is known before the load begins. */
  async #prepared(): Promise<Evidence> {
    const { experiment, environment, runId } = this.#request;
    const { guards, name } = experiment;
    const seconds = this.#loadSeconds();
    const longestSeconds = guards.maximumDurationSeconds + SLACK_SECONDS + EXPIRES_AFTER_SECONDS;
    const injected = { experiment: name, environment: environment.name, runId, longestSeconds };
    const injection = new Injection(injected, plannedStop(guards, this.#tried?.experiment), this.#ports);
    const finish = await this.#arranged(injection, seconds).finally(() => this.#clear(injection));
    return finish();
  }

  async #arranged(injection: Injection, seconds: number): Promise<Finish> {
    const refused = await injection.arrange(seconds).then(() => undefined, refusalOrThrow);
    return refused === undefined ? this.#underLoad(injection, seconds) : this.#against([refused]);
  }

  /** How long the load may last. */
  #loadSeconds(): number {
    const { before, after, whole } = this.#times;
    const planned = before + timingOf(this.#request.experiment).experiment.to + after;
    return Math.ceil(Math.max(planned, whole ?? 0)) + SLACK_SECONDS;
  }

  async #underLoad(injection: Injection, seconds: number): Promise<Finish> {
    const { before } = this.#times;
    this.#ports.reporter.stage(`baseline: ${before} s under load`);
    const { ledger, runId } = this.#request;
    const watched = await startWatchedLoad(this.#planned, seconds, ledger && { runId }, this.#ports);
    try {
      const stuck = await untilStarted(watched, this.#ports);
      if (stuck !== undefined) {
        await giveUpLoad(watched);
        return this.#against([{ code: 'generator-not-started', message: stuck }]);
      }
      this.#recorder.event('stage', 'baseline');
      await whileLoaded(watched, before * 1000, this.#ports);
      const shortfall = watched.shortfall();
      if (shortfall !== undefined) {
        this.#load = await abortLoad(watched);
        return this.#against([{ code: LOAD_BELOW_RATE, message: `the load is not what was asked for: ${shortfall}` }]);
      }
      const known = await untilAnswered(watched, this.#ports);
      const against = await this.#unsteady(watched, known);
      if (against.length > 0) {
        this.#load = (await finishLoad(watched)).load;
        return this.#against(against);
      }
      return await this.#injected(injection, watched, known);
    } catch (error) {
      if (!this.#ports.signal.aborted) {
        throw error;
      }
      const message = 'cancelled: the experiment was ended';
      return () => this.#finish('inconclusive', [{ code: CANCELLED, message }]);
    } finally {
      watched.main.abort();
      watched.probe?.abort();
    }
  }

  /** Why nothing may be injected when the baseline is over: of what was sent before `until` all has ended. */
  async #unsteady(watched: WatchedLoad, until: number): Promise<readonly Reason[]> {
    const { experiment, objectives } = this.#request;
    const own = watched.log.between(0, until);
    const { check, reasons } = steadyBefore(experiment, objectives, own, allBetween(watched, 0, until));
    this.#recorder.check(check);
    const against = [...reasons, ...(await this.#unledgered(watched))];
    return against.length > 0 ? against : lateReasons(experiment, this.#ports);
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

  /** The experiment and what came of it, from its template to the end of the load. */
  async #injected(injection: Injection, watched: WatchedLoad, until: number): Promise<Finish> {
    const { reporter } = this.#ports;
    const baseline = baselineOf(watched.log.between(0, until));
    const noisy = allBetween(watched, 0, until).some(({ ok }) => !ok);
    reporter.stage('injecting');
    const begun = await startFault(this.#request, injection, watched, this.#ports);
    if ('code' in begun) {
      return this.#against([begun]);
    }
    this.#recorder.event('stage', 'experiment started', begun.id);
    const ended = await injection.follow(begun.id, tellActions(this.#ports));
    reporter.stage(`the experiment ended ${ended.state?.status ?? ''}; watching the recovery`);
    this.#recorder.event('stage', 'observation');
    const { stopped } = injection;
    // Of a load that is not what was asked for, no recovery can be read.
    const isShort = stopped?.code === LOAD_BELOW_RATE;
    const observed = !isShort && (await whileLoaded(watched, this.#observationMs(watched), this.#ports));
    const { load, probe } = isShort ? { load: await abortLoad(watched), probe: undefined } : await finishLoad(watched);
    this.#load = load;
    const seen = {
      watched,
      baseline,
      noisy,
      stopped,
      ended,
      load,
      probe,
      clockOffset: this.#fisClock.offset,
      observed,
    };
    const concluded = await concludeRun(this.#request, seen, this.#ports);
    return () => this.#record(concluded);
  }

  /** Takes away what was made for the run, and looks for what FIS itself has left where there was a fault. */
  async #clear(injection: Injection): Promise<void> {
    const left = await injection.clear();
    if (left !== undefined) {
      this.#recorder.event('problem', 'something may be left', left);
    }
    const own = left === undefined ? [] : [{ code: OWN_LEFT, message: left }];
    if (!injection.begun) {
      this.#left = own;
      return;
    }
    this.#recorder.check(ownLeftCheck(left));
    const found = await leftAtTheEnd(this.#ports);
    this.#recorder.check(residueCheck(found));
    const byFis = residueText(found);
    this.#left = [...(byFis === '' ? [] : [{ code: 'left-by-fis', message: `FIS has left behind ${byFis}` }]), ...own];
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

  /** With nothing injected, once everything is taken away. */
  #against(reasons: readonly Reason[]): Finish {
    return () => this.#notStarted(reasons);
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
