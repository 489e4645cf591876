/** The text of a surefoot.yml to a platform, or to everything that is wrong with it. Pure: no file, no network. */
import path from 'node:path';
import type { z } from 'zod';
import { parseDecimal, toFraction } from './decimal.ts';
import { parseShorthand } from './duration.ts';
import { shown } from './fields.ts';
import { Findings, sortProblems } from './findings.ts';
import type { Objective, Platform, Problem, Target, UnjudgedObjective } from './model.ts';
import { OPENSLO_VERSION, type SloDocument, sloSchema } from './openslo.ts';
import { checkService, resolveSlo } from './resolve-objectives.ts';
import { resolveEnvironments, resolveServices } from './resolve-services.ts';
import { API_VERSION, type PlatformDocument, platformSchema, type TargetDocument, targetSchema } from './schema.ts';
import { soften } from './soften.ts';
import { readSource, type SourceDocument } from './source.ts';
import { didYouMean } from './suggest.ts';

export interface Loaded {
  /** undefined when there is any problem. */
  readonly platform: Platform | undefined;
  readonly problems: readonly Problem[];
}

const KINDS = ['Platform', 'Target', 'SLO'] as const;
type Kind = (typeof KINDS)[number];

const VERSIONS: Readonly<Record<Kind, string>> = { Platform: API_VERSION, Target: API_VERSION, SLO: OPENSLO_VERSION };

interface Draft<Content> {
  readonly findings: Findings;
  readonly content: Content;
}

interface Drafts {
  readonly platforms: Draft<PlatformDocument>[];
  readonly slos: Draft<SloDocument>[];
  readonly targets: Draft<TargetDocument>[];
  /** False when a document could not be read at all, so that what is missing may have been in it. */
  complete: boolean;
}

/** Reads, checks and resolves the text of `file`. Never throws for what is in the text. */
export function parsePlatform(text: string, file: string): Loaded {
  const source = readSource(text, file);
  const problems: Problem[] = [...source.problems];
  const drafts: Drafts = { platforms: [], slos: [], targets: [], complete: source.problems.length === 0 };
  for (const document of source.documents) {
    const isEmpty = document.value === null && document.usable;
    if (document.usable && !isEmpty) {
      sortDocument(document, file, drafts, problems);
    }
  }
  const all = () =>
    [...drafts.platforms, ...drafts.slos, ...drafts.targets].flatMap(({ findings }) => findings.problems);
  const first = drafts.platforms[0];
  if (first === undefined) {
    resolveObjectives(drafts, undefined);
    resolveTargets(drafts, undefined);
    if (drafts.complete) {
      problems.push({
        file,
        line: 1,
        column: 1,
        message: source.documents.length === 0 ? 'the file is empty' : 'no document of the file is a Platform',
        hint: `a document with apiVersion: ${API_VERSION}, kind: Platform, name, environments and services`,
      });
    }
    return { platform: undefined, problems: sortProblems([...problems, ...all()]) };
  }
  for (const { findings } of drafts.platforms.slice(1)) {
    findings.report({
      path: ['kind'],
      what: 'is a second Platform; a file describes one',
      write: 'no second Platform document',
    });
  }
  const platform = resolve(first, drafts, file);
  const found = sortProblems([...problems, ...all()]);
  return { platform: found.length === 0 ? platform : undefined, problems: found };
}

function resolve(first: Draft<PlatformDocument>, drafts: Drafts, file: string): Platform {
  const { findings, content } = first;
  const directory = path.dirname(path.resolve(file));
  const { objectives, unjudged } = resolveObjectives(drafts, Object.keys(content.services));
  const environments = resolveEnvironments(findings, content);
  const byName = new Map<string, { service: string; unjudged: string | undefined }>();
  for (const { name, service } of objectives) {
    byName.set(name, { service, unjudged: undefined });
  }
  for (const { name, service, reason } of unjudged) {
    byName.set(name, { service, unjudged: reason });
  }
  // An SLO with a mistake in it is reported as such; a watch that names it has done nothing wrong.
  const complete = drafts.complete && drafts.slos.every((slo) => slo.findings.problems.length === 0);
  const services = resolveServices(findings, content, environments, { complete, byName }, directory);
  const targets = resolveTargets(drafts, content);
  return { name: content.name, file, directory, environments, services, objectives, unjudged, targets };
}

/** Finds out what a document is meant to be, checks it by that schema, and keeps a draft for the checks between documents. */
function sortDocument(document: SourceDocument, file: string, drafts: Drafts, problems: Problem[]): void {
  const findings = new Findings(file, document);
  const kind = kindOf(document);
  if (kind === undefined) {
    drafts.complete = false;
    reportUnknownKind(findings);
    problems.push(...findings.problems);
    return;
  }
  switch (kind) {
    case 'Platform':
      drafts.platforms.push({ findings, content: check(findings, platformSchema) });
      return;
    case 'SLO':
      drafts.slos.push({ findings, content: check(findings, sloSchema) });
      return;
    case 'Target':
      drafts.targets.push({ findings, content: check(findings, targetSchema) });
  }
}

function kindOf(document: SourceDocument): Kind | undefined {
  const written = document.textAt(['kind']);
  if (written === undefined) {
    return document.has(['environments']) || document.has(['services']) ? 'Platform' : undefined;
  }
  return KINDS.find((kind) => kind === didYouMean(written, KINDS));
}

function reportUnknownKind(findings: Findings): void {
  const { document } = findings;
  if (typeof document.value !== 'object' || Array.isArray(document.value)) {
    findings.report({
      path: [],
      what: `must be a mapping, not ${shown(document.value)}`,
      write: `apiVersion: ${API_VERSION}`,
    });
    return;
  }
  const kind = document.textAt(['kind']);
  const openslo = document.textAt(['apiVersion'])?.startsWith('openslo') === true;
  const known = openslo ? 'SLO' : KINDS.map((one) => `${one} (apiVersion: ${VERSIONS[one]})`).join(', ');
  findings.report({
    path: ['kind'],
    what:
      kind === undefined
        ? 'is missing'
        : `is ${shown(kind)}, which surefoot does not read${openslo ? ' of OpenSLO' : ''}`,
    write: openslo && kind !== undefined ? 'SLO (keep other OpenSLO kinds in a file of their own)' : known,
  });
}

const softened = new Map<z.ZodType, z.ZodType>();

function check<Schema extends z.ZodType>(findings: Findings, schema: Schema): z.output<Schema> {
  const strict = schema.safeParse(findings.document.value);
  if (!strict.success) {
    findings.refused(strict.error.issues);
  }
  const soft = softened.get(schema) ?? soften(schema);
  softened.set(schema, soft);
  return soft.parse(findings.document.value) as z.output<Schema>;
}

function resolveObjectives(drafts: Drafts, services: readonly string[] | undefined) {
  const objectives: Objective[] = [];
  const unjudged: UnjudgedObjective[] = [];
  const names = new Set<string>();
  for (const { findings, content } of drafts.slos) {
    const resolved = resolveSlo(findings, content, services);
    objectives.push(...resolved.objectives);
    unjudged.push(...resolved.unjudged);
    checkUnique(findings, names, ['metadata', 'name'], content.metadata.name, 'SLO');
  }
  return { objectives, unjudged };
}

function resolveTargets(drafts: Drafts, platform: PlatformDocument | undefined): Target[] {
  const names = new Set<string>();
  return drafts.targets.map(({ findings, content }) => {
    checkUnique(findings, names, ['name'], content.name, 'Target');
    if (platform !== undefined && content.service !== undefined) {
      checkService(findings, ['service'], content.service, Object.keys(platform.services));
    }
    const environments = Object.keys(platform?.environments ?? {});
    if (platform !== undefined && content.environment !== undefined && !environments.includes(content.environment)) {
      findings.report({
        path: ['environment'],
        what: `is ${shown(content.environment)}, but the environments here are ${environments.join(', ')}`,
        write: didYouMean(content.environment, environments) ?? environments.join(' or '),
      });
    }
    const value = findings.document.textAt(['value']) ?? '';
    const exactly = parseDecimal(value);
    if (exactly === undefined) {
      findings.report({ path: ['value'], what: `must be a plain decimal, not ${shown(value)}`, write: '30' });
    }
    return {
      name: content.name,
      description: content.description,
      service: content.service,
      environment: content.environment,
      indicator: content.indicator,
      comparison: content.comparison,
      value,
      exactly: exactly === undefined ? { numerator: 0n, denominator: 1n } : toFraction(exactly),
      unit: content.unit,
      windowDays: content.window === undefined ? undefined : parseShorthand(content.window),
    };
  });
}

function checkUnique(findings: Findings, names: Set<string>, at: readonly string[], name: string, kind: string): void {
  if (names.has(name)) {
    findings.report({ path: at, what: `is ${shown(name)}, which another ${kind} has already`, write: `${name}-2` });
  }
  names.add(name);
}
