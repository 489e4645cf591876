/**
 * What a file of experiments may be, recognised by its content: surefoot's own experiment, an FIS template as AWS takes it
 * (CreateExperimentTemplate, and the skeleton of `aws fis create-experiment-template`) or gives it (GetExperimentTemplate), or CloudFormation.
 */
import { Findings } from '../../../platform/findings.ts';
import type { Problem } from '../../../platform/problems.ts';
import { readOneDocument, type SourceDocument } from '../../../platform/source.ts';
import { EXPERIMENT_KIND } from '../experiment/experiment.ts';
import { mappingOf, own } from '../experiment/mappings.ts';
import { experimentValue, looksLikeExperiment, ONE_EXPERIMENT, readExperiment } from '../experiment/parse.ts';
import { CFN_TYPE, Intrinsics, templatesIn } from './cloudformation.ts';
import { plainTemplate } from './plain.ts';
import type { Subject } from './subject.ts';

export interface Accepted {
  readonly subjects: readonly Subject[];
  /** What is wrong with the file as such. */
  readonly problems: readonly Problem[];
}

/** Whether a file is meant to hold an experiment or a template, by words that nothing else has. */
export function looksLikeChaos(content: string): boolean {
  return (
    looksLikeExperiment(content) ||
    /["']?(?:actionId|stopConditions)["']?\s*:/.test(content) ||
    content.includes(CFN_TYPE)
  );
}

/** The experiments and templates of a file; never throws for what is in it. */
export function accept(text: string, file: string): Accepted {
  const intrinsics = new Intrinsics();
  const isStack = text.includes(CFN_TYPE);
  const readTag = isStack ? intrinsics.readTag : undefined;
  const { document, problems } = readOneDocument(text, file, ONE_EXPERIMENT, readTag);
  const subjects = document === undefined ? [] : subjectsOf(document, file, intrinsics);
  if (subjects.length === 0 && problems.length === 0) {
    const message = 'the file holds no experiment';
    const hint = `kind: ${EXPERIMENT_KIND}, an FIS template, or a stack with ${CFN_TYPE}`;
    return { subjects, problems: [{ file, line: 1, column: 1, message, hint }] };
  }
  return { subjects, problems };
}

function subjectsOf(document: SourceDocument, file: string, intrinsics: Intrinsics): Subject[] {
  const value = mappingOf(document.value);
  if (own(value, 'Resources') !== undefined && own(value, 'kind') === undefined) {
    return templatesIn(document, file, intrinsics);
  }
  if (
    own(value, 'kind') === undefined &&
    own(value, 'metadata') === undefined &&
    own(value, 'template') === undefined
  ) {
    return [plainTemplate(document, file, value)];
  }
  return [experimentIn(document, file)];
}

function experimentIn(document: SourceDocument, file: string): Subject {
  const findings = new Findings(file, document);
  const value = experimentValue(document);
  const experiment = readExperiment(findings, file, value);
  return {
    kind: 'experiment',
    file,
    document,
    template: own(mappingOf(value), 'template'),
    at: (path) => ['template', ...path],
    spell: (field) => field,
    phrase: (text) => text,
    experiment,
    problems: findings.problems,
  };
}
