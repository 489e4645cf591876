/** Durations as FIS takes them: ISO 8601 without years, months and weeks (`PT5M`, `PT1H30M`, `P1DT2S`). */

const FORM = /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** The duration in ms; undefined for what is none. */
export function durationMs(text: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null) {
    return undefined;
  }
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
