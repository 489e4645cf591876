/** A history of releases with known numbers: one release a day, of which some fail and are mended by a hotfix. Pure. */
import type { DoraIndicator } from '../../../report/dora/record.ts';

export const WINDOW_DAYS = 90;

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400] as const;
/** Before the window too, so that what changed with its first release is known. */
const DAYS = WINDOW_DAYS + 5;
/** A release younger than the failure horizon (24 h) is not judged yet. */
const NEWEST_AGE = 25 * HOUR;
const LEAD = 2 * HOUR;
/** Every so many releases one fails. */
const FAILS_EVERY = 18;
const [OPENED_AFTER, HOTFIX_AFTER, CLOSED_AFTER] = [5 * MINUTE, 10 * MINUTE, 12 * MINUTE] as const;
/** From the commit of a hotfix to its release. */
const HOTFIX_LEAD = 3 * MINUTE;

interface Release {
  /** Seconds since 1970. */
  readonly committedAt: number;
  readonly releasedAt: number;
  readonly tag: string;
}

export interface DeliveryHistory {
  /** In the order of time. */
  readonly releases: readonly Release[];
  readonly incidents: readonly { readonly id: string; readonly openedAt: number; readonly closedAt: number }[];
  /** What DORA's numbers are over the window that ends at `now`: seconds, releases a day, shares. */
  readonly truth: Readonly<Record<DoraIndicator, number>>;
}

export function deliveryHistory(now: Date): DeliveryHistory {
  const newest = Math.floor(now.getTime() / 1000) - NEWEST_AGE;
  const days = Array.from({ length: DAYS }, (_, index) => DAYS - 1 - index);
  const all = days.map((ago, index) => {
    const releasedAt = newest - ago * DAY;
    const main = { committedAt: releasedAt - LEAD, releasedAt, tag: `v1.${index}.0` };
    return { main, failed: ago % FAILS_EVERY === FAILS_EVERY - 1 };
  });
  const failed = all.filter((one) => one.failed).map(({ main }) => main);
  const hotfixes = failed.map(({ releasedAt, tag }) => ({
    committedAt: releasedAt + HOTFIX_AFTER - HOTFIX_LEAD,
    releasedAt: releasedAt + HOTFIX_AFTER,
    tag: `hotfix/${tag}`,
  }));
  const isInside = ({ releasedAt }: Release) => releasedAt > now.getTime() / 1000 - WINDOW_DAYS * DAY;
  const [inside, badInside] = [all.map(({ main }) => main).filter(isInside).length, failed.filter(isInside).length];
  const releases = inside + badInside;
  return {
    releases: [...all.map(({ main }) => main), ...hotfixes].sort((a, b) => a.releasedAt - b.releasedAt),
    incidents: failed.map(({ releasedAt, tag }) => ({
      id: `after-${tag}`,
      openedAt: releasedAt + OPENED_AFTER,
      closedAt: releasedAt + CLOSED_AFTER,
    })),
    truth: {
      'change-lead-time': LEAD,
      'deployment-frequency': releases / WINDOW_DAYS,
      'failed-deployment-recovery-time': CLOSED_AFTER,
      'change-fail-rate': badInside / releases,
      'deployment-rework-rate': badInside / releases,
    },
  };
}

/** As `git fast-import` takes it: an empty commit and an annotated tag for each release. */
export function fastImport({ releases }: DeliveryHistory): string {
  const who = 'Rehearsal <rehearsal@example.com>';
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return releases
    .map(({ committedAt, releasedAt, tag }, index) =>
      [
        'commit refs/heads/main\n',
        `mark :${index + 1}\n`,
        `committer ${who} ${committedAt} +0000\n`,
        data(`Change of ${tag}`),
        index === 0 ? '' : `from :${index}\n`,
        '\n',
        `tag ${tag}\n`,
        `from :${index + 1}\n`,
        `tagger ${who} ${releasedAt} +0000\n`,
        data(tag),
      ].join(''),
    )
    .join('');
}

/** As `surefoot dora --incidents` takes it. */
export function incidentsCsv({ incidents }: DeliveryHistory): string {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const rows = incidents.map(({ id, openedAt, closedAt }) => `${id},${at(openedAt)},${at(closedAt)}`);
  return `${['id,opened,closed', ...rows].join('\n')}\n`;
}
