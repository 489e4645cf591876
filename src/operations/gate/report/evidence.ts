/** The gate's evidence: its targets as checks, its numbers as measurements; the findings themselves are in the audit beside it. */
import type { Evidence } from '../../../report/evidence.ts';
import type { Recorder } from '../../recorder.ts';
import type { GateInput } from '../input.ts';
import type { JudgedTarget, Judgement } from '../judge.ts';
import { filesParsed } from '../scan/proof.ts';
import { targetText } from '../targets.ts';

const VERDICTS = { met: 'pass', missed: 'fail', unknown: 'inconclusive' } as const;

/** Ends the record. `audit`: the file beside the evidence that holds all findings, with its SHA-256. */
export function finishEvidence(
  recorder: Recorder,
  input: GateInput,
  judgement: Judgement,
  audit: { readonly name: string; readonly sha256: string },
): Evidence {
  for (const judged of judgement.targets) {
    recorder.check({
      name: judged.target.name,
      verdict: VERDICTS[judged.state],
      expected: targetText(judged.target),
      observed: judged.measured.shown,
    });
    recorder.measure(measurementOf(judged, input));
  }
  if (!judgement.targets.some(({ target }) => target.indicator === 'files-parsed')) {
    const { parsed, all } = filesParsed(input.head);
    recorder.measure({
      indicator: 'files-parsed',
      value: all === 0 ? null : parsed / all,
      n: all,
      unit: 'ratio',
      method: 'readings of a file by a scanner, of all that had to be read',
    });
  }
  for (const { code, message } of judgement.notes) {
    recorder.event('note', code, message);
  }
  recorder.event('note', `all findings are in ${audit.name}`, `SHA-256 ${audit.sha256}`);
  return recorder.finish(judgement.verdict, judgement.reasons);
}

function measurementOf({ target, measured }: JudgedTarget, input: GateInput) {
  const inSeconds = measured.unit === 'hours';
  const scale = (value: number) => (inSeconds ? value * 3600 : value);
  const [lower, upper] = measured.bounds ?? [];
  return {
    indicator: target.indicator,
    value: measured.value === null ? null : scale(measured.value),
    ...(lower === undefined || upper === undefined ? {} : { lower: scale(lower), upper: scale(upper) }),
    ...(measured.unit === 'count' ? { n: input.head.findings.length } : {}),
    unit: inSeconds ? 's' : measured.unit === 'ratio' ? 'ratio' : 'findings',
    method: measured.method,
  };
}
