/**
 * Decodes the XML body of an AWS REST-XML request by a schema. What does not fit the schema is kept as it came, so that `check()`
 * reports it with its path instead of it being lost here.
 * Source: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 */
import { parseXML } from '@aws-sdk/xml-builder';
import { readScalar } from './form.ts';
import { AwsError } from './operation.ts';
import type { Shape } from './schema.ts';

/** A parsed element: its text, its children by name, or several elements of one name. */
type Element = string | readonly Element[] | { readonly [name: string]: Element };

/**
 * The structure in a document whose root element is called `root`; an empty body is an empty structure.
 * @throws AwsError `InvalidInput` when it is not well-formed, or has another root
 */
export function readXml(shape: Shape, root: string, body: Buffer): unknown {
  const text = body.toString('utf8');
  if (text.trim() === '') {
    return {};
  }
  let document: { readonly [name: string]: Element };
  try {
    document = parseXML(text) as typeof document;
  } catch (error) {
    throw new AwsError('InvalidInput', `The body is not XML: ${(error as Error).message}`);
  }
  const content = document[root];
  if (content === undefined) {
    throw new AwsError(
      'InvalidInput',
      `The body's root element is not ${root}, but ${Object.keys(document).join(', ')}`,
    );
  }
  return read(shape, withoutNamespace(content));
}

/** Attributes stand among the children; AWS's clients write none but this. */
function withoutNamespace(content: Element): Element {
  if (typeof content === 'string' || isList(content)) {
    return content;
  }
  const { xmlns: _, ...children } = content;
  return children;
}

function isList(element: Element): element is readonly Element[] {
  return Array.isArray(element);
}

function read(shape: Shape, element: Element): unknown {
  if (isList(element)) {
    return element;
  }
  if (typeof element === 'string') {
    return readText(shape, element);
  }
  if (shape.kind === 'structure') {
    return Object.fromEntries(
      Object.entries(element).map(([name, child]) => {
        const member = shape.members.get(name);
        return [name, member === undefined ? child : read(member(), child)] as const;
      }),
    );
  }
  const names = Object.keys(element);
  const items = shape.kind === 'list' && names.length === 1 ? element[shape.elementName] : undefined;
  return shape.kind === 'list' && items !== undefined
    ? (isList(items) ? items : [items]).map((item) => read(shape.element(), item))
    : element;
}

function readText(shape: Shape, text: string): unknown {
  switch (shape.kind) {
    case 'structure':
      return text.trim() === '' ? {} : text;
    case 'list':
      return text.trim() === '' ? [] : text;
    case 'map':
      return text;
    default:
      return readScalar(shape.kind, text);
  }
}
