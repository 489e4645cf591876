/** Task definitions as text to compare and as input to register: pure functions. */
import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Reason } from '../../../report/evidence.ts';

export interface Change {
  /** Where, with list items by name: `containerDefinitions[backend].image`. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What DescribeTaskDefinition adds and RegisterTaskDefinition refuses. */
const READ_ONLY = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** Containers whose names AWS or its agents add; never the one that a deployment means. */
export type ImageByContainer = Readonly<Record<string, string>>;

/** Why images cannot be given to containers of these names; undefined when the task definition has them all. */
export function unknownContainers(current: TaskDefinition, wanted: readonly string[]): Reason | undefined {
  const names = (current.containerDefinitions ?? []).map((container) => container.name ?? '');
  const unknown = wanted.filter((name) => !names.includes(name));
  const quoted = (list: readonly string[]) => list.map((name) => `"${name}"`).join(', ');
  const message = `${current.family}:${current.revision} has no container ${quoted(unknown)}; it has ${quoted(names)}`;
  return unknown.length === 0 ? undefined : { code: 'unknown-container', message };
}

/** The registrable form of a described task definition, with the images of the named containers replaced; other names are left aside. */
export function withImages(current: TaskDefinition, images: ImageByContainer): RegisterTaskDefinitionCommandInput {
  const containers = current.containerDefinitions ?? [];
  const kept = Object.fromEntries(Object.entries(current).filter(([key]) => !READ_ONLY.has(key))) as Omit<
    TaskDefinition,
    'revision'
  >;
  return {
    ...kept,
    family: current.family,
    containerDefinitions: containers.map((container) => ({
      ...container,
      image: images[container.name ?? ''] ?? container.image,
    })),
  };
}

/** What differs between two task definitions, read-only members aside, sorted by path. Values of secrets are ARNs, never contents. */
export function diffTaskDefinitions(before: object, after: object): Change[] {
  const left = flatten(before);
  const right = flatten(after);
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  return paths
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => ({ path, before: left.get(path) ?? null, after: right.get(path) ?? null }));
}

function flatten(value: object): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const [key, member] of Object.entries(value)) {
    if (!READ_ONLY.has(key)) {
      collect(key, member, leaves);
    }
  }
  return leaves;
}

function collect(path: string, value: unknown, leaves: Map<string, string>): void {
  if (value === undefined || value === null) {
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      collect(`${path}[${labelOf(item, index)}]`, item, leaves);
    });
  } else if (typeof value === 'object') {
    for (const [key, member] of Object.entries(value)) {
      collect(`${path}.${key}`, member, leaves);
    }
  } else {
    leaves.set(path, String(value));
  }
}

/** Lists of named things (containers, environment, secrets, volumes) are compared by name, so that an insertion is one change. */
function labelOf(item: unknown, index: number): string {
  const name = typeof item === 'object' && item !== null && 'name' in item ? item.name : undefined;
  return typeof name === 'string' ? name : String(index);
}
