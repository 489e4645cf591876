/** The experiment in FIS: started, followed to its end, stopped when something says so, and taken away. */
import { mayHaveActed } from '../../../../aws/errors.ts';
import type { Experiment } from '../../../../aws/fis/fis.ts';
import { OutsideError } from '../../../../errors.ts';
import { patiently } from '../../../common/patience.ts';
import type { Ports } from '../../../ports.ts';
import type { Template } from '../../experiment/template.ts';
import { seeRunEnded } from '../../leftovers/run-end.ts';
import { type PlannedStop, stopCall, stopNameOf } from '../../leftovers/scheduled-stop.ts';
import { RUN_TAG } from '../../leftovers/tags.ts';
import { hasEnded, removePreviewOf, removeTemplate } from '../../leftovers/templates.ts';
import type { Claim } from './rivals.ts';
import { type RunMarks, runRequest, runTags } from './template.ts';

const LOOK_EVERY_MS = 1000;
/** Post actions take their time after a stop; AWS gives no bound. */
const STOP_PATIENCE_MS = 300_000;

/** Why an experiment was stopped by surefoot. */
export interface Stop {
  readonly code: string;
  readonly message: string;
  readonly at: Date;
}

/** Whose it is, and how long it lasts. */
export interface Injected extends Omit<RunMarks, 'expires'> {
  /** From its start until it has surely ended, so that anybody may delete what is left of it. */
  readonly longestSeconds: number;
}

export class Injection {
  readonly #injected: Injected;
  #marks: RunMarks;
  readonly #scheduledStop: PlannedStop | undefined;
  readonly #ports: Ports;
  #templateId: string | undefined;
  #experimentId: string | undefined;
  #stop: Stop | undefined;
  #stopSent: Promise<void> | undefined;
  #ended = false;
  #begun = false;
  /** FIS may have started it all the same: its answer was lost, or nobody waited for it. */
  #startUnsure = false;
  /** There may be a schedule. */
  #scheduled = false;
  #turned: Promise<void> | undefined;
  /** Ends the wait for the next look. */
  readonly #wake = new AbortController();

  constructor(injected: Injected, scheduledStop: PlannedStop | undefined, ports: Ports) {
    this.#injected = injected;
    this.#scheduledStop = scheduledStop;
    this.#ports = ports;
    this.#marks = this.#marksIfStartedIn(0);
  }

  #marksIfStartedIn(waitSeconds: number): RunMarks {
    const { longestSeconds, ...whose } = this.#injected;
    return { ...whose, expires: new Date(this.#ports.clock.now().getTime() + (waitSeconds + longestSeconds) * 1000) };
  }

  get stopped(): Stop | undefined {
    return this.#stop;
  }

  /** Something of the run may have been made in FIS. */
  get begun(): boolean {
    return this.#begun;
  }

  /**
   * Makes the stop by Scheduler, where there is to be one: before the load, so that a role or a permission that is missing costs nothing.
   * @param waitSeconds until the start of the experiment, at the most
   * @throws OutsideError of AWS
   */
  async arrange(waitSeconds: number): Promise<void> {
    const stop = this.#scheduledStop;
    if (stop === undefined) {
      return;
    }
    this.#marks = this.#marksIfStartedIn(waitSeconds);
    const { runId } = this.#marks;
    this.#ports.journal?.previewing(runId, stopNameOf(runId));
    this.#scheduled = true;
    try {
      const afterSeconds = waitSeconds + stop.afterSeconds;
      await this.#ports.aws.scheduler.create(this.#stopOf({ ...stop, afterSeconds }, stop.dryRun));
    } catch (error) {
      this.#scheduled = mayHaveActed(error);
      throw error;
    }
  }

  /** Creates the template; nothing is injected yet. @throws OutsideError of AWS */
  async prepare(template: Template): Promise<Claim> {
    this.#marks = this.#marksIfStartedIn(0);
    const { runId } = this.#marks;
    this.#ports.journal?.previewing(runId, this.#scheduledStop && stopNameOf(runId));
    this.#begun = true;
    const { id, creationTime } = await this.#ports.aws.fis.createTemplate(runRequest(template, this.#marks));
    if (id === undefined) {
      throw new OutsideError('fis-no-template', 'FIS created a template without an id', 'fis:CreateExperimentTemplate');
    }
    this.#templateId = id;
    return { runId, id, createdAt: creationTime };
  }

  /** The schedule that would stop the experiment with this id, were it started now. */
  #stopOf({ roleArn, afterSeconds }: PlannedStop, experimentId: string) {
    const at = new Date(this.#ports.clock.now().getTime() + afterSeconds * 1000);
    return stopCall(this.#marks, { roleArn, at }, experimentId);
  }

  /** What nobody would stop, should this process die, is stopped now. */
  async #turnStop(stop: PlannedStop, experimentId: string): Promise<void> {
    try {
      await this.#ports.awsForUndo.scheduler.update(this.#stopOf(stop, experimentId));
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      this.stop(
        'stop-not-scheduled',
        `the stop by EventBridge Scheduler could not be set to the experiment (${cause})`,
      );
    }
  }

  /** Starts it; from here on a fault may act. */
  async start(): Promise<Experiment & { readonly id: string }> {
    const started = await this.#sendStart();
    const { id } = started;
    if (id === undefined) {
      this.#startUnsure = true;
      throw new OutsideError('fis-no-experiment', 'FIS started an experiment without an id', 'fis:StartExperiment');
    }
    this.#experimentId = id;
    if (this.#stop !== undefined) {
      this.#sendStop(id);
    }
    this.#turned = this.#scheduledStop && this.#turnStop(this.#scheduledStop, id);
    return { ...started, id };
  }

  async #sendStart(): Promise<Experiment> {
    try {
      return await this.#ports.aws.fis.startExperiment({
        experimentTemplateId: this.#templateId ?? '',
        clientToken: this.#marks.runId,
        experimentOptions: { actionsMode: 'run-all' },
        tags: runTags(this.#marks),
      });
    } catch (error) {
      this.#startUnsure = mayHaveActed(error);
      throw error;
    }
  }

  /** Asks FIS to stop it, at once and once; the first reason counts. Before the start is answered, as soon as it is. */
  stop(code: string, message: string): void {
    if (this.#stop !== undefined || this.#ended) {
      return;
    }
    this.#stop = { code, message, at: this.#ports.clock.now() };
    this.#ports.reporter.warn(`stopping the experiment: ${message}`);
    if (this.#experimentId !== undefined) {
      this.#sendStop(this.#experimentId);
    }
    this.#wake.abort();
  }

  #sendStop(id: string): void {
    this.#stopSent ??= this.#ports.awsForUndo.fis.stopExperiment(id).then(
      () => undefined,
      (error: unknown) => {
        // One that has ended by now cannot be stopped: its state tells that apart from a stop that failed.
        this.#ports.reporter.warn(`fis:StopExperiment: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
  }

  /** Looks at it until it has ended, however that comes about. @throws when it cannot be followed any more */
  async follow(id: string, onLook: (experiment: Experiment) => void): Promise<Experiment> {
    for (;;) {
      const experiment = await patiently(() => this.#ports.aws.fis.getExperiment(id), this.#ports);
      if (experiment !== undefined) {
        onLook(experiment);
        if (hasEnded(experiment.state?.status)) {
          this.#ended = true;
          return experiment;
        }
      }
      if (this.#stop !== undefined) {
        return this.#seeStopped(id, onLook);
      }
      await this.#pause();
    }
  }

  /** Until the next look, or a stop. */
  async #pause(): Promise<void> {
    const { clock, signal } = this.#ports;
    await clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, this.#wake.signal])).catch(() => signal.throwIfAborted());
  }

  /** A stop is asked for until FIS says that it has ended. @throws OutsideError `fis-not-stopped` */
  async #seeStopped(id: string, onLook: (experiment: Experiment) => void): Promise<Experiment> {
    const { clock, awsForUndo, signalForUndo } = this.#ports;
    const deadline = clock.now().getTime() + STOP_PATIENCE_MS;
    await this.#stopSent;
    while (clock.now().getTime() <= deadline) {
      const experiment = await awsForUndo.fis.getExperiment(id).catch(() => undefined);
      if (experiment !== undefined) {
        onLook(experiment);
      }
      const status = experiment?.state?.status;
      if (experiment !== undefined && hasEnded(status)) {
        this.#ended = true;
        return experiment;
      }
      if (status !== 'stopping') {
        await awsForUndo.fis.stopExperiment(id).catch(() => undefined);
      }
      await clock.sleep(LOOK_EVERY_MS, signalForUndo);
    }
    const message = `a stop of ${id} was asked for, but FIS still calls it running: look at it now, and engage the safety lever if it has to end`;
    throw new OutsideError('fis-not-stopped', message, 'fis:StopExperiment');
  }

  async #removeTemplate(): Promise<void> {
    const { fis } = this.#ports.awsForUndo;
    if (this.#templateId !== undefined) {
      await removeTemplate(fis, this.#templateId);
    } else if (this.#begun) {
      await removePreviewOf(this.#marks.runId, fis);
    }
  }

  /**
   * Ends what still runs and deletes the template, whatever has happened before; uses what is left for undoing.
   * @returns what is left, when something is
   */
  async clear(): Promise<string | undefined> {
    const { awsForUndo, journal, reporter } = this.#ports;
    const { runId, expires } = this.#marks;
    try {
      if (this.#experimentId !== undefined && !this.#ended) {
        this.stop('given-up', 'the run is given up');
        await this.#seeStopped(this.#experimentId, () => undefined);
      }
      await this.#removeTemplate();
      // To start it once more by its token would tell its id, but begin the fault where the first call had never arrived.
      await (this.#startUnsure ? seeRunEnded(runId, STOP_PATIENCE_MS, this.#ports) : undefined);
      await this.#turned;
      // Only now: as long as something may still run, the schedule is of use.
      await (this.#scheduled ? awsForUndo.scheduler.delete(stopNameOf(runId)) : undefined);
      journal?.previewed();
      return undefined;
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const left = `what is tagged ${RUN_TAG}=${runId} may be left in FIS (${cause}): \`surefoot chaos stop\` ends and deletes it, and any later run or plan after ${expires.toISOString()}`;
      reporter.warn(left);
      return left;
    }
  }
}
