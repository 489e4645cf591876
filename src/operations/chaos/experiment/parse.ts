/** The text of an experiment file to an experiment, or to everything that is wrong with its form. Pure: no file, no network. */
import type { z } from 'zod';
import { parseDecimal, toFraction } from '../../../platform/decimal.ts';
import { parseDuration } from '../../../platform/duration.ts';
import { Findings } from '../../../platform/findings.ts';
import { DAYS } from '../../../platform/model/schedule.ts';
import type { Problem } from '../../../platform/problems.ts';
import { sortProblems } from '../../../platform/problems.ts';
import { checkZone, timeOfDay } from '../../../platform/resolve/schedule.ts';
import { shown } from '../../../platform/schema/fields.ts';
import { soften } from '../../../platform/schema/soften.ts';
import type { Path } from '../../../platform/source/spots.ts';
import { readOneDocument, type SourceDocument } from '../../../platform/source.ts';
import {
  EXPERIMENT_DEFAULTS,
  EXPERIMENT_KIND,
  EXPERIMENT_VERSION,
  type Experiment,
  type Guards,
  PLACEHOLDERS,
  type SteadyState,
} from './experiment.ts';
import { eachText, isMapping } from './mappings.ts';
import { placeholdersIn, unknownPlaceholder } from './placeholders.ts';
import { type ExperimentDocument, experimentSchema, type SteadyStateDocument } from './schema.ts';
import { withTexts } from './texts.ts';

/** What is said of a second document. */
export const ONE_EXPERIMENT = { hint: 'one experiment in each file, without ---' };

export interface ParsedExperiment {
  /** undefined when there is any problem. */
  readonly experiment: Experiment | undefined;
  readonly problems: readonly Problem[];
}

/** Whether a file is meant to be an experiment, by its kind; any mistake in it is then told in its own terms. */
export function looksLikeExperiment(content: string): boolean {
  return new RegExp(`^(?:kind|["']kind["']):\\s*["']?${EXPERIMENT_KIND}\\b`, 'm').test(content);
}

/**
 * Reads the text of `file`; never throws for what is in it. Only its form is checked here: what AWS would refuse or you would regret is for
 * `check/`.
 */
export function parseExperiment(text: string, file: string): ParsedExperiment {
  const { document, problems } = readOneDocument(text, file, ONE_EXPERIMENT);
  if (document === undefined) {
    return { experiment: undefined, problems: problems.length > 0 ? problems : [emptyFile(file)] };
  }
  const findings = new Findings(file, document);
  const experiment = readExperiment(findings, file, experimentValue(document));
  const found = sortProblems([...problems, ...findings.problems]);
  return { experiment: found.length === 0 ? experiment : undefined, problems: found };
}

function emptyFile(file: string): Problem {
  const hint = `apiVersion: ${EXPERIMENT_VERSION}, kind: ${EXPERIMENT_KIND}, metadata and template`;
  return { file, line: 1, column: 1, message: 'the file holds no experiment', hint };
}

/**
 * The experiment in a document, of which `value` is the `experimentValue`; what is wrong with its form goes to the findings. Where the schema
 * refuses a field, its example or nothing stands for it, so that what does not hang on it can be checked all the same.
 */
export function readExperiment(findings: Findings, file: string, value: unknown): Experiment {
  const parsed = experimentSchema.safeParse(value);
  checkPlaceholders(findings);
  if (parsed.success) {
    return resolve(findings, parsed.data, file);
  }
  findings.refused(parsed.error.issues);
  softSchema ??= soften(experimentSchema);
  return resolve(findings, softSchema.parse(value), file);
}

let softSchema: z.ZodType<ExperimentDocument> | undefined;

function resolve(findings: Findings, data: ExperimentDocument, file: string): Experiment {
  const { metadata, expect: { evidence, ...expect } = {} } = data;
  return {
    name: metadata.name,
    description: metadata.description,
    file,
    variables: data.variables ?? {},
    template: data.template,
    steadyState: (data.steadyState ?? []).map((one, index) => readSteadyState(findings, one, ['steadyState', index])),
    load: readLoad(data),
    expect: {
      rtoSeconds: secondsOf(expect.rto),
      rpoSeconds: secondsOf(expect.rpo),
      availability: expect.availability === undefined ? undefined : readAvailability(findings),
      maximumLostRequests: expect.maximumLostRequests,
      alarms: (expect.alarms ?? []).map(({ name, within }) => ({ name, withinSeconds: seconds(within) })),
      felt: expect.felt ?? EXPERIMENT_DEFAULTS.felt,
      evidence: {
        targets: evidence?.targets ?? EXPERIMENT_DEFAULTS.evidenceTargets,
        requests: evidence?.requests ?? EXPERIMENT_DEFAULTS.evidenceRequests,
      },
    },
    guards: readGuards(findings, data),
    irreversible: data.irreversible ?? false,
  };
}

/** The value of a document with numbers and booleans in the template as the texts that FIS wants. */
export function experimentValue(document: SourceDocument): unknown {
  const { value } = document;
  if (!isMapping(value) || !('template' in value)) {
    return value;
  }
  const template = withTexts(value['template'], (path) => document.textAt(['template', ...path]));
  return { ...value, template };
}

function readLoad({ load }: ExperimentDocument): Experiment['load'] {
  return (
    load && {
      profile: load.profile,
      service: load.service,
      rate: load.rate,
      beforeSeconds: seconds(load.before ?? EXPERIMENT_DEFAULTS.before),
      durationSeconds: secondsOf(load.duration),
      afterSeconds: seconds(load.after ?? EXPERIMENT_DEFAULTS.after),
      writes: load.writes && {
        method: load.writes.method ?? EXPERIMENT_DEFAULTS.writeMethod,
        path: load.writes.path,
        body: load.writes.body,
        idHeader: load.writes.id ?? EXPERIMENT_DEFAULTS.idHeader,
        ledger: load.writes.ledger,
      },
    }
  );
}

function readGuards(findings: Findings, { guards = {} }: ExperimentDocument): Guards {
  const windows = (guards.windows ?? []).map(({ days, from, to, timezone }, index) => {
    const at = ['guards', 'windows', index];
    checkZone(findings, timezone, [...at, 'timezone']);
    if (from === to) {
      const what = `is the same time as from (${from})`;
      findings.report({ path: [...at, 'to'], what, write: 'a later time' });
    }
    const chosen = days === undefined ? DAYS : DAYS.filter((day) => days.includes(day));
    return { days: chosen, from: timeOfDay(from), to: timeOfDay(to), timeZone: timezone };
  });
  return {
    windows,
    environments: guards.environments ?? [],
    maximumDurationSeconds: seconds(guards.maximumDuration ?? EXPERIMENT_DEFAULTS.maximumDuration),
    maximumCost: guards.maximumCost,
    stopRole: guards.stopRole,
  };
}

const BOUND = ['comparison', 'value', 'unit'] as const;

/** An objective alone, or an indicator with everything that makes a bound of it. */
function readSteadyState(findings: Findings, entry: SteadyStateDocument, at: Path): SteadyState {
  const { objective, indicator, service, comparison = 'gte', unit = 'percent' } = entry;
  if (objective !== undefined) {
    for (const key of ['indicator', 'service', ...BOUND] as const) {
      if (entry[key] !== undefined) {
        const what = 'stands beside objective, whose SLO says all of it';
        findings.report({ path: [...at, key], part: 'key', what, write: `no ${key}` });
      }
    }
    return { kind: 'objective', objective };
  }
  for (const key of ['indicator', ...BOUND] as const) {
    if (entry[key] === undefined) {
      const what = key === 'indicator' ? 'is missing, and objective too' : 'is missing';
      const write = { indicator: 'availability', comparison: 'gte', value: '99.9', unit: 'percent' }[key];
      findings.report({ path: [...at, key], what, write });
    }
  }
  return {
    kind: 'bound',
    indicator: indicator ?? '',
    service,
    comparison,
    unit,
    ...decimalAt(findings, [...at, 'value']),
  };
}

function readAvailability(findings: Findings): Experiment['expect']['availability'] {
  const path = ['expect', 'availability'];
  const { value: percent, exactly } = decimalAt(findings, path);
  if (exactly.numerator < 0n || exactly.numerator > 100n * exactly.denominator) {
    findings.report({ path, what: `is ${percent}, but must be a percentage from 0 to 100`, write: '99.5' });
  }
  return { percent, exactly };
}

function decimalAt(findings: Findings, path: Path): Pick<SteadyState & { kind: 'bound' }, 'value' | 'exactly'> {
  const value = findings.document.textAt(path) ?? '0';
  const exactly = parseDecimal(value);
  if (exactly === undefined) {
    findings.report({ path, what: `must be a plain decimal, not ${shown(value)}`, write: '99.9' });
  }
  return { value, exactly: exactly === undefined ? { numerator: 0n, denominator: 1n } : toFraction(exactly) };
}

/** Placeholders that stand for nothing, and variables that redefine one of surefoot's. */
function checkPlaceholders(findings: Findings): void {
  const { value } = findings.document;
  const root = isMapping(value) ? value : {};
  const variables = isMapping(root['variables']) ? Object.keys(root['variables']) : [];
  for (const name of variables) {
    if (Object.hasOwn(PLACEHOLDERS, name)) {
      const what = `is what surefoot fills in itself (\${${name}})`;
      findings.report({ path: ['variables', name], part: 'key', what, write: `another name than ${name}` });
    }
  }
  const { alarms } = isMapping(root['expect']) ? root['expect'] : {};
  const { stopRole } = isMapping(root['guards']) ? root['guards'] : {};
  for (const [part, at] of [
    [root['template'], ['template']],
    [alarms, ['expect', 'alarms']],
    [stopRole, ['guards', 'stopRole']],
  ] as const) {
    eachText(part, (text, path) => {
      if (text.includes('${')) {
        checkText(findings, text, [...at, ...path], variables);
      }
    });
  }
}

function checkText(findings: Findings, text: string, path: Path, variables: readonly string[]): void {
  for (const name of placeholdersIn(text)) {
    const unknown = unknownPlaceholder(name, variables);
    if (unknown !== undefined) {
      findings.report({ path, ...unknown });
    }
  }
}

function secondsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : seconds(text);
}

function seconds(text: string): number {
  return parseDuration(text) ?? 0;
}
