/** load-time-of-day: a whole day of the platform's own profile, an hour in a second, meets a service that was built for its peak. */
import path from 'node:path';
import { rateAt } from '../../measure/shape-plan.ts';
import type { Check, Evidence, LoadRecord } from '../../report/evidence.ts';
import { countsAddUp, generatorHealthy, judgedBins, judgedTotals, nothingLost } from './load-checks.ts';
import { planRehearsed, runningImage, runRehearsed } from './load-run.ts';
import { answersReconcile } from './reconcile.ts';
import type { LoadScenario } from './scenario.ts';

/** The profile has a minute for each hour. */
const PROFILE = 'load-tests/working-day.yml';
const COMPRESS = 60;
/** Arrivals of a second are whole requests, and those at its edges may fall into the next. */
const TOLERANCE = 2;

export const loadTimeOfDay: LoadScenario = {
  name: 'load-time-of-day',
  expects:
    'the hours of a working day come as its profile has them, and every request is answered well from night to peak and back',
  example: 'auterity',
  setUp: (target) => runningImage(target, 'load-time-of-day'),
  runLoad: async (stage) => {
    const profile = await stage.findProfile(path.join(stage.platform.directory, PROFILE));
    return runRehearsed(stage, planRehearsed(stage, profile, COMPRESS));
  },
  judge: (observation) => [
    noTargetMissed(observation.operation),
    followsTheDay(observation.load),
    nothingLost(observation.load),
    answersReconcile(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ load }) => {
    const { planned, ok } = judgedTotals(load);
    const [lowest, highest] = extremes(load);
    return `a day between ${lowest} and ${highest} requests in a second: ${ok} of ${planned} answered well`;
  },
};

/** A day in so little time has too few requests to prove every target; none of them may be refuted. */
function noTargetMissed({ verdict, reasons }: Evidence): Check {
  return {
    name: 'no target missed',
    verdict: verdict === 'fail' ? 'fail' : 'pass',
    expected: 'no SLO of the service refuted at 95 %',
    observed: reasons.map(({ message }) => message).join('; '),
  };
}

/** Every second has as many requests as the profile's line has there, and the peak is several times the night. */
function followsTheDay(load: LoadRecord): Check {
  const { shape } = load;
  const wrong = judgedBins(load).filter(
    ({ planned, second }) => shape === undefined || Math.abs(planned - rateAt(shape, second + 0.5)) > TOLERANCE,
  );
  const [lowest, highest] = extremes(load);
  return {
    name: 'the day was played',
    verdict: wrong.length === 0 && highest > 3 * lowest && lowest > 0 ? 'pass' : 'fail',
    expected: `each second within ${TOLERANCE} requests of the profile; the peak more than three times the night`,
    observed: `${wrong.length} seconds are not; ${lowest} to ${highest} requests in a second`,
  };
}

function extremes(load: LoadRecord): [number, number] {
  const planned = judgedBins(load).map((bin) => bin.planned);
  return [Math.min(...planned), Math.max(...planned)];
}
