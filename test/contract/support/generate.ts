/** Makes valid values from AWS's models, with every member there is. */
import { type Model, referred, type Shape, shapeOf } from '../model.ts';
import { scalarProblem, type TimestampForm } from '../scalars.ts';

export interface GenerateOptions {
  readonly timestamps: TimestampForm;
  /** Which member a union has: the one with this index, counted round. */
  readonly variant: number;
}

/** A value that fits the shape, with all members; a shape inside itself is left out. @throws Error when no string fits a pattern */
export function generate(model: Model, shapeName: string, options: GenerateOptions): unknown {
  return build({ model, options, within: [] }, shapeName);
}

interface Context {
  readonly model: Model;
  readonly options: GenerateOptions;
  /** The structures around this place. */
  readonly within: readonly string[];
}

function build(context: Context, shapeName: string): unknown {
  const shape = shapeOf(context.model, shapeName);
  switch (shape.type) {
    case 'structure':
      return buildStructure({ ...context, within: [...context.within, shapeName] }, shape);
    case 'list':
      return Array.from({ length: Math.max(1, shape.min ?? 0) }, () => build(context, referred(shape, 'member')));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: Math.max(1, shape.min ?? 0) }, (_, index) => [
          `${build(context, referred(shape, 'key'))}${index === 0 ? '' : index}`,
          build(context, referred(shape, 'value')),
        ]),
      );
    default:
      return scalar(shapeName, shape, context.options.timestamps);
  }
}

function buildStructure(context: Context, shape: Shape): Record<string, unknown> {
  const members = Object.entries(shape.members ?? {}).filter(([, { shape: name }]) => !isRecursive(context, name));
  const chosen = shape.union === true ? [members[context.options.variant % members.length]] : members;
  return Object.fromEntries(
    chosen.filter((entry) => entry !== undefined).map(([name, { shape: inner }]) => [name, build(context, inner)]),
  );
}

/** Whether the shape, or what a list or map of that name holds, is one of those around it. */
function isRecursive(context: Context, shapeName: string): boolean {
  const shape = shapeOf(context.model, shapeName);
  const inner = shape.member ?? shape.value;
  return context.within.includes(shapeName) || (inner !== undefined && isRecursive(context, inner.shape));
}

/** Strings that patterns of AWS's models want. */
const CANDIDATES = [
  ...['text', 'abc-123', '200', 'HTTPS', '000000000000', 'default', 'ca-central-1', '7', '/path', '123456'],
  ...['ipv4pool-coip-1a', 'ipam-pool-1a', `sha256:${'0a'.repeat(32)}`, 'backend/api', 'Q2xpZW50', 'M'],
  'arn:aws:cloudwatch:ca-central-1:000000000000:alarm:errors',
  'arn:aws:iam::000000000000:role/deploy',
  'arn:aws:application-autoscaling:ca-central-1:000000000000:scalable-target/0a1b',
  'arn:aws:backup:ca-central-1:000000000000:recovery-point:abc-123',
  '0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f',
  '3h',
];

function scalar(shapeName: string, shape: Shape, timestamps: TimestampForm): unknown {
  const candidates: Record<string, readonly unknown[]> = {
    string: [...(shape.enum ?? []), ...CANDIDATES, 'x'.repeat(shape.min ?? 0)],
    integer: [1, shape.min, shape.max],
    long: [1, shape.min, shape.max],
    double: [0.5, shape.min, shape.max],
    float: [0.5, shape.min, shape.max],
    boolean: [true],
    blob: ['c3VyZWZvb3Q='],
    timestamp: [timestamps === 'epoch' ? 1_795_219_200.25 : '2026-11-21T00:00:00.250Z'],
  };
  const found = (candidates[shape.type] ?? []).find((value) => scalarProblem(shape, value, timestamps) === undefined);
  if (found === undefined) {
    throw new Error(`add a candidate for ${shapeName}: ${JSON.stringify(shape)}`);
  }
  return found;
}
