/** How much of an operation's input the platform honours: the members it lacks, named as shortly as possible. Pure. */
import type { Operation } from '../wire/operation.ts';
import { type Shape, shapeOf } from '../wire/schema.ts';

/** Members of the input that the operation neither supports nor accepts as inert; one that is lacking as a whole is named alone. */
export function refusedMembers(operation: Operation): string[] {
  const declared = [...operation.supports, ...Object.keys(operation.inert)].map((path) => path.replace(/(\[\])+$/, ''));
  return missingBelow(shapeOf(operation.schema[4]), '', declared);
}

/** How deep AWS's recursive shapes are followed; nothing that is declared lies deeper. */
const DEEPEST = 12;

function missingBelow(shape: Shape, path: string, declared: readonly string[], depth = 0): string[] {
  if (depth > DEEPEST) {
    return [];
  }
  if (shape.kind === 'list' || shape.kind === 'map') {
    const element = shape.kind === 'list' ? shape.element() : shape.value();
    return missingBelow(element, `${path}[]`, declared, depth + 1);
  }
  if (shape.kind !== 'structure') {
    return [];
  }
  return [...shape.members].flatMap(([name, member]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (coveredWhole(here, declared)) {
      return [];
    }
    const passedThrough = declared.some((each) => each.startsWith(`${here}.`) || each.startsWith(`${here}[`));
    return passedThrough || declared.includes(here) ? missingBelow(member(), here, declared, depth + 1) : [here];
  });
}

/** `a.*` covers `a.b` and all below it, and `a` itself. */
function coveredWhole(path: string, declared: readonly string[]): boolean {
  return declared.some((each) => {
    if (!each.endsWith('.*')) {
      return false;
    }
    const above = each.slice(0, -2);
    return path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}[`) || `${path}[]` === above;
  });
}
