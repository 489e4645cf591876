/** From a decoded request to a checked answer: finds the operation, refuses what cannot be honoured, runs the handler. */
import { check, type Form, type Problem } from './check.ts';
import { refusalOfValues, valueProblems } from './constraints-wording.ts';
import { AwsError, type Operation, type RequestContext, type ServiceId, type ServiceModule } from './operation.ts';
import { shapeOf } from './schema.ts';
import { type ServiceDescription, serviceById } from './services.ts';
import { compileSupport, type Support } from './support.ts';

export interface Registered {
  readonly service: ServiceDescription;
  readonly operation: Operation;
  readonly support: Support;
}

/** A handler's answer does not fit AWS's schema: a mistake of ours, which the SDK's serialiser would pass over in silence. */
export class WrongAnswer extends Error {}

export interface Registry {
  /** Adds a service's operations; a service may be added in parts. Throws on an operation given twice or unknown to AWS. */
  register(module: ServiceModule): void;
  /** The operation, or an `AwsError`: `unknownCode` for one that AWS does not have, a refusal for one that the platform lacks. */
  find(service: ServiceDescription, name: string, unknownCode: string): Registered;
}

/** An empty registry of operations. */
export function createRegistry(): Registry {
  const registered = new Map<ServiceId, Map<string, Registered>>();
  return {
    register: (module) => {
      const service = serviceById(module.id);
      const known = registered.get(module.id) ?? new Map<string, Registered>();
      for (const operation of module.operations) {
        if (known.has(operation.name) || !service.operations.has(operation.name)) {
          throw new Error(
            `${module.id}.${operation.name} is registered twice, or is not in the API of ${service.title}`,
          );
        }
        known.set(operation.name, { service, operation, support: compileSupport(operation) });
      }
      registered.set(module.id, known);
    },
    find: (service, name, unknownCode) => {
      const found = registered.get(service.id)?.get(name);
      if (found !== undefined) {
        return found;
      }
      if (service.operations.has(name)) {
        // Not a 5xx status: the SDKs would try again.
        throw new AwsError(
          'UnsupportedOperationException',
          `surefoot's rehearsal platform does not support ${service.title} ${name}. AWS does; only the rehearsal cannot show it.`,
        );
      }
      throw new AwsError(unknownCode, `${service.title} has no operation ${name.slice(0, 100)}.`);
    },
  };
}

/**
 * Refuses an input that breaks the API's model (as AWS does) or that asks for what the platform has no code for (as AWS does
 * not). Everything wrong is named at once. Throws `AwsError`.
 */
export function admit({ service, operation, support }: Registered, input: unknown, form: Form): void {
  const problems = [
    ...check(shapeOf(operation.schema[4]), input, form),
    ...valueProblems(service.id, operation.name, input),
  ];
  const unsupported = problems.some((problem) => problem.path === '') ? [] : support.unsupported(input);
  if (problems.length > 0) {
    const { code, message } =
      refusalOfValues(service.id, operation.name, problems, service.invalid) ?? refusal(service, operation, problems);
    const also = unsupported.length > 0 ? ` Besides: ${notSupported(operation, unsupported)}` : '';
    throw new AwsError(code, `${message}${also === '' || message.endsWith('.') ? '' : '.'}${also}`);
  }
  if (unsupported.length > 0) {
    throw new AwsError('UnsupportedParameterException', notSupported(operation, unsupported));
  }
}

function refusal(service: ServiceDescription, operation: Operation, problems: readonly Problem[]) {
  const code = problems.every((problem) => problem.kind === 'missing') ? service.missing : service.invalid;
  return { code, message: `${operation.name}: ${list(problems)}.` };
}

function notSupported(operation: Operation, paths: readonly string[]): string {
  return `surefoot's rehearsal platform does not support these members of ${operation.name}: ${paths.join(', ')}. Leave them out to rehearse the rest.`;
}

const LISTED = 50;

function list(problems: readonly Problem[]): string {
  const sentences = problems.slice(0, LISTED).map(({ path, text }) => `${path === '' ? 'the request' : path} ${text}`);
  const rest = problems.length - sentences.length;
  return `${sentences.join('; ')}${rest > 0 ? `; and ${rest} more problems` : ''}`;
}

/** Runs the handler on an admitted input and checks its answer. Throws the handler's errors, and `WrongAnswer`. */
export async function perform(
  { service, operation }: Registered,
  input: unknown,
  context: RequestContext,
): Promise<unknown> {
  const output = (await operation.handle(input, context)) ?? {};
  const problems = check(shapeOf(operation.schema[5]), output, 'typed');
  if (problems.length > 0) {
    throw new WrongAnswer(`the answer of ${service.id}.${operation.name} does not fit AWS's schema: ${list(problems)}`);
  }
  return output;
}
