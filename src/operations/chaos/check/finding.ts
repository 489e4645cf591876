/** What the check says: a located problem with its severity and the rule that found it. */
import { pathText } from '../../../platform/findings.ts';
import type { Problem } from '../../../platform/problems.ts';
import type { Path } from '../../../platform/source/spots.ts';
import type { SourceDocument } from '../../../platform/source.ts';
import type { RuleId, RuleOf } from './rules.ts';

/** error: AWS or surefoot would refuse it. warning: AWS would accept it and you would regret it. */
export type Severity = 'error' | 'warning';

export interface CheckedProblem extends Problem {
  readonly severity: Severity;
  /** Which rule found it. */
  readonly rule: RuleId;
}

export interface Remark<Rule extends RuleId = RuleId> {
  readonly rule: Rule;
  /** From the top of the template, in the names of the API. */
  readonly path: Path;
  readonly part?: 'key' | 'value';
  /** What is wrong, to be read after the name of the field. */
  readonly what: string;
  /** What to write: the value, or for `part: 'key'` the whole of it. */
  readonly write: string;
}

/** Where a template stands in a document, and how its fields are called there. */
export interface Standing {
  readonly file: string;
  readonly document: SourceDocument;
  /** The place in the document of something in the template. */
  at(path: Path): Path;
  /** A text for people with the fields of the API in it, as they are called there. */
  phrase(text: string): string;
}

/** Gathers what rules find in one document, each thing once. */
export class Remarks {
  readonly problems: CheckedProblem[] = [];
  readonly #standing: Standing;
  readonly #seen = new Set<string>();

  constructor(standing: Standing) {
    this.#standing = standing;
  }

  error(remark: Remark<RuleOf<'error'>>): void {
    this.#inTemplate('error', remark);
  }

  warning(remark: Remark<RuleOf<'warning'>>): void {
    this.#inTemplate('warning', remark);
  }

  #inTemplate(severity: Severity, remark: Remark): void {
    const { what, write, path } = remark;
    const standing = this.#standing;
    this.#add(severity, { ...remark, what: standing.phrase(what), write: standing.phrase(write) }, standing.at(path));
  }

  /** The same with a path from the top of the document, for what stands around the template. */
  around<Badness extends Severity>(severity: Badness, remark: Remark<RuleOf<Badness>>): void {
    this.#add(severity, remark, remark.path);
  }

  /** Takes problems that were found otherwise. */
  take(severity: Severity, rule: RuleId, problems: readonly Problem[]): void {
    this.problems.push(...problems.map((problem) => ({ ...problem, severity, rule })));
  }

  #add(severity: Severity, { rule, part = 'value', what, write }: Remark, path: Path): void {
    const message = `${path.length === 0 ? 'the document' : pathText(path)} ${what}`;
    if (this.#seen.has(message)) {
      return;
    }
    this.#seen.add(message);
    const { file, document } = this.#standing;
    const { line, column } = document.place(path, part);
    this.problems.push({ file, line, column, message, hint: withKey(path, part, write), severity, rule });
  }
}

function withKey(path: Path, part: 'key' | 'value', write: string): string {
  const key = path.at(-1);
  if (key === undefined || part === 'key') {
    return write;
  }
  return typeof key === 'number' ? `- ${write}` : `${key}: ${write}`;
}
