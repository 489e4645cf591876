/** A manage command on several services: all planned first, all refused or all begun, and one outcome of all. */
import { InputError, OutsideError } from '../../errors.ts';
import type { Plan } from '../../operations/manage/request.ts';
import type { Ports } from '../../operations/ports.ts';
import { createRecorder } from '../../operations/recorder.ts';
import type { Platform, ServiceInEnvironment } from '../../platform/model.ts';
import type { Check, Evidence, Reason, Verdict } from '../../report/evidence.ts';
import { CANCELLED } from '../../report/words.ts';

/** One service's share: its plan, and how it is carried out. */
export interface Piece {
  readonly target: ServiceInEnvironment;
  readonly plan: Plan;
  readonly carryOut: () => Promise<Evidence>;
}

/** The plan of all pieces, for people. */
export function renderPlans(pieces: readonly Piece[]): string {
  return pieces
    .map(({ target, plan }) =>
      [
        `${target.ecsService} in ${target.cluster}`,
        ...plan.notes.map((note) => `  ${note}`),
        ...(plan.steps.length === 0 ? ['  nothing to change'] : plan.steps.map((step, at) => `  ${at + 1}. ${step}`)),
        ...plan.refusals.map(({ code, message }) => `  refused: ${message} [${code}]`),
      ].join('\n'),
    )
    .join('\n\n');
}

/** @throws InputError with all refusals when there is any: nothing is begun of any service */
export function requireAllowed(command: string, refusals: readonly Reason[]): void {
  const [first] = refusals;
  if (first !== undefined) {
    const list = refusals.map(({ code, message }) => `  - ${message} [${code}]`).join('\n');
    throw new InputError(first.code, `${command} was refused before anything was changed:\n${list}`);
  }
}

const WORST: readonly Verdict[] = ['fail', 'inconclusive', 'pass'];

/** Carries all pieces out side by side. One that fails hides none of the others; an error of a single service is thrown as it is. */
export async function carryOutAll(
  command: string,
  pieces: readonly Piece[],
  context: {
    readonly platform: Platform;
    readonly environment: string;
    readonly rehearsalSpeed: number | undefined;
    readonly ports: Ports;
  },
): Promise<Evidence> {
  const { ports, rehearsalSpeed } = context;
  const recorder = createRecorder({
    operation: command,
    title: `${command} of ${pieces.length} services in ${context.environment}`,
    subject: { platform: context.platform.name, environment: context.environment },
    rehearsalSpeed,
    tools: [],
    clock: ports.clock,
  });
  const ended = await Promise.allSettled(pieces.map(({ carryOut }) => carryOut()));
  const [only] = ended;
  if (only !== undefined && ended.length === 1) {
    if (only.status === 'rejected') {
      throw again(command, only.reason);
    }
    return only.value;
  }
  const parts = ended.map((end, at) =>
    end.status === 'fulfilled' ? end.value : errored(command, pieces[at]?.target, end.reason, context),
  );
  for (const part of parts) {
    recorder.check(rowOf(part));
  }
  const verdict = WORST.find((worst) => parts.some((part) => part.verdict === worst)) ?? 'pass';
  return recorder.finish(verdict, cancelledFirst(parts.flatMap((part) => part.reasons)), { parts });
}

/** A command that was cut short anywhere was cut short. */
function cancelledFirst(reasons: readonly Reason[]): Reason[] {
  const isCut = ({ code }: Reason) => code === CANCELLED;
  return [...reasons.filter(isCut), ...reasons.filter((reason) => !isCut(reason))];
}

function isRemembered(command: string): boolean {
  return command === 'pause' || command === 'resume';
}

/** What is begun is never lost: the next run goes on where this one ended. */
function again(command: string, error: unknown): unknown {
  return error instanceof OutsideError && isRemembered(command)
    ? new OutsideError(
        error.code,
        `${error.message}; what was there is remembered on the service: run ${command} again to finish it`,
        error.where,
        { cause: error },
      )
    : error;
}

/** An error is no verdict: whether that service is as it should be is not known. */
function errored(
  command: string,
  target: ServiceInEnvironment | undefined,
  error: unknown,
  { platform, environment, rehearsalSpeed, ports }: Parameters<typeof carryOutAll>[2],
): Evidence {
  const service = target?.ecsService ?? 'a service';
  const recorder = createRecorder({
    operation: command,
    title: `${command} of ${service}`,
    subject: { platform: platform.name, environment, service },
    rehearsalSpeed,
    tools: [],
    clock: ports.clock,
  });
  const told = again(command, error);
  const code = told instanceof OutsideError || told instanceof InputError ? told.code : 'unexpected';
  const message = `${service}: ${told instanceof Error ? told.message : String(told)}`;
  recorder.event('problem', code, message);
  return recorder.finish('inconclusive', [{ code, message }]);
}

function rowOf(part: Evidence): Check {
  const [first] = part.reasons;
  return {
    name: part.subject.service ?? part.title,
    verdict: part.verdict,
    ...(first === undefined ? {} : { observed: first.message }),
    seconds: Math.max(0, (Date.parse(part.finishedAt) - Date.parse(part.startedAt)) / 1000),
  };
}

/** What `details` of an outcome says of each service. */
export function servicesOf(evidence: Evidence): { service: string; verdict: Verdict; reasons: readonly Reason[] }[] {
  const parts = evidence.parts.length > 0 ? evidence.parts : [evidence];
  return parts.map(({ subject, verdict, reasons }) => ({ service: subject.service ?? '', verdict, reasons }));
}
