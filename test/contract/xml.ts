/** A reader for the XML of AWS's answers: elements, text, entities and attributes. All else is refused, because AWS sends nothing else. */
import type { Tree } from './tree.ts';

export interface Document {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly root: Tree;
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: [string, Tree][];
}

const TOKEN = /<(\/?)([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|[^<]+/gy;
const PROLOG = /^\uFEFF?(?:<\?xml version="1\.0"(?: encoding="UTF-8")?\?>)?\s*/i;

/** Reads one document. @throws Error that says what is wrong and at which character. */
export function readXml(text: string): Document {
  const start = PROLOG.exec(text)?.[0].length ?? 0;
  const holder: OpenElement = { name: '', text: '', children: [] };
  const open: OpenElement[] = [holder];
  let attributes: Record<string, string> | undefined;
  TOKEN.lastIndex = start;
  for (let at = start; at < text.length; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (match === null) {
      throw new Error(`not XML of AWS's kind at character ${at}: ${JSON.stringify(text.slice(at, at + 60))}`);
    }
    const [token, slash, name, given = '', selfClosing] = match;
    if (name === undefined) {
      top(open).text += decodeEntities(token);
    } else if (slash === '/') {
      close(open, name);
    } else {
      attributes ??= readAttributes(given);
      open.push({ name, text: '', children: [] });
      if (selfClosing === '/') {
        close(open, name);
      }
    }
  }
  return finish(holder, open, attributes ?? {});
}

function finish(holder: OpenElement, open: readonly OpenElement[], attributes: Record<string, string>): Document {
  if (open.length > 1) {
    throw new Error(`<${open.at(-1)?.name}> is not closed`);
  }
  const [root] = holder.children;
  if (root === undefined || holder.children.length > 1 || holder.text.trim() !== '') {
    throw new Error('not one root element');
  }
  return { name: root[0], attributes, root: root[1] };
}

function top(open: readonly OpenElement[]): OpenElement {
  const last = open.at(-1);
  if (last === undefined) {
    throw new Error('no element is open');
  }
  return last;
}

function close(open: OpenElement[], name: string): void {
  const element = open.length > 1 ? open.pop() : undefined;
  if (element?.name !== name) {
    throw new Error(`</${name}> closes <${element?.name ?? 'nothing'}>`);
  }
  const isContainer = element.children.length > 0;
  if (isContainer && element.text.trim() !== '') {
    throw new Error(`<${name}> has both text and elements`);
  }
  top(open).children.push([name, { text: isContainer ? '' : element.text, children: element.children }]);
}

function readAttributes(text: string): Record<string, string> {
  const found = [...text.matchAll(/([\w:.-]+)="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, decodeEntities(value)]));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replaceAll(/&([^;]{0,10})(;?)/g, (whole, name: string, end: string) => {
    const number = /^#(?:x([\da-fA-F]+)|(\d+))$/.exec(name);
    const decoded =
      number === null
        ? ENTITIES[name]
        : String.fromCodePoint(number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16));
    if (decoded === undefined || end !== ';') {
      throw new Error(`${JSON.stringify(whole)} is not an entity of XML`);
    }
    return decoded;
  });
}
