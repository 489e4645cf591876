/** A YAML file with the place of everything in it: plain values for the schemas, positions and source text for people and decimals. */
import { Composer, type Document, LineCounter, Parser } from 'yaml';
import type { Problem } from './problems.ts';
import { Converter, type Report, type TagReader } from './source/converter.ts';
import { MAX_LEVELS, tooDeep } from './source/nesting.ts';
import { newSpot, type Path, type Places, placesOf } from './source/spots.ts';
import { explainSyntax } from './source/syntax.ts';

const MAX_CHARACTERS = 1_000_000;

/** One document of the file. `usable` is false when its syntax is so broken that its content says nothing. */
export interface SourceDocument extends Places {
  readonly value: unknown;
  readonly usable: boolean;
  /** Parts that could not be read and are reported already; what stands for them in `value` says nothing. */
  readonly unread: readonly Path[];
}

export interface SourceFile {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

/** Reads all documents of a YAML 1.2 text. Never throws: whatever is wrong is in `problems`, with its place. */
export function readSource(text: string, file: string, readTag: TagReader = () => false): SourceFile {
  const problems: Problem[] = [];
  const lines = new LineCounter();
  const report: Report = (offset, message, hint) => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    problems.push({ file, line: Math.max(1, line), column: Math.max(1, col), message, hint });
  };
  if (text.length > MAX_CHARACTERS) {
    report(0, `the file has ${text.length} characters`, `at most ${MAX_CHARACTERS} characters of YAML`);
    return { documents: [], problems };
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = tooDeep(tokens);
  if (deep !== undefined) {
    report(deep, 'the nesting is too deep', `at most ${MAX_LEVELS / 2} levels`);
    return { documents: [], problems };
  }
  const composer = new Composer({ version: '1.2', uniqueKeys: true, prettyErrors: false, logLevel: 'silent' });
  const documents = [...composer.compose(tokens)].map((document) => readDocument(document, lines, report, readTag));
  return { documents, problems };
}

/** What is said of a second document, where a file may hold only one. */
export interface SecondDocument {
  readonly message?: string;
  readonly hint: string;
}

/**
 * Reads a file that holds one document: undefined where there is nothing in it, or where its syntax is so broken that its content says nothing.
 * A second document is a problem, as nobody would read it.
 */
export function readOneDocument(
  text: string,
  file: string,
  { message = 'a second document begins', hint }: SecondDocument,
  readTag?: TagReader,
): { readonly document: SourceDocument | undefined; readonly problems: readonly Problem[] } {
  const { documents, problems } = readSource(text, file, readTag);
  const [document, second] = documents;
  if (document === undefined || document.value === null || !document.usable) {
    return { document: undefined, problems };
  }
  const more = second === undefined ? [] : [{ file, ...second.place([], 'value'), message, hint }];
  return { document, problems: [...problems, ...more] };
}

function readDocument(
  document: Document.Parsed,
  lines: LineCounter,
  report: Report,
  readTag: TagReader,
): SourceDocument {
  const fatal = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  for (const error of document.errors) {
    // After a first syntax error the rest is guesswork of the parser, and would only distract.
    if (error === fatal || error.code === 'DUPLICATE_KEY' || error.code === 'TAB_AS_INDENT') {
      const { message, hint } = explainSyntax(error.code, error.message);
      report(error.pos[0], message, hint);
    }
  }
  const version = document.directives?.yaml;
  if (version?.explicit === true && version.version !== '1.2') {
    report(
      0,
      `the file asks for YAML ${version.version}`,
      'no %YAML line; surefoot.yml is YAML 1.2, where yes and no are words',
    );
  }
  const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  const converter = new Converter(document, report, readTag);
  const root = document.contents === null ? undefined : newSpot();
  const value =
    root === undefined || document.contents === null ? null : converter.convert(document.contents, [], root);
  return {
    value,
    usable: fatal === undefined && !converter.overflowed,
    unread: converter.unread,
    ...placesOf(root, start, lines),
  };
}
