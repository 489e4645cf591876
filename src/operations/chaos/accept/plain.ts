/** A template as AWS takes it or gives it. */
import type { Path } from '../../../platform/source/spots.ts';
import type { SourceDocument } from '../../../platform/source.ts';
import { type Mapping, mappingOf, own } from '../experiment/mappings.ts';
import type { Subject } from './subject.ts';

/** What GetExperimentTemplate says besides, and the token that a request carries. */
const BESIDE: ReadonlySet<string> = new Set([
  'id',
  'arn',
  'creationTime',
  'lastUpdateTime',
  'targetAccountConfigurationsCount',
  'clientToken',
]);

/** The template of a document; the answer of GetExperimentTemplate has it one level deeper. */
export function plainTemplate(document: SourceDocument, file: string, value: Mapping): Subject {
  const answered = own(value, 'experimentTemplate');
  const prefix: Path = answered === undefined ? [] : ['experimentTemplate'];
  const written = answered === undefined ? document.value : answered;
  const isMapping = typeof written === 'object' && written !== null && !Array.isArray(written);
  const template = isMapping
    ? Object.fromEntries(Object.entries(mappingOf(written)).filter(([key]) => !BESIDE.has(key)))
    : written;
  return {
    kind: 'template',
    file,
    document,
    template,
    at: (path) => [...prefix, ...path],
    spell: (field) => field,
    phrase: (text) => text,
    experiment: undefined,
    problems: [],
  };
}
