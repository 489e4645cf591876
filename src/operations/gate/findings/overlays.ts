/** What others know of a CVE, from optional files: CISA's list of exploited ones and FIRST's probabilities. */
import * as z from 'zod';
import { InputError } from '../../../errors.ts';

export interface Overlays {
  /** CVE ids; undefined: no list was given. */
  readonly knownExploited: ReadonlySet<string> | undefined;
  /** Probability by CVE id. */
  readonly epss: ReadonlyMap<string, number> | undefined;
}

export const NO_OVERLAYS: Overlays = { knownExploited: undefined, epss: undefined };

const kevSchema = z.object({ vulnerabilities: z.array(z.object({ cveID: z.string() })).min(1) });

/**
 * Reads CISA's Known Exploited Vulnerabilities catalogue (JSON, cisa.gov/kev).
 * @throws InputError `bad-kev-file` when it is something else: an empty list would say that nothing is exploited
 */
export function readKnownExploited(text: string, file: string): ReadonlySet<string> {
  const parsed = kevSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new InputError(
      'bad-kev-file',
      `${file} is not CISA's catalogue of exploited vulnerabilities: give known_exploited_vulnerabilities.json from cisa.gov/kev`,
    );
  }
  return new Set(parsed.data.vulnerabilities.map(({ cveID }) => cveID));
}

/**
 * Reads FIRST's daily scores (CSV with the columns cve and epss, after comment lines; first.org/epss).
 * @throws InputError `bad-epss-file` when the columns are not there or a score is no probability
 */
export function readEpss(text: string, file: string): ReadonlyMap<string, number> {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const [cve, epss] = (lines[0] ?? '').split(',');
  if (cve !== 'cve' || epss !== 'epss' || lines.length < 2) {
    throw badEpss(file, 'its first line is not cve,epss,percentile');
  }
  const scores = new Map<string, number>();
  for (const line of lines.slice(1)) {
    const [id = '', score = ''] = line.split(',', 2);
    const value = Number(score);
    if (score === '' || !(value >= 0 && value <= 1)) {
      throw badEpss(file, `${id} has no score from 0 to 1`);
    }
    scores.set(id, value);
  }
  return scores;
}

function badEpss(file: string, why: string): InputError {
  return new InputError(
    'bad-epss-file',
    `${file} is not a file of EPSS scores (${why}): give epss_scores-<date>.csv from first.org/epss, unpacked`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
