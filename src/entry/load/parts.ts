/** A load whose parts run elsewhere and come together as files: `--segment 2/3` on each machine, `--parts DIR` where they are judged. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { InputError } from '../../errors.ts';
import { mergeSegments } from '../../measure/segments/merge.ts';
import { readPartOutput } from '../../measure/segments/output.ts';
import { formatSegment, parseSegment, type Segment } from '../../measure/segments/segment.ts';
import type { RunningLoad } from '../../measure/types.ts';
import { planDigest } from '../../operations/load/export/script.ts';
import type { PlannedLoad } from '../../operations/load/plan.ts';
import { shownUrl } from '../../operations/load/plan.ts';
import type { Evidence, LoadRecord } from '../../report/evidence.ts';
import { readEvidenceFiles } from '../evidence-files.ts';

export interface PartOptions {
  /** `2/3`: makes the second of three parts and judges nothing. */
  readonly segment?: string;
  /** When all parts begin, ISO 8601. */
  readonly startAt?: string;
  /** A folder with the evidence of all parts, which are put together and judged; nothing is sent. */
  readonly parts?: string;
}

/** Long enough to start k6 with all its virtual users, and for clocks that differ a little. */
const SOONEST_SECONDS = 5;
const LATEST_SECONDS = 3600;

/** What `--segment` and `--start-at` ask for; undefined without. @throws InputError for what does not go together */
export function segmentWanted(
  options: PartOptions & { readonly tasks?: number; readonly against?: string; readonly baseline?: string },
  planned: PlannedLoad,
  now: Date,
): { readonly segment: Segment; readonly startAt: Date } | undefined {
  const { segment, startAt, parts, tasks, against, baseline } = options;
  if (segment === undefined) {
    if (startAt !== undefined) {
      throw new InputError('no-segment', '--start-at is for one of several parts: add --segment 1/3');
    }
    return undefined;
  }
  const others = Object.entries({ '--parts': parts, '--tasks': tasks, '--against': against, '--baseline': baseline });
  const given = others.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length > 0) {
    const message = `--segment makes one part and judges nothing, so that ${given.join(' and ')} belongs to the run that puts the parts together`;
    throw new InputError('not-in-parts', message);
  }
  const { probe, scaling } = planned.request.profile;
  if (probe !== undefined || scaling !== undefined) {
    const message = `the profile ${planned.request.profile.name} watches beside its load, which no part can do for the others: use --tasks, or a profile without probe and scaling`;
    throw new InputError('not-in-parts', message);
  }
  return { segment: parseSegment(segment), startAt: startOf(startAt, now) };
}

function startOf(text: string | undefined, now: Date): Date {
  const at = Date.parse(text ?? '');
  const ahead = (at - now.getTime()) / 1000;
  if (text === undefined || !/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(at)) {
    const message = `--segment needs --start-at, the moment at which all parts begin, such as ${new Date(now.getTime() + 300_000).toISOString()}`;
    throw new InputError('no-start', message);
  }
  if (ahead < SOONEST_SECONDS || ahead > LATEST_SECONDS) {
    const when = ahead < 0 ? `${Math.round(-ahead)} s ago` : `in ${Math.round(ahead)} s`;
    const message = `--start-at is ${when}: it must be ${SOONEST_SECONDS} s to an hour ahead, or the parts would not begin together`;
    throw new InputError('bad-start', message);
  }
  return new Date(at);
}

/** The evidence of one part: what it counted, and no verdict on it. */
export function partOf(evidence: Evidence, segment: Segment): Evidence {
  const message = `part ${formatSegment(segment)} was made and counted; \`surefoot load --parts DIR\` judges the whole once all parts are in one folder`;
  const [first] = evidence.reasons;
  const isCancelled = first?.code === 'cancelled';
  return {
    ...evidence,
    title: `${evidence.title}, part ${formatSegment(segment)}`,
    verdict: isCancelled ? evidence.verdict : 'pass',
    reasons: isCancelled ? evidence.reasons : [{ code: 'part-counted', message }],
    checks: [],
    measurements: [],
  };
}

/**
 * The parts of a planned load in a folder, as the load that they were: evidence of `--segment`, or what k6 wrote of an exported load.
 * @throws InputError when they are not its parts, or not all
 */
export async function loadOfParts(folder: string, planned: PlannedLoad): Promise<RunningLoad> {
  const { files } = await readEvidenceFiles([folder], '--parts');
  const evidence = files.flatMap(({ evidence: { operation, load } }) =>
    operation === 'load' && load?.segment !== undefined ? [load] : [],
  );
  const outputs = await outputsIn(folder);
  if (evidence.length > 0 && outputs.length > 0) {
    const message = `${folder} has both evidence of parts and output of k6 (${outputs[0]}): name a folder with the one or the other`;
    throw new InputError('segments-differ', message);
  }
  const records = outputs.length > 0 ? await recordsOf(folder, outputs, planned) : evidence;
  if (records.length === 0) {
    throw new InputError(
      'segments-missing',
      `${folder} has no evidence of a part: name the folder with the load.json of every part, or with the .json.gz files of an exported load`,
    );
  }
  const whole = mergeSegments(records);
  requireSame(whole, planned, folder);
  const done = Promise.resolve(whole);
  return { startedAt: Promise.resolve(new Date(whole.startedAt)), done, finish: () => done, abort: () => undefined };
}

/** Names of the files in a folder that an exported load leaves: k6's own samples, one file a runner. */
async function outputsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json.gz')).map(({ name }) => name);
}

/** What is there of a compressed file: one whose writer was killed has no end. */
function unzipped(file: string): AsyncIterable<Buffer> {
  return pipeline(createReadStream(file), createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }), () => undefined);
}

/** As many parts as there are files. @throws InputError when a file is of another load, or of another number of parts */
async function recordsOf(folder: string, outputs: readonly string[], planned: PlannedLoad): Promise<LoadRecord[]> {
  const records: LoadRecord[] = [];
  for (const name of outputs) {
    const file = path.join(folder, name);
    const chunks = unzipped(file);
    const { record, plan } = await readPartOutput(chunks, planned.load, outputs.length, file).catch(
      (error: unknown) => {
        throw error instanceof InputError
          ? error
          : new InputError('bad-part', `${file} cannot be read: ${String(error)}`);
      },
    );
    if (plan !== planDigest(planned, outputs.length)) {
      const message = `${file} is not one of ${outputs.length} parts of this load: give the same --profile, --url and --compress as the export had, and the output of every runner`;
      throw new InputError('segments-differ', message);
    }
    records.push({ ...record, url: shownUrl(planned.url) });
  }
  return records;
}

function requireSame(whole: LoadRecord, { load, url }: PlannedLoad, folder: string): void {
  const wanted = JSON.stringify([shownUrl(url), load.shape.startRate, load.shape.stages]);
  const found = JSON.stringify([whole.url, whole.shape?.startRate, whole.shape?.stages]);
  if (wanted !== found) {
    const message = `the parts in ${folder} are of another load than this profile makes on ${shownUrl(url)}: give the same --profile, --url and --compress as they had`;
    throw new InputError('segments-differ', message);
  }
}
