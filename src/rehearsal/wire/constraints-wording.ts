/**
 * How each service refuses values that its model forbids: AWS has one wording that most services share, and some that speak for themselves.
 * The texts follow answers of AWS that users quote in public; where none is known, a service is given the wording that most share.
 */
import { type Problem, sketch } from './check.ts';
import { type Rule, type Step, type Violation, violationsOf } from './constraints.ts';
import type { ServiceId } from './operation.ts';

/** A value that breaks a rule of the model. */
export interface ValueProblem extends Problem {
  readonly kind: 'value';
  /** What the service says of it, one text for each error that it counts. */
  readonly inServiceWords: readonly string[];
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface Wording {
  /** The shape of the error, where it is not the service's usual one for a wrong request. */
  readonly code?: string;
  readonly say: (violation: Violation) => readonly string[];
  readonly join: (texts: readonly string[]) => string;
}

/** The values in an operation's input that AWS refuses by its model, in the order of the input. */
export function valueProblems(service: ServiceId, operation: string, input: unknown): Problem[] {
  const { say } = wordingOf(service, operation);
  return violationsOf(service, operation, input).map((violation): Problem | ValueProblem => {
    const path = plainPath(violation.path);
    const whole = violation.broken.find((rule) => rule.kind === 'whole');
    if (whole !== undefined) {
      // To AWS it is no number of this type at all.
      return { kind: 'type', path, text: `must be ${plainly(whole)}, not ${sketch(violation.value)}` };
    }
    const allowed = violation.broken.map(plainly).join(' and ');
    const text = `must ${allowed}, unlike ${sketch(violation.value)}`;
    return { kind: 'value', path, text, inServiceWords: say(violation) };
  });
}

/** The service's own refusal, if nothing is wrong with the request but values; `usualCode` is the service's for a wrong request. */
export function refusalOfValues(
  service: ServiceId,
  operation: string,
  problems: readonly Problem[],
  usualCode: string,
): Refusal | undefined {
  if (!problems.every(isValueProblem)) {
    return undefined;
  }
  const { code = usualCode, join } = wordingOf(service, operation);
  return { code, message: join([...new Set(problems.flatMap(({ inServiceWords }) => inServiceWords))]) };
}

function isValueProblem(problem: Problem): problem is ValueProblem {
  return problem.kind === 'value';
}

/** As `check()` has them: `tags[0].key`, `attributes["a"]`. */
function plainPath(path: readonly Step[]): string {
  const steps = path.map((step) => {
    if (typeof step === 'object') {
      return `[${JSON.stringify(step.key)}]`;
    }
    return typeof step === 'number' ? `[${step}]` : `.${step}`;
  });
  return steps.join('').replace(/^\./, '');
}

function plainly(rule: Rule): string {
  switch (rule.kind) {
    case 'whole':
      return `a whole number of ${rule.bits} bits`;
    case 'enum':
      return `be one of ${rule.values.join(', ')}`;
    case 'pattern':
      return `match ${rule.pattern}`;
    case 'min':
      return `be at least ${rule.bound}`;
    case 'max':
      return `be at most ${rule.bound}`;
    case 'minLength':
      return `have a length of at least ${rule.bound}`;
    default:
      return `have a length of at most ${rule.bound}`;
  }
}

/**
 * Most of AWS: `1 validation error detected: Value '0' at 'port' failed to satisfy constraint: Member must have value greater than or equal to 1`,
 * from https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/4014
 */
const COMMON: Wording = {
  say: (violation) =>
    constraintsOf(violation).map(
      (constraint) =>
        `Value '${javaText(blamed(violation))}' at '${memberPath(violation)}' failed to satisfy constraint: ${constraint}`,
    ),
  join: (texts) => `${texts.length} validation error${texts.length === 1 ? '' : 's'} detected: ${some(texts, '; ')}`,
};

/** ECR: `Invalid parameter at 'registryIds' failed to satisfy constraint: '…'`, from https://github.com/aws-actions/amazon-ecr-login/issues/225 */
const ECR: Wording = {
  say: (violation) =>
    constraintsOf(violation).map(
      (constraint) => `Invalid parameter at '${memberPath(violation)}' failed to satisfy constraint: '${constraint}'`,
    ),
  join: (texts) => some(texts, '; '),
};

/**
 * ECS on tags: `Some tags contain invalid characters`, from https://github.com/PrefectHQ/prefect/issues/13174, with the characters of its
 * model; on the rest no answer of AWS is known.
 */
const ECS: Wording = {
  say: (violation) => {
    const [list] = violation.path;
    const isTag = list === 'tags' || list === 'tagKeys';
    return isTag && violation.broken.some(({ kind }) => kind === 'pattern')
      ? ['Some tags contain invalid characters. Valid characters: UTF-8 letters, spaces, numbers and _ . / = + - : @.']
      : COMMON.say(violation);
  },
  join: (texts) => (texts.every((text) => text.startsWith('Value ')) ? COMMON.join(texts) : some(texts, '; ')),
};

/**
 * CloudWatch's alarms, and GetMetricData: the common text with the common code; from aws/aws-sdk-js-v3's test of PutMetricAlarm, and
 * https://github.com/prometheus-community/yet-another-cloudwatch-exporter/issues/1435 for the code.
 */
const CLOUDWATCH: Wording = { ...COMMON, code: 'ValidationError' };

/**
 * CloudWatch's older operations on metrics: `The parameter Statistics.member.1 must be a value in the set [ Minimum, … ].`, from
 * https://github.com/Technofy/cloudwatch_exporter/issues/13, and `The collection MetricData must not have a size greater than 1000.`
 * The texts on lengths and ranges are made after these.
 */
const CLOUDWATCH_METRICS: Wording = {
  say: (violation) => violation.broken.map((rule) => metricsText(rule, violation)),
  join: (texts) => some(texts, '\n'),
};

const METRIC_OPERATIONS = new Set(['GetMetricStatistics', 'ListMetrics', 'PutMetricData']);

function wordingOf(service: ServiceId, operation: string): Wording {
  switch (service) {
    case 'ecr':
      return ECR;
    case 'ecs':
      return ECS;
    case 'cloudwatch':
      return METRIC_OPERATIONS.has(operation) ? CLOUDWATCH_METRICS : CLOUDWATCH;
    default:
      return COMMON;
  }
}

function metricsText(rule: Rule, { path, value }: Violation): string {
  const name = path.map((step) => awsStep(step, (index) => `member.${index}`)).join('.');
  if (Array.isArray(value) && rule.kind === 'maxLength') {
    return `The collection ${name} must not have a size greater than ${rule.bound}.`;
  }
  if (rule.kind === 'enum') {
    return `The parameter ${name} must be a value in the set [ ${rule.values.join(', ')} ].`;
  }
  return `The ${Array.isArray(value) ? 'collection' : 'parameter'} ${name} must ${plainly(rule)}.`;
}

/** `Member must …` for each broken rule; for scalars in a list or map one text that names all rules, as AWS has it. */
function constraintsOf({ container, broken, rules, value }: Violation): string[] {
  if (container === undefined || typeof value === 'object') {
    return broken.map(memberMust);
  }
  const whose = { element: 'Member', key: 'Map keys', value: 'Map value' }[container.role];
  return [`${whose} must satisfy constraint: [${rules.map(memberMust).join(', ')}]`];
}

function memberMust(rule: Rule): string {
  switch (rule.kind) {
    case 'enum':
      return `Member must satisfy enum value set: [${rule.values.join(', ')}]`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${rule.pattern}`;
    case 'min':
      return `Member must have value greater than or equal to ${rule.bound}`;
    case 'max':
      return `Member must have value less than or equal to ${rule.bound}`;
    case 'minLength':
      return `Member must have length greater than or equal to ${rule.bound}`;
    case 'maxLength':
      return `Member must have length less than or equal to ${rule.bound}`;
    default:
      return `Member must be a whole number of ${rule.bits} bits`;
  }
}

function blamed({ container, value }: Violation): unknown {
  return container === undefined || typeof value === 'object' ? value : container.value;
}

/** `Tags[0].Key` is `tags.1.member.key` to AWS: names of Java's, numbers from 1. A scalar in a container is blamed on the container. */
function memberPath({ path, container, value }: Violation): string {
  const steps = container === undefined || typeof value === 'object' ? path : path.slice(0, -1);
  return steps
    .map((step) => (typeof step === 'string' ? decapitalised(step) : awsStep(step, (index) => `${index}.member`)))
    .join('.');
}

function awsStep(step: Step, element: (index: number) => string): string {
  if (typeof step === 'object') {
    return step.key;
  }
  return typeof step === 'number' ? element(step + 1) : step;
}

function decapitalised(name: string): string {
  return `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}`;
}

const LISTED = 50;

/** Of a thousand errors of one kind the first tell enough. */
function some(texts: readonly string[], separator: string): string {
  return [...texts.slice(0, LISTED), ...(texts.length > LISTED ? ['…'] : [])].join(separator);
}

const LONGEST = 1000;

/** As Java prints it: `[a, b]`, `{key=a}`. */
function javaText(value: unknown): string {
  const text = printed(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function printed(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(printed).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    const entries = Object.entries(value).map(([name, member]) => `${name}=${printed(member)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}
