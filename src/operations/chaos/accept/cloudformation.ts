/**
 * Templates in a CloudFormation stack: the same fields with a capital, and intrinsic functions whose value is known only when the stack is made
 * (CloudFormation template reference, AWS::FIS::ExperimentTemplate and "Intrinsic functions").
 */
import type { Path } from '../../../platform/source/spots.ts';
import type { SourceDocument } from '../../../platform/source.ts';
import { type Mapping, mappingOf, own } from '../experiment/mappings.ts';
import { isOwnKey, withTexts } from '../experiment/texts.ts';
import type { Subject } from './subject.ts';

export const CFN_TYPE = 'AWS::FIS::ExperimentTemplate';

/** Intrinsic functions in their short form, as tags of YAML, by their place. */
export class Intrinsics {
  readonly #tags = new Map<string, string>();

  readonly readTag = (tag: string, path: Path): boolean => {
    const name = /^!([A-Za-z]+(?:::[A-Za-z]+)?)$/.exec(tag)?.[1];
    if (name !== undefined) {
      this.#tags.set(JSON.stringify(path), name);
    }
    return name !== undefined;
  };

  /** The text that stands for the value of an intrinsic function, in short or in long form; undefined for anything else. */
  standIn(value: unknown, path: Path): string | undefined {
    const tag = this.#tags.get(JSON.stringify(path));
    if (tag !== undefined) {
      return standInOf(tag, value);
    }
    const [entry, second] = Object.entries(mappingOf(value));
    const name = second === undefined ? /^(Ref|Fn::[A-Za-z:]+)$/.exec(entry?.[0] ?? '')?.[1] : undefined;
    return name === undefined ? undefined : standInOf(name.replace(/^Fn::/, ''), entry?.[1]);
  }
}

/** `!Sub` has a text of its own, with placeholders in it; everything else is one placeholder. */
function standInOf(name: string, argument: unknown): string {
  const [text] = Array.isArray(argument) ? argument : [argument];
  if (name === 'Sub' && typeof text === 'string') {
    return text;
  }
  const what = name === 'Ref' && typeof argument === 'string' ? argument : name;
  return `\${${what}}`;
}

/** Every template of a stack. */
export function templatesIn(document: SourceDocument, file: string, intrinsics: Intrinsics): Subject[] {
  const resources = mappingOf(own(mappingOf(document.value), 'Resources'));
  return Object.entries(resources).flatMap(([name, resource]) =>
    own(mappingOf(resource), 'Type') === CFN_TYPE
      ? [templateOf(document, file, name, mappingOf(resource), intrinsics)]
      : [],
  );
}

function templateOf(
  document: SourceDocument,
  file: string,
  name: string,
  resource: Mapping,
  intrinsics: Intrinsics,
): Subject {
  const prefix: Path = ['Resources', name, 'Properties'];
  const later: Path[] = [];
  const at = (path: Path): Path => [...prefix, ...path.map((_, index) => asWritten(path.slice(0, index + 1)))];
  const read = (value: unknown, path: Path): unknown => {
    const standIn = intrinsics.standIn(value, at(path));
    if (standIn !== undefined) {
      later.push(at(path));
      return standIn;
    }
    if (Array.isArray(value)) {
      return value.map((each, index) => read(each, [...path, index]));
    }
    if (typeof value !== 'object' || value === null) {
      return path.at(-1) === 'logSchemaVersion' && value === '2' ? 2 : value;
    }
    const entries = Object.entries(value).map(([key, each]) => {
      const field = isOwnKey([...path, key]) ? key : ofTheApi(key, path);
      return [field, read(each, [...path, field])] as const;
    });
    return Object.fromEntries(entries);
  };
  const properties = own(resource, 'Properties');
  const template = withTexts(properties === undefined ? {} : read(properties, []), (path) => document.textAt(at(path)));
  return {
    kind: 'cloudformation',
    file,
    document: { ...document, unread: [...document.unread, ...later] },
    template,
    at,
    spell: flipped,
    phrase: inStackWords,
    experiment: undefined,
    problems: [],
  };
}

/** `ActionId` is `actionId`, and the other way round. */
function flipped(field: string): string {
  const first = field.charAt(0);
  const upper = first.toUpperCase();
  return `${first === upper ? first.toLowerCase() : upper}${field.slice(1)}`;
}

/** Fields of the API that messages name; not those that are words of any sentence. */
const FIELDS =
  /\b(?:resourceArns|resourceTags|filters|startAfter|parameters(?=:)|outputs|s3Configuration|bucketName|cloudWatchLogsConfiguration|logGroupArn|logSchemaVersion|logConfiguration|accountTargeting|emptyTargetResolutionMode|source(?=:)|value(?=:))\b/g;

function inStackWords(text: string): string {
  return text.replace('outputs: { s3Configuration', `outputs: { ${REPORT_BUCKET}`).replace(FIELDS, flipped);
}

const REPORT_BUCKET = 'ExperimentReportS3Configuration';

function ofTheApi(key: string, parent: Path): string {
  return key === REPORT_BUCKET && parent.at(-1) === 'outputs' ? 's3Configuration' : flipped(key);
}

/** The last step of a path as the stack has it. */
function asWritten(path: Path): string | number {
  const last = path.at(-1) ?? '';
  if (typeof last === 'number' || isOwnKey(path)) {
    return last;
  }
  return last === 's3Configuration' && path.at(-2) === 'outputs' ? REPORT_BUCKET : flipped(last);
}
