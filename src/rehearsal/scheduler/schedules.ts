/** One-time schedules: each waits for its time, makes its call, and is deleted if it was to be. */
import { isDeepStrictEqual } from 'node:util';
import { AwsError, type InternalCall } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { CreateScheduleInput, ScheduleContent, ScheduleName, ScheduleView } from './types.ts';
import { readUniversalTarget, type UniversalTarget } from './universal-target.ts';

export interface SchedulerParts {
  readonly call: InternalCall;
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly accountId: string;
}

interface Schedule {
  readonly view: ScheduleView;
  readonly token: string | undefined;
  readonly asked: ScheduleContent;
  readonly waiting: AbortController;
}

/** The group that there is. */
const GROUP = 'default';
const NAME = /^[0-9a-zA-Z\-_.]{1,64}$/;
const ONCE = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/;

export class Schedules {
  readonly #parts: SchedulerParts;
  readonly #schedules = new Map<string, Schedule>();

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** @throws AwsError ValidationException, ConflictException, ResourceNotFoundException; UnsupportedOperationException for what the platform lacks */
  create({ ClientToken: token, ...asked }: CreateScheduleInput): ScheduleView {
    this.#checkGroup(asked);
    const known = this.#schedules.get(asked.Name);
    if (known !== undefined && token !== undefined && known.token === token && isDeepStrictEqual(known.asked, asked)) {
      return known.view;
    }
    if (known !== undefined) {
      throw new AwsError('ConflictException', `Schedule ${asked.Name} already exists.`, 409);
    }
    return this.#put(asked, token, this.#parts.clock.now());
  }

  /** Replaces the whole schedule: what the request leaves out is as if it had never been said. @throws AwsError as `create` does */
  update({ ClientToken: token, ...asked }: CreateScheduleInput): ScheduleView {
    const { view, waiting } = this.#find(asked);
    const changed = this.#put(asked, token, view.CreationDate);
    waiting.abort();
    return changed;
  }

  #put(asked: ScheduleContent, token: string | undefined, created: Date): ScheduleView {
    const { clock, region, accountId } = this.#parts;
    const at = checkedTime(asked, clock.now());
    const target = readUniversalTarget(asked.Target);
    const now = clock.now();
    const view: ScheduleView = {
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      ...asked,
      GroupName: GROUP,
      Arn: `arn:aws:scheduler:${region}:${accountId}:schedule/${GROUP}/${asked.Name}`,
      CreationDate: created,
      LastModificationDate: now,
    };
    const schedule: Schedule = { view, token, asked, waiting: new AbortController() };
    this.#schedules.set(asked.Name, schedule);
    if (view.State === 'ENABLED') {
      void this.#run(schedule, at.getTime() - now.getTime(), target);
    }
    return view;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(name: ScheduleName): ScheduleView {
    return this.#find(name).view;
  }

  /** @throws AwsError ResourceNotFoundException */
  delete(name: ScheduleName): void {
    this.#find(name).waiting.abort();
    this.#schedules.delete(name.Name);
  }

  /** In order of their names. */
  all(): ScheduleView[] {
    return [...this.#schedules.values()].map(({ view }) => view).sort((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  /** None will make its call any more. */
  stop(): void {
    for (const { waiting } of this.#schedules.values()) {
      waiting.abort();
    }
  }

  /** What the call answers, errors too, is nobody's to see: AWS has a dead-letter queue for that. */
  async #run({ view, waiting }: Schedule, delayMs: number, target: UniversalTarget): Promise<void> {
    const { clock, call } = this.#parts;
    try {
      await clock.sleepScaled(delayMs, waiting.signal);
    } catch {
      return;
    }
    await call(target.service, target.operation, target.input).catch(() => {});
    if (view.ActionAfterCompletion === 'DELETE' && !waiting.signal.aborted) {
      this.#schedules.delete(view.Name);
    }
  }

  #find(name: ScheduleName): Schedule {
    this.#checkGroup(name);
    const found = this.#schedules.get(name.Name);
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', `Schedule ${name.Name} does not exist.`, 404);
    }
    return found;
  }

  #checkGroup({ GroupName = GROUP }: { readonly GroupName?: string }): void {
    if (GroupName !== GROUP) {
      throw new AwsError('ResourceNotFoundException', `Schedule group ${GroupName} does not exist.`, 404);
    }
  }
}

/** When the schedule is to run. */
function checkedTime(content: ScheduleContent, now: Date): Date {
  const {
    Name,
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: zone = 'UTC',
    FlexibleTimeWindow,
  } = content;
  if (!NAME.test(Name)) {
    throw new AwsError('ValidationException', `Name must be 1 to 64 letters, digits and -_. and is ${Name}`);
  }
  if (/^(rate|cron)\(/.test(expression) || zone !== 'UTC' || FlexibleTimeWindow.Mode !== 'OFF') {
    throw new AwsError(
      'UnsupportedOperationException',
      "surefoot's rehearsal platform has one-time schedules, at(yyyy-mm-ddThh:mm:ss), in UTC, with FlexibleTimeWindow OFF; AWS has others.",
    );
  }
  const at = new Date(`${ONCE.exec(expression)?.[1]}Z`);
  if (Number.isNaN(at.getTime())) {
    throw new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`);
  }
  if (at <= now) {
    throw new AwsError('ValidationException', `${expression} is over; a schedule must be for a time to come.`);
  }
  return at;
}
