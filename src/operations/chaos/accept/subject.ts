/** What the check works on. */
import type { Problem } from '../../../platform/problems.ts';
import type { Path } from '../../../platform/source/spots.ts';
import type { SourceDocument } from '../../../platform/source.ts';
import type { Experiment } from '../experiment/experiment.ts';

/** One template of a file, in the names of the API, with where it stands and how its fields are called there. */
export interface Subject {
  readonly kind: 'experiment' | 'template' | 'cloudformation';
  readonly file: string;
  readonly document: SourceDocument;
  readonly template: unknown;
  /** The place in the document of a place in the template. */
  at(path: Path): Path;
  /** The name in the document of a field of the API. */
  spell(field: string): string;
  /** A text for people with such names in it, as they are called in the document. */
  phrase(text: string): string;
  /** Only for the kind `experiment`; with `problems`, as far as it could be read: see `readExperiment`. */
  readonly experiment: Experiment | undefined;
  /** What is wrong with the form around the template; of an experiment, of all of it. */
  readonly problems: readonly Problem[];
}
