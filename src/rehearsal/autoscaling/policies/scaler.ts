/**
 * Scales when alarms say so: at once when an alarm goes into ALARM, and then every minute as long as it stays there.
 * Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-actions,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
import type { NotScaledReason } from '@aws-sdk/client-application-auto-scaling';
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Exclusive } from '../../ecs/exclusive.ts';
import type { RehearsalClock } from '../../world/clock.ts';
import { linkSignals } from '../../world/linked-signal.ts';
import type { ActivityLog } from '../activities.ts';
import type { Capacity } from '../capacity.ts';
import type { TargetRecord } from '../scalable-targets.ts';
import type { AlarmSource } from './alarm-source.ts';
import { Cooldowns } from './cooldowns.ts';
import { DEFAULT_COOLDOWN_S, type Policy } from './definition.ts';
import type { ScalingPolicies } from './scaling-policies.ts';
import { wantedCapacity } from './wanted.ts';

const REPEAT_MS = 60_000;

export interface ScalerParts {
  readonly clock: RehearsalClock;
  readonly alarms: AlarmSource;
  readonly policies: ScalingPolicies;
  readonly targets: ReadonlyMap<string, TargetRecord>;
  readonly capacity: Capacity;
  readonly activities: ActivityLog;
  readonly exclusive: Exclusive;
  /** Aborts when the platform stops. */
  readonly ended: AbortSignal;
}

/** What one alarm asks of one policy's target. */
interface Move {
  readonly alarm: MetricAlarm;
  readonly policy: Policy;
  readonly target: TargetRecord;
  readonly current: number;
  readonly wanted: number;
}

/** Lets policies act on alarms. */
export class Scaler {
  readonly #parts: ScalerParts;
  readonly #cooldowns: Cooldowns;
  readonly #alarmed = new Map<string, AbortController>();

  constructor(parts: ScalerParts) {
    this.#parts = parts;
    this.#cooldowns = new Cooldowns(parts.clock);
  }

  /** Follows all alarms until the platform stops. */
  start(): void {
    const { alarms, ended } = this.#parts;
    const unsubscribe = alarms.onChange(({ name, state }) => this.#changed(name, state));
    ended.addEventListener('abort', unsubscribe, { once: true });
  }

  #changed(name: string, state: string): void {
    this.#alarmed.get(name)?.abort();
    this.#alarmed.delete(name);
    if (state === 'ALARM') {
      const stop = new AbortController();
      this.#alarmed.set(name, stop);
      const { signal, release } = linkSignals(stop.signal, this.#parts.ended);
      void this.#follow(name, signal)
        .catch((error) => {
          if (!signal.aborted) {
            throw error;
          }
        })
        .finally(release);
    }
  }

  async #follow(name: string, signal: AbortSignal): Promise<void> {
    const { alarms, clock, policies } = this.#parts;
    for (;;) {
      const alarm = alarms.list().find(({ AlarmName }) => AlarmName === name);
      if (alarm?.StateValue !== 'ALARM') {
        return;
      }
      const actions = alarm.ActionsEnabled === false ? [] : (alarm.AlarmActions ?? []);
      for (const policy of policies.list().filter(({ arn }) => actions.includes(arn))) {
        await this.#invoke(alarm, policy, signal);
      }
      await clock.sleepScaled(REPEAT_MS, signal);
    }
  }

  #invoke(alarm: MetricAlarm, policy: Policy, signal: AbortSignal): Promise<void> {
    const { alarms, capacity, exclusive, policies, targets } = this.#parts;
    const { resourceId } = policy;
    return exclusive.run(resourceId, async () => {
      const service = await capacity.service(resourceId);
      const target = targets.get(resourceId);
      const isThere = policies.list().includes(policy) && service?.status === 'ACTIVE';
      if (signal.aborted || target === undefined || !isThere) {
        return;
      }
      const current = service.desiredCount ?? 0;
      const wanted = wantedCapacity(policy, alarm, {
        alarms,
        policies: policies.of(resourceId),
        minute: policies.minute,
        current,
        target,
        cooling: this.#cooldowns.out(resourceId, current),
      });
      if (wanted !== undefined) {
        const move = { alarm, policy, target, current, wanted: wanted.capacity };
        await (wanted.direction === 'out' ? this.#out(move) : this.#in(move));
      }
    });
  }

  async #out(move: Move): Promise<void> {
    const { target, current, wanted, policy } = move;
    if (target.suspended.DynamicScalingOutSuspended) {
      return;
    }
    const next = Math.min(target.maximum, Math.max(target.minimum, wanted));
    if (current >= target.maximum) {
      this.#notScaled(move, { Code: 'AlreadyAtMaxCapacity', MaxCapacity: target.maximum });
    } else if (next > current) {
      await this.#set(move, next);
      this.#cooldowns.scaledOut(policy.resourceId, { before: current, after: next }, cooldownOf(policy, 'out'));
    } else if (this.#cooldowns.out(policy.resourceId, current) === undefined) {
      this.#notScaled(move, { Code: 'AlreadyAtDesiredCapacity', CurrentCapacity: current });
    }
  }

  /** "Application Auto Scaling turns off scale-in processes while Amazon ECS deployments are in progress." */
  async #in(move: Move): Promise<void> {
    const { target, current, wanted, policy } = move;
    const { resourceId } = policy;
    if (target.suspended.DynamicScalingInSuspended || this.#cooldowns.blocksIn(resourceId)) {
      return;
    }
    if (await this.#parts.capacity.isDeploying(resourceId)) {
      return;
    }
    const next = Math.min(target.maximum, Math.max(target.minimum, wanted));
    if (current <= target.minimum) {
      this.#notScaled(move, { Code: 'AlreadyAtMinCapacity', MinCapacity: target.minimum });
    } else if (next < current) {
      await this.#set(move, next);
      this.#cooldowns.scaledIn(resourceId, cooldownOf(policy, 'in'));
    } else {
      this.#notScaled(move, { Code: 'AutoScalingAnticipatedFlapping', CurrentCapacity: current });
    }
  }

  async #set(move: Move, count: number): Promise<void> {
    await this.#parts.capacity.set(move.policy.resourceId, count, causeOf(move));
  }

  /** Once for as long as nothing else happens: the alarm invokes the policy again every minute. */
  #notScaled(move: Move, reason: NotScaledReason): void {
    const { activities } = this.#parts;
    const { resourceId } = move.policy;
    const cause = causeOf(move);
    const known = activities.list().find((activity) => activity.resourceId === resourceId && activity.cause === cause);
    if (known?.notScaled[0]?.Code !== reason.Code) {
      const description = 'Attempting to scale due to alarm triggered';
      activities.add({ resourceId, description, cause, status: 'Failed', notScaled: [reason] });
    }
  }
}

function causeOf({ alarm, policy }: Move): string {
  return `monitor alarm ${alarm.AlarmName} in state ALARM triggered policy ${policy.name}`;
}

/** Seconds. */
function cooldownOf(policy: Policy, direction: 'out' | 'in'): number {
  if (policy.type === 'StepScaling') {
    return policy.configuration.Cooldown ?? DEFAULT_COOLDOWN_S;
  }
  const { ScaleOutCooldown, ScaleInCooldown } = policy.configuration;
  return (direction === 'out' ? ScaleOutCooldown : ScaleInCooldown) ?? DEFAULT_COOLDOWN_S;
}
