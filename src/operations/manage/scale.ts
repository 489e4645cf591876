/** `scale`: another desired count, other bounds, or both; within what surefoot.yml allows where the environment is protected. */
import type { Evidence, Reason } from '../../report/evidence.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { countsOf, type Live, readLive } from './live.ts';
import { registerPatiently } from './pausing/register.ts';
import { recorded, secondsBetween } from './recording.ts';
import { changeRefusals, pausedRefusals, pauseRefusals } from './refusals.ts';
import type { ManageRequest, Plan } from './request.ts';
import { untilReady } from './wait.ts';
import { whyNotReady } from './why.ts';

export interface Scale {
  readonly desired: number | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

/** What the numbers will be, as far as they are to change. */
interface Numbers {
  readonly desired: number;
  readonly bounds: { readonly minimum: number; readonly maximum: number } | undefined;
}

/** Reads and works out the change; changes nothing. */
export async function planScale(request: ManageRequest, scale: Scale, ports: Ports): Promise<Plan> {
  const live = await readLive(request.target, ports);
  return {
    live,
    refusals: [
      ...changeRefusals(live),
      ...pausedRefusals(live),
      ...boundsRefusals(live, scale),
      ...rangeRefusals(request, scale),
    ],
    steps: stepsOf(live, scale),
    notes: [],
  };
}

/** Application Auto Scaling brings the desired count into the bounds by itself. */
function numbersAfter(live: Live, { desired, minimum, maximum }: Scale): Numbers {
  const { scaling } = live;
  const wanted = desired ?? countsOf(live).desired;
  if (scaling === undefined) {
    return { desired: wanted, bounds: undefined };
  }
  const bounds = { minimum: minimum ?? scaling.minimum, maximum: maximum ?? scaling.maximum };
  return { desired: Math.min(bounds.maximum, Math.max(bounds.minimum, wanted)), bounds };
}

function stepsOf(live: Live, scale: Scale): string[] {
  const after = numbersAfter(live, scale);
  const { scaling } = live;
  const { desired } = countsOf(live);
  const steps: string[] = [];
  if (boundsChange(live, after) && scaling !== undefined && after.bounds !== undefined) {
    steps.push(`bounds ${scaling.minimum} to ${scaling.maximum} → ${after.bounds.minimum} to ${after.bounds.maximum}`);
  }
  if (after.desired !== desired) {
    steps.push(`desired count ${desired} → ${after.desired}, and wait until the tasks are healthy`);
  }
  return steps;
}

function boundsChange({ scaling }: Live, { bounds }: Numbers): boolean {
  return scaling?.minimum !== bounds?.minimum || scaling?.maximum !== bounds?.maximum;
}

function refusal(code: string, message: string): Reason {
  return { code, message };
}

/** What AWS would refuse, or accept and undo at the next chance. */
function boundsRefusals({ scaling, target }: Live, { desired, minimum, maximum }: Scale): Reason[] {
  if (scaling === undefined) {
    return minimum === undefined && maximum === undefined
      ? []
      : [
          refusal(
            'no-scalable-target',
            `${target.ecsService} is not registered with Application Auto Scaling, so it has no bounds: give --desired alone, or register it with your Terraform first`,
          ),
        ];
  }
  const least = minimum ?? scaling.minimum;
  const most = maximum ?? scaling.maximum;
  if (least > most) {
    return [
      refusal(
        'bounds-crossed',
        `the minimum would be ${least} and the maximum ${most}: give both --minimum and --maximum`,
      ),
    ];
  }
  return desired === undefined || (desired >= least && desired <= most)
    ? []
    : [
        refusal(
          'desired-outside-bounds',
          `${desired} is not within the bounds ${least} to ${most} of ${target.ecsService}: Application Auto Scaling would undo it; give --minimum or --maximum too`,
        ),
      ];
}

/** A protected environment keeps to surefoot.yml, whoever asks. Nothing but a pause takes any other one to nothing. */
export function rangeRefusals(request: Pick<ManageRequest, 'environment' | 'target'>, scale: Scale): Reason[] {
  const { environment, target } = request;
  const numbers = Object.entries(scale).filter((entry): entry is [string, number] => entry[1] !== undefined);
  if (!environment.protected) {
    return numbers.some(([name, number]) => name !== 'minimum' && number === 0) ? pauseRefusals(request) : [];
  }
  const { minimum, maximum } = target.tasks;
  return numbers.flatMap(([name, number]) => {
    if (number < minimum) {
      return [
        refusal(
          'below-minimum',
          `${name} ${number} is below the ${minimum} tasks that ${target.lines.minimumTasks} says ${target.ecsService} has at least, and ${environment.name} is protected (${environment.lines.protected})`,
        ),
      ];
    }
    return number > maximum
      ? [
          refusal(
            'above-maximum',
            `${name} ${number} is above the ${maximum} tasks that ${target.lines.maximumTasks} says ${target.ecsService} has at most, and ${environment.name} is protected (${environment.lines.protected})`,
          ),
        ]
      : [];
  });
}

/** Scales, and sees the tasks become healthy. Bounds first, so that the desired count is within them. */
export function scale(request: ManageRequest, plan: Plan, values: Scale, ports: Ports): Promise<Evidence> {
  const after = numbersAfter(plan.live, values);
  const title = `Scale ${request.target.ecsService}`;
  return recorded('scale', title, request, ports, (recorder) => carryOut(request, plan, after, recorder, ports));
}

async function carryOut(
  request: ManageRequest,
  plan: Plan,
  after: Numbers,
  recorder: Recorder,
  ports: Ports,
): Promise<Evidence> {
  const { target, rehearsalSpeed } = request;
  const { live } = plan;
  if (plan.steps.length === 0) {
    const message = `${target.ecsService} has these numbers already; nothing was changed`;
    return recorder.finish('pass', [{ code: 'nothing-to-change', message }]);
  }
  const begun = ports.clock.now();
  if (boundsChange(live, after) && after.bounds !== undefined) {
    await registerPatiently(target, after.bounds, ports);
    recorder.event('change', `bounds ${after.bounds.minimum} to ${after.bounds.maximum}`, target.ecsService);
  }
  const between = await readLive(target, ports);
  if (countsOf(between).desired !== after.desired) {
    const { cluster, ecsService: service } = target;
    await ports.aws.ecs.updateService({ cluster, service, desiredCount: after.desired });
    recorder.event('change', `desired count ${after.desired}`, target.ecsService);
  }
  const limitSeconds = request.timeoutSeconds ?? target.deploy.healthyWithinSeconds;
  const ready = await untilReady(target, { limitSeconds, rehearsalSpeed }, ports);
  const seconds = secondsBetween(begun, ready.at);
  recorder.check({
    name: 'tasks healthy',
    verdict: ready.reached ? 'pass' : 'fail',
    expected: `${after.desired} tasks run and are healthy`,
    observed: ready.seen,
    seconds,
  });
  recorder.measure({
    indicator: 'time to scale',
    value: ready.reached ? seconds : null,
    unit: 's',
    method: 'from the first change until all wanted tasks were healthy in every target group, by looking',
  });
  if (!ready.reached) {
    const why = await whyNotReady(target, ports);
    return recorder.finish('fail', [
      { code: 'not-ready', message: `${target.ecsService} was scaled, but after ${seconds} s ${ready.seen}: ${why}` },
    ]);
  }
  const message = `${target.ecsService}: ${plan.steps.join('; ')}; ready after ${seconds} s`;
  return recorder.finish('pass', [{ code: 'scaled', message }]);
}
