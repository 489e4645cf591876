/** The text of a surefoot.yml to a platform, or to everything that is wrong with it. Pure: no file, no network. */
import path from 'node:path';
import type { z } from 'zod';
import { Findings } from './findings.ts';
import type { Objective, Target, UnjudgedObjective } from './model/objectives.ts';
import type { Platform } from './model.ts';
import type { Problem } from './problems.ts';
import { sortProblems } from './problems.ts';
import type { KnownObjective, KnownObjectives } from './resolve/known-objectives.ts';
import { resolveSlo } from './resolve/objectives.ts';
import { resolveRehearsalPlan } from './resolve/rehearsal-plan.ts';
import { resolveEnvironments, resolveServices } from './resolve/services.ts';
import { resolveTarget } from './resolve/targets.ts';
import {
  API_VERSION,
  type PlatformDocument,
  platformSchema,
  type TargetDocument,
  targetSchema,
} from './schema/document.ts';
import { shown } from './schema/fields.ts';
import { OPENSLO_VERSION, type SloDocument, sloSchema } from './schema/openslo.ts';
import { soften } from './schema/soften.ts';
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
  /** Names in documents of no known kind: nobody who refers to them is to blame. */
  readonly strays: string[];
  unknownKinds: number;
  /** False when a document could not be read at all, so that what is missing may have been in it. */
  readonly complete: boolean;
}

/** Reads, checks and resolves the text of `file`. Never throws for what is in the text. */
export function parsePlatform(text: string, file: string): Loaded {
  const source = readSource(text, file);
  const problems: Problem[] = [...source.problems];
  const readable = source.documents.length > 0 || problems.length === 0;
  const complete = readable && source.documents.every(({ usable }) => usable);
  const drafts: Drafts = { platforms: [], slos: [], targets: [], strays: [], unknownKinds: 0, complete };
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
    if (drafts.complete && drafts.unknownKinds === 0) {
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
      part: 'key',
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
  const { objectives, unjudged } = resolveObjectives(drafts, keysOf(first, 'services'));
  const environments = resolveEnvironments(findings, content);
  const known = knownObjectives(drafts, [...objectives, ...unjudged]);
  const services = resolveServices(findings, content, environments, known, directory);
  const targets = resolveTargets(drafts, first);
  const rehearsal = content.rehearsal && resolveRehearsalPlan(findings, content.rehearsal, environments);
  return { name: content.name, file, directory, environments, services, objectives, unjudged, targets, rehearsal };
}

/** An SLO with a mistake in it is reported as such; a watch that names it has done nothing wrong. */
function knownObjectives(drafts: Drafts, resolved: readonly (Objective | UnjudgedObjective)[]): KnownObjectives {
  const faulty = drafts.slos.filter(({ findings }) => findings.problems.length > 0);
  const faultyNames = faulty.map(({ content }) => content.metadata.name);
  const byName = new Map<string, KnownObjective>(
    resolved.map((objective) => {
      const sound = !faultyNames.includes(objective.name.split('/')[0] ?? '');
      const unjudged = 'reason' in objective ? objective.reason : undefined;
      const indicator = 'indicator' in objective ? objective.indicator : undefined;
      return [objective.name, { service: objective.service, indicator, unjudged, sound }] as const;
    }),
  );
  for (const name of drafts.strays) {
    byName.set(name, { service: '', indicator: undefined, unjudged: undefined, sound: false });
  }
  const named = drafts.slos.every(({ findings }) => !findings.isBroken(['metadata', 'name']));
  return { complete: drafts.complete && named, byName };
}

/** Finds out what a document is meant to be, checks it by that schema, and keeps a draft for the checks between documents. */
function sortDocument(document: SourceDocument, file: string, drafts: Drafts, problems: Problem[]): void {
  const findings = new Findings(file, document);
  const kind = kindOf(document);
  if (kind === undefined) {
    const stray = document.textAt(['metadata', 'name']);
    drafts.strays.push(...(stray === undefined ? [] : [stray]));
    drafts.unknownKinds += 1;
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
  if (strict.success) {
    return strict.data;
  }
  findings.refused(strict.error.issues);
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

/** The names of the services or environments; undefined when they cannot be known. */
function keysOf(platform: Draft<PlatformDocument> | undefined, mapping: 'services' | 'environments') {
  return platform === undefined || !platform.findings.knowsKeysOf([mapping])
    ? undefined
    : Object.keys(platform.content[mapping]);
}

function resolveTargets(drafts: Drafts, platform: Draft<PlatformDocument> | undefined): Target[] {
  const names = new Set<string>();
  const known = { services: keysOf(platform, 'services'), environments: keysOf(platform, 'environments') };
  return drafts.targets.map(({ findings, content }) => {
    checkUnique(findings, names, ['name'], content.name, 'Target');
    return resolveTarget(findings, content, known);
  });
}

function checkUnique(findings: Findings, names: Set<string>, at: readonly string[], name: string, kind: string): void {
  if (names.has(name)) {
    findings.report({ path: at, what: `is ${shown(name)}, which another ${kind} has already`, write: `${name}-2` });
  }
  names.add(name);
}
