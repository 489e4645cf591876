/** `scorecard`, from options to outcome: the targets of an environment against the evidence that is there. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError, OutsideError } from '../../errors.ts';
import { makeScorecard } from '../../operations/scorecard/scorecard.ts';
import { requirePlatform } from '../../platform/load.ts';
import { resolveServices } from '../../platform/select.ts';
import type { Verdict } from '../../report/evidence.ts';
import { counted } from '../../report/format.ts';
import { type Badge, badgeJson, badgeOf, badgeSvg } from '../../report/scorecard/badge.ts';
import { countStates } from '../../report/scorecard/record.ts';
import { systemClock } from '../../runtime/clock.ts';
import { report } from '../deploy.ts';
import { hashOf, readEvidenceFiles } from '../evidence-files.ts';
import { writableFolder } from '../folders.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { readFactFiles, readPrevious } from './files.ts';
import { readFresh } from './fresh.ts';
import type { FailOn, ScorecardOptions } from './options.ts';

/** Reads what is there, judges it, writes the page. Asks AWS and GitHub only where SLOs and deliveries are to be read first. @throws InputError for files that cannot be used */
export async function scorecardAction(options: ScorecardOptions, session: Session): Promise<Outcome> {
  const platform = await requirePlatform(options.config);
  const [{ environment }] = resolveServices(platform, { environment: options.environment, all: true });
  const badge = options.badge === undefined ? undefined : badgeFiles(options.badge);
  await writableFolder(options.reportDir, '--report-dir');
  const fresh = await readFresh(options, environment, session);
  const now = systemClock.now().getTime();
  // Where nobody names a folder, that of the reports.
  const places = (options.evidence ?? []).length > 0 ? (options.evidence ?? []) : [options.reportDir];
  const [found, facts, previous, bytes] = await Promise.all([
    readEvidenceFiles([...places, ...fresh.evidence]),
    readFactFiles(options.facts ?? [], platform, now),
    options.previous === undefined ? undefined : readPrevious(options.previous, platform, environment),
    readFile(options.config),
  ]);
  session.reporter.info(
    `read ${counted(found.files.length, 'evidence file')} and ${counted(facts.length, 'fact')}${found.others > 0 ? `; ${counted(found.others, 'other JSON file')} left out` : ''}`,
  );
  const evidence = makeScorecard(
    {
      platform,
      targets: { file: options.config, sha256: hashOf(bytes) },
      environment,
      evidence: found.files,
      facts,
      previous,
      notes: [
        ...fresh.notes,
        ...(found.files.length + facts.length > 0
          ? []
          : [`Nothing was read: there is no evidence in ${places.join(', ')}, and no fact.`]),
      ],
    },
    systemClock,
  );
  const { scorecard } = evidence;
  if (scorecard === undefined) {
    throw new Error('a scorecard was made without its record');
  }
  const outcome = await report('scorecard', evidence, options, session);
  if (badge !== undefined) {
    await writeBadge(badge, badgeOf(scorecard));
  }
  const { met, missed, unknown } = countStates(scorecard);
  return {
    ...outcome,
    tolerated: isTolerated(evidence.verdict, scorecard.rows.length, options.failOn ?? 'nothing'),
    details: {
      met,
      missed,
      unknown,
      rows: scorecard.rows,
      conflicts: scorecard.conflicts,
      ...(badge === undefined ? {} : { badge }),
    },
  };
}

/** A file that promises nothing in an environment that was to be judged is no success of anybody. */
function isTolerated(verdict: Verdict, rows: number, failOn: FailOn): boolean {
  return failOn === 'nothing' || (failOn === 'missed' && verdict === 'inconclusive' && rows > 0);
}

interface BadgeFiles {
  readonly svg: string;
  readonly json: string;
}

function badgeFiles(file: string): BadgeFiles {
  if (path.extname(file) !== '.svg') {
    throw new InputError(
      'bad-badge',
      `--badge ${file} is the file of an SVG: name it like badge.svg; badge.json is put beside it`,
    );
  }
  return { svg: file, json: `${file.slice(0, -'.svg'.length)}.json` };
}

async function writeBadge(files: BadgeFiles, badge: Badge): Promise<void> {
  try {
    await writeFile(files.svg, badgeSvg(badge));
    await writeFile(files.json, badgeJson(badge));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new OutsideError('badge-not-written', `the badge could not be written: ${cause}`, files.svg, {
      cause: error,
    });
  }
}
