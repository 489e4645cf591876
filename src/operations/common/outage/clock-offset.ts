/**
 * How another machine's clock stands to this one's, as bounds: a stamp that it makes during a call lies between the sending of the call and
 * its answer (the argument of NTP, RFC 5905 section 8, without the assumption that both ways take equally long). Pure.
 */

/** A time by the other clock, and a call of ours during which it was made. */
export interface Stamp {
  readonly at: Date;
  readonly sentAt: Date;
  readonly answeredAt: Date;
}

/** So many seconds the other clock is ahead of this machine's, at the least and at the most; negative: behind. */
export interface ClockOffset {
  readonly least: number;
  readonly most: number;
}

/** A moment by this machine's clock, in seconds since 1970: not before `from`, not after `to`. */
export interface LocalMoment {
  readonly from: number;
  readonly to: number;
}

/** What a time in milliseconds may have been cut by, as this machine's are, and one in whole seconds; in seconds. */
const CUT = { milliseconds: 0.001, seconds: 1 } as const;

/** Stamps that are all in whole seconds are taken to have been cut to them. */
function cutOf(times: readonly Date[]): number {
  return times.every((at) => at.getTime() % 1000 === 0) ? CUT.seconds : CUT.milliseconds;
}

/** What all stamps allow. Where no offset fits them all the clocks have moved meanwhile: then what any of them allows. Undefined without a stamp. */
export function clockOffsetOf(stamps: readonly Stamp[]): ClockOffset | undefined {
  const cut = cutOf(stamps.map(({ at }) => at));
  const bounds = stamps.map(({ at, sentAt, answeredAt }) => ({
    least: (at.getTime() - answeredAt.getTime()) / 1000 - CUT.milliseconds,
    most: (at.getTime() - sentAt.getTime()) / 1000 + cut,
  }));
  if (bounds.length === 0) {
    return undefined;
  }
  const [leasts, mosts] = [bounds.map(({ least }) => least), bounds.map(({ most }) => most)];
  const all = { least: Math.max(...leasts), most: Math.min(...mosts) };
  return all.least <= all.most ? all : { least: Math.min(...leasts), most: Math.max(...mosts) };
}

/** When it was here, of a time by the other clock. @param others times by the same clock, from which its resolution shows */
export function localMomentOf(
  at: Date,
  { least, most }: ClockOffset,
  others: readonly (Date | undefined)[] = [],
): LocalMoment {
  const seconds = at.getTime() / 1000;
  const cut = cutOf([at, ...others.filter((one) => one !== undefined)]);
  return { from: seconds - most, to: seconds + cut - least };
}

/** Seconds by which the clocks surely differ. */
export function sureDifference({ least, most }: ClockOffset): number {
  return Math.max(0, least, -most);
}
