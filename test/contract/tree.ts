/**
 * XML answers and forms carry only text. Both are read into the same tree, which becomes values by the shape that they should have.
 * What does not fit the shape is kept as it is, so that the walker finds it and says where.
 */
import { type Model, referred, shapeOf } from './model.ts';

/** An element of XML, or what the dots of a form's keys make: text, or children in their order. */
export interface Tree {
  readonly text: string;
  readonly children: readonly (readonly [name: string, child: Tree])[];
}

/** The value that a tree stands for in the given shape. */
export function typedValue(model: Model, shapeName: string, tree: Tree): unknown {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure':
      return isBlank(tree)
        ? fields(tree, (name, child) => {
            const reference = Object.hasOwn(shape.members ?? {}, name) ? shape.members?.[name] : undefined;
            return reference === undefined ? raw(child) : typedValue(model, reference.shape, child);
          })
        : raw(tree);
    case 'list':
      return consistsOf(tree, shape.member?.locationName ?? 'member')
        ? tree.children.map(([, child]) => typedValue(model, referred(shape, 'member'), child))
        : raw(tree);
    case 'map':
      return consistsOf(tree, 'entry')
        ? Object.fromEntries(tree.children.map(([, entry]) => pair(model, referred(shape, 'value'), entry)))
        : raw(tree);
    default:
      return tree.children.length > 0 ? raw(tree) : scalar(shape.type, tree.text);
  }
}

/** Between elements white space means nothing. */
function isBlank(tree: Tree): boolean {
  return tree.text.trim() === '';
}

function consistsOf(tree: Tree, name: string): boolean {
  return isBlank(tree) && tree.children.every(([child]) => child === name);
}

function pair(model: Model, valueShape: string, entry: Tree): [string, unknown] {
  const children = new Map(entry.children);
  const value = children.get('value');
  return [children.get('key')?.text ?? '', value === undefined ? undefined : typedValue(model, valueShape, value)];
}

/** An object of the children. A name that comes twice is a fault of its own: its value becomes a list, which no member of these is. */
function fields(tree: Tree, convert: (name: string, child: Tree) => unknown): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, child] of tree.children) {
    const value = convert(name, child);
    result[name] = Object.hasOwn(result, name) ? [result[name], value, 'given twice'] : value;
  }
  return result;
}

function raw(tree: Tree): unknown {
  return tree.children.length === 0 ? tree.text : fields(tree, (_, child) => raw(child));
}

const NUMBERS = ['integer', 'long', 'float', 'double'];
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

function scalar(type: string, text: string): unknown {
  if (NUMBERS.includes(type)) {
    return NUMBER.test(text) ? Number(text) : text;
  }
  if (type === 'boolean' && (text === 'true' || text === 'false')) {
    return text === 'true';
  }
  return text;
}

/**
 * The tree of a form: `Tags.member.1.Key=a` is a child `Tags` with children `member`, as in XML.
 * @throws Error when the elements of a list are not numbered 1, 2, 3 …, or a key is both text and container
 */
export function formTree(pairs: Iterable<readonly [string, string]>): Tree {
  const root: Branch = { text: '', branches: new Map() };
  for (const [key, text] of pairs) {
    let branch = root;
    for (const step of key.split('.')) {
      const next = branch.branches.get(step) ?? { text: '', branches: new Map() };
      branch.branches.set(step, next);
      branch = next;
    }
    if (branch.text !== '') {
      throw new Error(`${key} is given twice`);
    }
    branch.text = text;
  }
  return harden(root, '');
}

interface Branch {
  text: string;
  readonly branches: Map<string, Branch>;
}

function harden({ text, branches }: Branch, path: string): Tree {
  if (text !== '' && branches.size > 0) {
    throw new Error(`${path} is both a text and a container`);
  }
  const children = [...branches].flatMap(([name, branch]) => {
    const place = path === '' ? name : `${path}.${name}`;
    // Only elements have numbers for names, whatever the list calls them.
    const isNumbered = name === 'member' || name === 'entry' || [...branch.branches.keys()].some(isNumber);
    return isNumbered
      ? numbered(branch, place).map((element) => [name, element] as const)
      : [[name, harden(branch, place)] as const];
  });
  return { text, children };
}

const isNumber = (text: string) => /^\d+$/.test(text);

function numbered({ branches }: Branch, path: string): Tree[] {
  return Array.from({ length: branches.size }, (_, index) => {
    const place = `${path}.${index + 1}`;
    const branch = branches.get(String(index + 1));
    if (branch === undefined) {
      throw new Error(`${place} is missing: elements are numbered from 1 without gaps`);
    }
    return harden(branch, place);
  });
}
