/** A platform rehearsed as a whole: all scenarios that its file lists, one after the other, and a scorecard from what they left. */
import type { Clock } from '../operations/ports.ts';
import { createRecorder } from '../operations/recorder.ts';
import type { EvidenceFile } from '../operations/scorecard/from-evidence.ts';
import { makeScorecard } from '../operations/scorecard/scorecard.ts';
import type { Platform } from '../platform/model.ts';
import type { Check, Evidence } from '../report/evidence.ts';
import { counted, formatCount } from '../report/format.ts';
import { countStates, type ScorecardRecord } from '../report/scorecard/record.ts';
import type { RehearsePorts, ScenarioOptions } from './playing.ts';
import { rowOf, sumOf } from './rehearse.ts';
import { type Budgeted, playWithin } from './within-budget.ts';

export interface PlatformRequest extends ScenarioOptions {
  readonly platform: Platform;
  /** The platform file as it was read. */
  readonly targets: { readonly file: string; readonly sha256: string };
  /** In the order in which they are played, each with the service as it runs it (`prepared`). */
  readonly planned: readonly Budgeted[];
  /** Environments whose targets the evidence is held against. */
  readonly scorecards: readonly string[];
  /** Puts a record where people find it, and says where. */
  readonly keep: (evidence: Evidence, name: string) => Promise<{ readonly file: string; readonly sha256: string }>;
}

/** The record of the platform with those of its scenarios as parts, and the scorecards: the first of them is in the record, too. */
export interface RehearsedPlatform {
  readonly evidence: Evidence;
  readonly scorecards: readonly Evidence[];
}

/** Plays all of them. The verdict is pass when every one showed what it expects; scorecards do not decide it. */
export async function rehearsePlatform(request: PlatformRequest, ports: RehearsePorts): Promise<RehearsedPlatform> {
  const { platform, planned, keep, ...options } = request;
  const { reporter, signal, clock } = ports;
  const recorder = createRecorder({
    operation: 'rehearse',
    title: `Rehearsal of ${platform.name}`,
    subject: { platform: platform.name },
    rehearsalSpeed: options.speed,
    tools: [{ name: 'k6', version: options.k6Version }],
    clock,
  });
  const parts: Evidence[] = [];
  const files: EvidenceFile[] = [];
  for (const [index, entry] of planned.entries()) {
    signal.throwIfAborted();
    const { scenario, budgetSeconds } = entry;
    reporter.stage(`${platform.name} ${index + 1} of ${planned.length}, ${scenario.name}: ${scenario.expects}`);
    const { evidence, operation } = await playAgainUnlessKnown(entry, options, ports);
    parts.push(evidence);
    const row = rowOf(scenario, evidence);
    recorder.check({ ...row, expected: `${scenario.expects}; in about ${budgetSeconds} s` });
    reporter.info(
      `${platform.name} ${scenario.name}: ${row.verdict} after ${row.seconds.toFixed(0)} of ${budgetSeconds} s${row.verdict === 'pass' ? '' : `: ${row.observed}`}`,
    );
    const kept = await keep(evidence, scenario.name);
    // What it left undone, or was made to do badly, says nothing of the platform.
    if (operation !== undefined && scenario.adverse !== true) {
      files.push({ evidence: operation, source: { ...kept, operation: operation.operation } });
    }
  }
  const scorecards = request.scorecards.map((environment) => scorecardOf(request, environment, files, clock));
  for (const [index, card] of scorecards.entries()) {
    await keep(card, `scorecard-${request.scorecards[index]}`);
  }
  const first = scorecards[0]?.scorecard;
  const { verdict, message } = sumOf(parts);
  const reasons = [
    { code: verdict === 'pass' ? 'as-expected' : 'not-as-expected', message },
    ...scorecards.flatMap(({ scorecard }) =>
      scorecard === undefined ? [] : [{ code: 'scorecard', message: sentenceOf(scorecard) }],
    ),
  ];
  return { evidence: recorder.finish(verdict, reasons, { parts, ...(first ? { scorecard: first } : {}) }), scorecards };
}

/**
 * An answer of pass or fail stands. One that says nothing (the machine did not keep up, say) is asked for once more, and the record says so;
 * a second time it stands, too.
 */
async function playAgainUnlessKnown(
  entry: Budgeted,
  options: ScenarioOptions,
  ports: RehearsePorts,
): ReturnType<typeof playWithin> {
  const first = await playWithin(entry, options, ports);
  if (first.evidence.verdict !== 'inconclusive') {
    return first;
  }
  const said = saidBy(first.evidence);
  ports.reporter.info(`${entry.scenario.name} said nothing, and is played once more: ${said}`);
  const { evidence, operation } = await playWithin(entry, options, ports);
  const message = `the first attempt said nothing: ${said === saidBy(evidence) ? 'the same' : said}`;
  const reason = { code: 'played-again', message };
  return { evidence: { ...evidence, reasons: [...evidence.reasons, reason] }, operation };
}

const saidBy = ({ reasons }: Evidence): string => reasons.map(({ message }) => message).join('; ');

function scorecardOf(
  { platform, targets, planned }: PlatformRequest,
  environment: string,
  evidence: readonly EvidenceFile[],
  clock: Clock,
): Evidence {
  const adverse = planned.flatMap(({ scenario }) => (scenario.adverse === true ? [scenario.name] : []));
  return makeScorecard(
    {
      platform,
      targets,
      environment,
      evidence,
      facts: [],
      previous: undefined,
      notes: [
        `The rehearsals are those of ${counted(planned.length, 'scenario')} at surefoot's own stand-in for AWS, on one machine.`,
        ...(adverse.length === 0
          ? []
          : [
              `Left out are ${adverse.join(', ')}: there the service is made worse than it is, or asked for more than it can do.`,
            ]),
      ],
    },
    clock,
  );
}

/** How many targets are kept, by production's evidence and in rehearsals. Pure. */
function sentenceOf(scorecard: ScorecardRecord): string {
  const { met, missed, unknown } = countStates(scorecard);
  const rehearsed = scorecard.rows.flatMap(({ rehearsal }) => rehearsal?.state ?? []);
  const of = (state: string) => rehearsed.filter((one) => one === state).length;
  return `scorecard of ${scorecard.environment}: of ${counted(scorecard.rows.length, 'target')} ${formatCount(met)} met, ${formatCount(missed)} missed, ${formatCount(unknown)} unknown; in rehearsals ${of('met')} met, ${of('missed')} missed, ${of('unknown')} unknown`;
}

/** All platforms on one page: a row for each, and its scenarios; their records and the scorecard are on its own. Pure but for the clock. */
export function overviewOf(
  rehearsed: readonly RehearsedPlatform[],
  { speed, k6Version }: Pick<ScenarioOptions, 'speed' | 'k6Version'>,
  startedAt: Date,
  clock: Clock,
): Evidence {
  const parts = rehearsed.map(({ evidence: { scorecard: _, ...evidence } }) => ({ ...evidence, parts: [] }));
  const recorder = createRecorder({
    operation: 'rehearse',
    title: `Rehearsal of ${counted(parts.length, 'platform')}`,
    subject: { platform: parts.map(({ subject }) => subject.platform).join(', ') },
    rehearsalSpeed: speed,
    tools: [{ name: 'k6', version: k6Version }],
    clock,
  });
  for (const { evidence } of rehearsed) {
    recorder.check(platformRow(evidence));
  }
  const all = rehearsed.flatMap(({ evidence }) => evidence.parts);
  const { verdict, message } = sumOf(all);
  const reasons = [{ code: verdict === 'pass' ? 'as-expected' : 'not-as-expected', message }];
  return { ...recorder.finish(verdict, reasons, { parts }), startedAt: startedAt.toISOString() };
}

function platformRow({ subject, verdict, reasons, parts, startedAt, finishedAt }: Evidence): Check {
  const name = subject.platform ?? '';
  return {
    name,
    verdict,
    expected: `${counted(parts.length, 'scenario')} as expected`,
    observed: reasons.map(({ message }) => message).join('; '),
    seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000,
    page: `${name}.html`,
  };
}
