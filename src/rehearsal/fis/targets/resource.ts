/** What FIS knows of a resource that an experiment may hit, and where it gets it from. */

export interface Resource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  /** As the resource's own Describe call returns it: filters name its members, each with a capital. */
  readonly attributes: object;
}

/** Finds the resources of one type. `parameters` are those of the target; the template's checks have seen that the type has them. */
export interface ResourceSource {
  /** All resources that fit the parameters; those that are ending or gone are not among them. `arns` are those that the target names. */
  find(parameters: Readonly<Record<string, string>>, arns: readonly string[]): Promise<Resource[]>;
}

/** Sources by resource type (`aws:ecs:task`). */
export type ResourceSources = ReadonlyMap<string, ResourceSource>;

/**
 * Whether an attribute has one of the values. `path` is of names with capitals (`Placement.AvailabilityZone`); on the way through a list any
 * element will do. Source: https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-filters
 */
export function hasAttribute(attributes: unknown, path: string, values: readonly string[]): boolean {
  if (Array.isArray(attributes)) {
    return attributes.some((element) => hasAttribute(element, path, values));
  }
  if (path === '') {
    return attributes !== null && typeof attributes !== 'object' && values.includes(String(attributes));
  }
  if (typeof attributes !== 'object' || attributes === null) {
    return false;
  }
  const [name = '', ...rest] = path.split('.');
  const member = Object.entries(attributes).find(([key]) => `${key[0]?.toUpperCase()}${key.slice(1)}` === name);
  return member !== undefined && hasAttribute(member[1], rest.join('.'), values);
}
