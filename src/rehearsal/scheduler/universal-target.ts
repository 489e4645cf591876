/** Universal targets: any call of AWS's API. Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html */
import { AwsError } from '../wire/operation.ts';

export interface UniversalTarget {
  readonly service: 'ecs' | 'fis' | 'rds';
  readonly operation: string;
  readonly input: object;
}

const FORM = /^arn:aws[a-z-]*:scheduler:::aws-sdk:([a-z0-9]+):([a-zA-Z]+)$/;

/**
 * Reads `arn:aws:scheduler:::aws-sdk:fis:stopExperiment` and its JSON input, whose first letters may be capitals as AWS's examples have them.
 * @throws AwsError ValidationException for another form; UnsupportedOperationException for a service that schedules cannot call here
 */
export function readUniversalTarget({ Arn, Input = '{}' }: { Arn: string; Input?: string }): UniversalTarget {
  const [, service, operation = ''] = FORM.exec(Arn) ?? [];
  if (service === undefined) {
    throw new AwsError(
      'UnsupportedOperationException',
      `surefoot's rehearsal platform has universal targets only, such as arn:aws:scheduler:::aws-sdk:fis:stopExperiment; AWS has others. ${Arn} is none.`,
    );
  }
  if (service !== 'ecs' && service !== 'fis' && service !== 'rds') {
    throw new AwsError(
      'UnsupportedOperationException',
      `surefoot's rehearsal platform has schedules call fis, ecs and rds; ${service} is not among them.`,
    );
  }
  return { service, operation: capital(operation), input: readInput(service, Input) };
}

function readInput(service: UniversalTarget['service'], text: string): object {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    input = undefined;
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new AwsError('ValidationException', `Target.Input must be a JSON object, and is ${text.slice(0, 100)}`);
  }
  // RDS's members have capitals, those of the others have not.
  const spell = service === 'rds' ? capital : small;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [spell(name), value]));
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function small(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
