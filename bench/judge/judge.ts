/** The judge's promised error rates by simulation, how near it comes to the information limit, and what peers' rules do on the same streams. */
import { clopperPearson } from '../../src/statistics/binomial.ts';
import { fewestRequests, informationPerRequest } from '../../src/statistics/information-limit.ts';
import { decide, type JudgeOptions, judgeBlock, startJudge } from '../../src/statistics/judge.ts';
import { BURST_BOUNDARY, burstRows, withoutCap } from './bursts.ts';
import { PEERS, type Rule } from './peers.ts';
import { blocks, createRandom, type Stream, type Weather } from './streams.ts';

const ALPHA = 0.01;
const BETA = 0.05;
const SEED = 20_261_121;
/** Looks for a false alarm: four hours of minutes. */
const HORIZON = 240;

export interface Tally {
  readonly runs: number;
  readonly pass: number;
  readonly fail: number;
  /** Requests of both arms up to the decision, over the runs that were decided. */
  readonly meanRequests: number;
}

/** The judge as a rule, one metric. */
export function ours(boundary: JudgeOptions['boundary'], errors = { alpha: ALPHA, beta: BETA }): () => Rule {
  const options: JudgeOptions = { ...errors, boundary, weight: undefined };
  return () => {
    let state = startJudge(['errors']);
    return (block) => {
      state = judgeBlock(state, block, options);
      return decide(state, options);
    };
  };
}

/** Runs the rule on so many streams that differ by their seed alone. */
export function tally(stream: Stream, rule: () => Rule, runs: number, horizon = HORIZON): Tally {
  let pass = 0;
  let fail = 0;
  let requests = 0;
  for (let run = 0; run < runs; run += 1) {
    const judge = rule();
    let looked = 0;
    for (const block of blocks(stream, createRandom(SEED + run))) {
      looked += 1;
      const ruling = judge(block);
      if (ruling !== undefined) {
        pass += ruling === 'pass' ? 1 : 0;
        fail += ruling === 'fail' ? 1 : 0;
        requests += looked * stream.requestsPerBlock;
        break;
      }
      if (looked === horizon) {
        break;
      }
    }
  }
  return { runs, pass, fail, meanRequests: requests / (pass + fail) };
}

const WEATHERS: readonly Weather[] = ['steady', 'drift', 'common bursts'];

/** Truths on the boundary itself, where errors are most frequent: rolling back and promoting are both wrong there. */
function renderErrors(runs: number): string {
  const lines = [
    `false rollbacks (aim: at most ${percent(ALPHA)}) and false promotions (aim: at most ${percent(BETA)}), candidate exactly on the boundary,`,
    `margin 0.25, tolerance 0.001, ${runs} runs a row, ${HORIZON} looks each, 95 % intervals:`,
    'base rate  weight  weather         rolled back              promoted',
  ];
  const boundary = { margin: 0.25, tolerance: 0.001 };
  for (const weather of WEATHERS) {
    for (const baseline of [0, 0.001, 0.01, 0.05]) {
      for (const weight of [0.01, 0.05, 0.5]) {
        // A factor on both arms moves them along a line that is the boundary only without tolerance.
        const used = weather === 'steady' ? boundary : { margin: 0.25, tolerance: 0 };
        if (used.tolerance === 0 && baseline === 0) {
          continue;
        }
        const candidate = (1 + used.margin) * baseline + used.tolerance;
        const found = tally({ baseline, candidate, weight, requestsPerBlock: 2000, weather }, ours(used), runs);
        lines.push(
          `${percent(baseline).padStart(9)}  ${percent(weight).padStart(6)}  ${weather.padEnd(14)}  ${share(found.fail, runs)}  ${share(found.pass, runs)}`,
        );
      }
    }
  }
  return lines.join('\n');
}

/** The same streams with the cap on a single block and without it. */
function renderBursts(runs: number): string {
  const lines = [
    `bursts that hit each arm apart, candidate on the boundary but for them, margin 0.25, tolerance 0, ${runs} runs a row, ${HORIZON} looks each:`,
    'base rate  weight  errors come    rolled back: capped, without cap    promoted: capped, without cap',
  ];
  const errors = { alpha: ALPHA, beta: BETA, boundary: BURST_BOUNDARY };
  for (const { weather, stream } of burstRows()) {
    const capped = tally(stream, ours(BURST_BOUNDARY), runs);
    const open = tally(stream, withoutCap(errors), runs);
    const cells = [capped.fail, open.fail, capped.pass, open.pass].map((count) => percent(count / runs).padStart(8));
    lines.push(
      `${percent(stream.baseline).padStart(9)}  ${percent(stream.weight).padStart(6)}  ${weather.padEnd(13)}  ${cells.slice(0, 2).join('  ').padEnd(34)}  ${cells.slice(2).join('  ')}`,
    );
  }
  return lines.join('\n');
}

/** Regressions by size: requests to the rollback beside the fewest that any test of that alpha can do with. */
function renderSpeed(runs: number): string {
  const lines = [
    `requests until rolled back over the information limit ln(1/alpha)/I (aim: at most 1.4 for two to four times, never above 1.7), blocks of a twentieth of the limit, ${runs} runs:`,
    'baseline  candidate  weight  margin     limit  requests  ratio  rolled back',
  ];
  for (const [baseline, times, weight, margin] of REGRESSIONS) {
    const boundary = { margin, tolerance: 0 };
    const candidate = baseline * times;
    const limit = fewestRequests(informationPerRequest({ baseline, candidate }, weight, boundary), ALPHA);
    const stream: Stream = { baseline, candidate, weight, requestsPerBlock: Math.floor(limit / 20), weather: 'steady' };
    const found = tally(stream, ours(boundary), runs, 2000);
    lines.push(
      `${percent(baseline).padStart(8)}  ${`${times} ×`.padStart(9)}  ${percent(weight).padStart(6)}  ${margin.toFixed(2).padStart(6)}  ${limit.toFixed(0).padStart(8)}  ${found.meanRequests.toFixed(0).padStart(8)}  ${(found.meanRequests / limit).toFixed(2).padStart(5)}  ${found.fail} of ${runs}`,
    );
  }
  return lines.join('\n');
}

const REGRESSIONS: readonly (readonly [number, number, number, number])[] = [
  [0.001, 3, 0.05, 0],
  [0.001, 10, 0.05, 0],
  [0.001, 10, 0.01, 0],
  [0.001, 20, 0.05, 0],
  [0.005, 2, 0.05, 0],
  [0.005, 3, 0.05, 0.25],
  [0.005, 4, 0.5, 0],
  [0.01, 2, 0.01, 0],
  [0.01, 2, 0.5, 0.25],
  [0.01, 3, 0.1, 0.25],
  [0.01, 4, 0.01, 0],
  [0.01, 4, 0.05, 0],
  [0.05, 2, 0.05, 0.25],
  [0.05, 4, 0.5, 0],
];

/** Promotion of a candidate as good as its baseline, with the tolerance that deploy takes from an SLO's budget. */
function renderPromotion(runs: number): string {
  const lines = [
    `requests until a candidate as good as its baseline is promoted over the limit ln(1/beta)/I, ${runs} runs:`,
    'baseline  weight  margin  tolerance     limit  requests  ratio  promoted',
  ];
  for (const [baseline, weight, margin, tolerance] of [
    [0.0001, 0.1, 0.25, 0.001],
    [0.001, 0.1, 0.25, 0.001],
    [0.005, 0.5, 0.25, 0.0005],
    [0.01, 0.5, 1, 0],
    [0.01, 0.05, 1, 0],
  ] as const) {
    const boundary = { margin, tolerance };
    const truth = { baseline, candidate: baseline };
    const limit = fewestRequests(informationPerRequest(truth, weight, boundary), BETA);
    const stream: Stream = { ...truth, weight, requestsPerBlock: Math.floor(limit / 20), weather: 'steady' };
    const found = tally(stream, ours(boundary), runs, 2000);
    lines.push(
      `${percent(baseline).padStart(8)}  ${percent(weight).padStart(6)}  ${margin.toFixed(2).padStart(6)}  ${percent(tolerance).padStart(9)}  ${limit.toFixed(0).padStart(8)}  ${found.meanRequests.toFixed(0).padStart(8)}  ${(found.meanRequests / limit).toFixed(2).padStart(5)}  ${found.pass} of ${runs}`,
    );
  }
  return lines.join('\n');
}

/** The same streams for everyone: a good candidate and a bad one, 6,000 requests a minute. */
function renderPeers(runs: number): string {
  const lines = [
    `peers' rules on the same streams, 6000 requests a minute, 5 % of them to the candidate, ${runs} runs (rolled back / promoted / undecided, mean minutes to the decision):`,
    `truth                 ${[...Object.keys(PEERS), 'surefoot'].map((name) => name.padEnd(34)).join('')}`,
  ];
  for (const [baseline, candidate] of [
    [0.005, 0.005],
    [0.005, 0.015],
    [0.002, 0.008],
    [0.02, 0.02],
  ] as const) {
    const stream: Stream = { baseline, candidate, weight: 0.05, requestsPerBlock: 6000, weather: 'steady' };
    const rules = { ...PEERS, surefoot: ours({ margin: 0.25, tolerance: 0.001 }) };
    const cells = Object.values(rules).map((rule) => {
      const { pass, fail, meanRequests } = tally(stream, rule, runs);
      const minutes = pass + fail === 0 ? '' : ` ${(meanRequests / 6000).toFixed(1)} min`;
      return `${percent(fail / runs)} / ${percent(pass / runs)} / ${percent((runs - pass - fail) / runs)}${minutes}`.padEnd(
        34,
      );
    });
    lines.push(`${`${percent(baseline)} and ${percent(candidate)}`.padEnd(22)}${cells.join('')}`);
  }
  return lines.join('\n');
}

/** All tables. */
export function benchJudge(runs: number): string {
  return [
    renderErrors(runs),
    renderBursts(runs),
    renderSpeed(Math.ceil(runs / 4)),
    renderPromotion(Math.ceil(runs / 4)),
    renderPeers(Math.ceil(runs / 8)),
    '',
  ].join('\n\n');
}

function percent(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}

function share(count: number, of: number): string {
  const { lower, upper } = clopperPearson(count, of, 0.95);
  return `${percent(count / of).padStart(7)} (${percent(lower)} to ${percent(upper)})`.padEnd(24);
}
