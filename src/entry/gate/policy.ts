/** What the gate judges by: targets, waivers and baseline, taken from the base where there is one, so that no change softens its own gate. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { type Baseline, readBaseline } from '../../operations/gate/baseline.ts';
import { NO_OVERLAYS, type Overlays, readEpss, readKnownExploited } from '../../operations/gate/findings/overlays.ts';
import { readWaivers, WAIVER_FILE, type WaiverFile } from '../../operations/gate/waivers/waiver-file.ts';
import { DEFAULT_FILE, loadPlatform, requirePlatform } from '../../platform/load.ts';
import type { Platform } from '../../platform/model.ts';
import { formatProblem } from '../../platform/problems.ts';
import type { Reason } from '../../report/evidence.ts';
import type { BaseTree } from './base.ts';

export interface PolicyOptions {
  readonly config: string;
  readonly waivers?: string;
  readonly baseline?: string;
  readonly kev?: string;
  readonly epss?: string;
}

export interface Policy {
  readonly platform: Platform | undefined;
  readonly waivers: WaiverFile;
  readonly baseline: Baseline | undefined;
  readonly overlays: Overlays;
  /** What fails the gate: mistakes in the head's own waivers, which would come into force by merging. */
  readonly refusals: readonly Reason[];
  /** For the log. */
  readonly notes: readonly string[];
}

/** Reads it all. `head` is the scanned folder, absolute. @throws InputError for files that were named and are wrong or not there */
export async function readPolicy(
  options: PolicyOptions,
  head: string,
  base: BaseTree | undefined,
  today: string,
): Promise<Policy> {
  const notes: string[] = [];
  const platform = await readTargets(await configOf(options.config, head), base, notes);
  const waiverPath = options.waivers === undefined ? path.join(head, WAIVER_FILE) : path.resolve(options.waivers);
  const own = await readOptional(waiverPath);
  if (own === undefined && options.waivers !== undefined && base === undefined) {
    throw missing('--waivers', options.waivers);
  }
  const shownName = path.relative(process.cwd(), waiverPath);
  const headWaivers = readWaivers(own ?? '', shownName, today);
  const inForce = base === undefined ? own : await readOptional(inBase(waiverPath, base));
  if (base !== undefined && own !== inForce) {
    notes.push(`${shownName} differs from the base: the waivers of the base hold until this is merged`);
  }
  return {
    platform,
    waivers: base === undefined ? headWaivers : readWaivers(inForce ?? '', shownName, today),
    baseline: await readBaselineOf(options.baseline, base, notes),
    overlays: await readOverlays(options),
    refusals: headWaivers.problems.map((problem) => ({
      code: 'bad-waivers',
      message: formatProblem(problem).replace('\n ', ';'),
    })),
    notes,
  };
}

/** The file of the base that corresponds to one of the head; a file outside of the head's tree is the caller's own and stays. */
function inBase(file: string, { roots }: BaseTree): string {
  const relative = path.relative(roots.head, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : path.join(roots.base, relative);
}

/** The platform file; where none was named and none is here, that of the scanned folder. */
async function configOf(config: string, head: string): Promise<string> {
  const isHere = config !== DEFAULT_FILE || (await readOptional(path.resolve(config))) !== undefined;
  const inFolder = path.join(head, DEFAULT_FILE);
  return isHere || (await readOptional(inFolder)) === undefined ? config : inFolder;
}

async function readTargets(config: string, base: BaseTree | undefined, notes: string[]): Promise<Platform | undefined> {
  const own = path.resolve(config);
  if (base === undefined) {
    return config === DEFAULT_FILE && (await readOptional(own)) === undefined ? undefined : requirePlatform(config);
  }
  const file = inBase(own, base);
  if ((await readOptional(file)) === undefined) {
    notes.push(`the base has no ${config}: the default targets hold`);
    return undefined;
  }
  const { platform, problems } = await loadPlatform(file);
  if (platform === undefined) {
    notes.push(`${config} of the base has ${problems.length} problems: the default targets hold`);
  }
  return platform;
}

async function readBaselineOf(
  given: string | undefined,
  base: BaseTree | undefined,
  notes: string[],
): Promise<Baseline | undefined> {
  if (given === undefined) {
    return undefined;
  }
  const file = path.resolve(given);
  const text = await readOptional(base === undefined ? file : inBase(file, base));
  if (text === undefined && base === undefined) {
    throw missing('--baseline', given);
  }
  if (text === undefined) {
    notes.push(`the base has no ${given}: nothing is measured against it until it is merged`);
    return undefined;
  }
  return readBaseline(text, given);
}

async function readOverlays({ kev, epss }: PolicyOptions): Promise<Overlays> {
  const read = async (option: string, file: string) => {
    const text = await readOptional(path.resolve(file));
    if (text === undefined) {
      throw missing(option, file);
    }
    return text;
  };
  return {
    knownExploited: kev === undefined ? NO_OVERLAYS.knownExploited : readKnownExploited(await read('--kev', kev), kev),
    epss: epss === undefined ? NO_OVERLAYS.epss : readEpss(await read('--epss', epss), epss),
  };
}

/** undefined when there is no such file. */
async function readOptional(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    const cause = error instanceof Error ? error.message : String(error);
    throw new InputError('file-unreadable', `${file} cannot be read: ${cause}`);
  }
}

function missing(option: string, file: string): InputError {
  return new InputError('file-missing', `${option} ${file}: there is no such file`);
}
