/** The check of a file of experiments: all problems at once, what AWS would refuse apart from what you would regret. Pure: no file, no network. */
import type { z } from 'zod';
import { Findings } from '../../../platform/findings.ts';
import { sortProblems } from '../../../platform/problems.ts';
import type { Path } from '../../../platform/source/spots.ts';
import { accept } from '../accept/accept.ts';
import type { Subject } from '../accept/subject.ts';
import { SNAPSHOT } from '../catalogue/catalogue.ts';
import type { Catalogue } from '../catalogue/facts.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { templateSchema } from '../experiment/template.ts';
import { actionIsKnown, actionTargetsFit, parametersAreThere, parametersFit } from './actions.ts';
import {
  evidenceIsPossible,
  expectationsCanBeMeasured,
  faultIsUnderLoad,
  guardsAreKept,
  irreversibleIsMeant,
} from './around.ts';
import { type CheckedProblem, Remarks } from './finding.ts';
import { leftoversAreFilledIn, leftoversIn } from './leftovers.ts';
import {
  faultIsUnderItsOwnLoad,
  networkFaultsTakeTurns,
  orderIsPossible,
  predecessorsAreThere,
  quotasAreKept,
} from './order.ts';
import {
  arnsAreInOnePlace,
  documentLastsAsLong,
  fargateIsTold,
  regionIsAnother,
  subnetsAreOfOneZone,
  zonesAgree,
} from './places.ts';
import { type Known, referencesAreThere } from './references.ts';
import {
  arnsAreOfTheirKind,
  emptyTargetsAreNoticed,
  irreversibleBecause,
  isIrreversible,
  reportIsPossible,
  somethingIsBroken,
  somethingIsLogged,
  somethingStopsIt,
  tagsAreOurs,
} from './safety.ts';
import {
  arnsAreOfTheType,
  filterPathsFit,
  selectionIsAllowed,
  selectionModeFits,
  selectorIsThere,
  selectorsAgree,
  targetsAreUsedOnce,
  targetTypeIsKnown,
} from './targets.ts';
import { type TemplateView, viewOf } from './view.ts';

type Rule = (view: TemplateView, remarks: Remarks) => void;

const TEMPLATE_RULES: readonly Rule[] = [
  actionIsKnown,
  parametersFit,
  parametersAreThere,
  actionTargetsFit,
  targetTypeIsKnown,
  selectionModeFits,
  selectorsAgree,
  selectorIsThere,
  selectionIsAllowed,
  arnsAreOfTheType,
  filterPathsFit,
  targetsAreUsedOnce,
  predecessorsAreThere,
  orderIsPossible,
  quotasAreKept,
  networkFaultsTakeTurns,
  faultIsUnderItsOwnLoad,
  somethingStopsIt,
  somethingIsLogged,
  arnsAreOfTheirKind,
  reportIsPossible,
  somethingIsBroken,
  tagsAreOurs,
  arnsAreInOnePlace,
  regionIsAnother,
  zonesAgree,
  subnetsAreOfOneZone,
  fargateIsTold,
  documentLastsAsLong,
];

type ExperimentRule = (view: TemplateView, experiment: Experiment, remarks: Remarks) => void;

/** These hang on single fields, so that one with mistakes elsewhere can be held against them. */
const RULES_OF_SINGLE_FIELDS: readonly ExperimentRule[] = [faultIsUnderLoad];

const RULES_OF_THE_WHOLE: readonly ExperimentRule[] = [
  expectationsCanBeMeasured,
  evidenceIsPossible,
  guardsAreKept,
  irreversibleIsMeant,
];

export interface CheckOptions {
  /** AWS's catalogue; the snapshot when left out. */
  readonly catalogue?: Catalogue;
  /** What experiments may refer to; left out: their references are not checked. */
  readonly known?: Known;
}

export interface CheckedFile {
  readonly subjects: readonly Subject[];
  /** In the order of the file. */
  readonly problems: readonly CheckedProblem[];
}

/** Everything that is wrong with the experiments of a file. Never throws for what is in it. */
export function checkChaosFile(text: string, file: string, options: CheckOptions = {}): CheckedFile {
  const { subjects, problems } = accept(text, file);
  const found = subjects.flatMap((subject) => checkSubject(subject, options));
  const ofTheFile = problems.map((problem) => ({ ...problem, severity: 'error', rule: 'form' }) as const);
  return { subjects, problems: sortProblems([...ofTheFile, ...found]) as CheckedProblem[] };
}

function checkSubject(subject: Subject, { catalogue = SNAPSHOT, known }: CheckOptions): readonly CheckedProblem[] {
  const { experiment, template } = subject;
  const remarks = new Remarks(subject);
  remarks.take('error', 'form', subject.kind === 'experiment' ? subject.problems : formOf(subject));
  const view = viewOf(template, catalogue);
  leftoversAreFilledIn(template, remarks);
  for (const rule of TEMPLATE_RULES) {
    rule(view, remarks);
  }
  if (subject.kind !== 'experiment') {
    emptyTargetsAreNoticed(view, remarks);
    irreversibleIsSaid(view, remarks);
  } else if (experiment !== undefined) {
    emptyTargetsAreCounted(view, subject, remarks);
    checkAround(view, subject, experiment, known, remarks);
  }
  return withoutEchoes(remarks.problems);
}

/** The rules on what stands around the template. Of a field that the schema refuses no more is said. */
function checkAround(
  view: TemplateView,
  subject: Subject,
  experiment: Experiment,
  known: Known | undefined,
  remarks: Remarks,
): void {
  const found = new Remarks(subject);
  const sound = subject.problems.length === 0;
  for (const rule of sound ? [...RULES_OF_SINGLE_FIELDS, ...RULES_OF_THE_WHOLE] : RULES_OF_SINGLE_FIELDS) {
    rule(view, experiment, found);
  }
  if (known !== undefined) {
    referencesAreThere(experiment, known, found);
  }
  const refused = new Set(subject.problems.map(placeOf));
  remarks.problems.push(...found.problems.filter((problem) => !refused.has(placeOf(problem))));
}

function placeOf({ line, column }: Pick<CheckedProblem, 'line' | 'column'>): string {
  return `${line}:${column}`;
}

/** What the schema refuses, in the names of the document. What was left to be filled in is told as that. */
function formOf(subject: Subject): Findings['problems'] {
  const { file, document, template, at, spell } = subject;
  const later = leftoversIn(template).map(({ path }) => at(path));
  const findings = new Findings(file, { ...document, unread: [...document.unread, ...later] });
  const parsed = templateSchema.safeParse(template);
  if (!parsed.success) {
    findings.refused(
      parsed.error.issues.map((issue): z.core.$ZodIssue => {
        const path = [...at(issue.path as Path)];
        return issue.code === 'unrecognized_keys'
          ? { ...issue, path, keys: issue.keys.map(spell), message: issue.message.split(' ').map(spell).join(' ') }
          : { ...issue, path };
      }),
    );
  }
  return findings.problems;
}

/** In an experiment, the least number of targets that the verdict asks for makes up for `skip`; but it must be said. */
function emptyTargetsAreCounted(view: TemplateView, { document }: Subject, remarks: Remarks): void {
  if (!document.has(['expect', 'evidence', 'targets'])) {
    emptyTargetsAreNoticed(view, remarks);
  }
}

/** A plain template has no switch for it: a warning. */
function irreversibleIsSaid(view: TemplateView, remarks: Remarks): void {
  for (const action of view.actions.filter(isIrreversible)) {
    const { what, instead } = irreversibleBecause(action);
    const path = [...action.path, 'actionId'];
    const write =
      instead === undefined ? 'an experiment of surefoot with irreversible: true' : `parameters: { ${instead}: PT5M }`;
    remarks.warning({ rule: 'irreversible', path, part: 'key', what, write });
  }
}

/** One problem for each field: what a rule says of it is more than that its form is wrong, and what was left to be filled in is more than both. */
function withoutEchoes(problems: readonly CheckedProblem[]): readonly CheckedProblem[] {
  const weight = ({ rule, severity }: CheckedProblem) =>
    rule === 'left-over' ? 2 : rule === 'form' ? 0 : severity === 'error' ? 1 : undefined;
  const fieldOf = ({ line, column, message }: CheckedProblem) => `${line}:${column} ${message.split(' ', 1)[0]}`;
  const heaviest = new Map<string, number>();
  for (const problem of problems) {
    const field = fieldOf(problem);
    heaviest.set(field, Math.max(heaviest.get(field) ?? 0, weight(problem) ?? 0));
  }
  return problems.filter((problem) => (weight(problem) ?? 2) >= (heaviest.get(fieldOf(problem)) ?? 0));
}
