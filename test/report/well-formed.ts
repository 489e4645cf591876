/** A small strict reader of our own HTML: it finds what an escaping mistake would leave behind. */

const VOID = new Set(['meta', 'wbr', 'br', 'hr', 'img', 'link', 'input']);
const RAW = new Set(['style', 'script']);
const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<>]*")?)*)\s*(\/?)>/y;
const ATTRIBUTE = /\s+([a-zA-Z][a-zA-Z0-9:-]*)(?:="([^"<>]*)")?/g;
const BAD_ENTITY = /&(?!(?:amp|lt|gt|quot|#39|#96);)/;

export interface Page {
  readonly elements: readonly {
    readonly name: string;
    readonly attributes: ReadonlyMap<string, string>;
    readonly text: string;
  }[];
  readonly ids: readonly string[];
}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  text: string;
}

/** Reads a page; throws at the first thing that is not balanced, quoted, escaped or unique. */
export function readPage(html: string): Page {
  const stack: Open[] = [];
  const elements: Open[] = [];
  let at = html.startsWith('<!doctype html>') ? '<!doctype html>'.length : 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    const text = html.slice(at, next < 0 ? html.length : next);
    checkText(text);
    for (const open of stack) {
      open.text += text;
    }
    if (next < 0) {
      break;
    }
    TAG.lastIndex = next;
    const tag = TAG.exec(html);
    if (tag === null) {
      throw new Error(`not a tag: ${html.slice(next, next + 80)}`);
    }
    at = TAG.lastIndex;
    const [, slash, name = '', attributes = '', selfClosing] = tag;
    if (slash === '/') {
      close(stack, name);
      continue;
    }
    const open: Open = { name, attributes: attributesOf(attributes), text: '' };
    elements.push(open);
    if (RAW.has(name)) {
      const end = html.indexOf(`</${name}>`, at);
      open.text = html.slice(at, end);
      at = end + name.length + 3;
    } else if (!VOID.has(name) && selfClosing !== '/') {
      stack.push(open);
    }
  }
  if (stack.length > 0) {
    throw new Error(`never closed: ${stack.map((open) => open.name).join(', ')}`);
  }
  return { elements, ids: idsOf(elements) };
}

function checkText(text: string): void {
  if (text.includes('>') || BAD_ENTITY.test(text)) {
    throw new Error(`not escaped: ${text.slice(0, 80)}`);
  }
}

function close(stack: Open[], name: string): void {
  const open = stack.pop();
  if (open?.name !== name) {
    throw new Error(`</${name}> closes <${open?.name}>`);
  }
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (found.has(name) || BAD_ENTITY.test(value)) {
      throw new Error(`attribute ${name} twice or not escaped: ${value}`);
    }
    found.set(name, value);
  }
  return found;
}

function idsOf(elements: readonly Open[]): string[] {
  const ids = elements.flatMap((element) => element.attributes.get('id') ?? []);
  if (new Set(ids).size !== ids.length) {
    throw new Error('an id is used twice');
  }
  return ids;
}
