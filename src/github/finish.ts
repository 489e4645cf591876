/** The end of a step: what it leaves in outputs, summary and annotations. */
import { setOutput } from '@actions/core';
import { exitCodeOf, type Failure, type Outcome } from '../entry/outcome.ts';
import { type Annotation, annotate } from './annotations.ts';
import type { OperationName } from './inputs/tables.ts';
import { inert } from './log.ts';
import { type Ended, outputValues } from './outputs.ts';

/** The summary's list cuts a reason there. */
const LONGEST_IN_LIST = 200;

export interface StepEnd {
  /** Undefined when the inputs did not even say it. */
  readonly operation: OperationName | undefined;
  /** `deploy`, `ecs-manage pause`. */
  readonly title: string;
  readonly result: Outcome | Failure;
  /** What was warned of meanwhile, in order. */
  readonly warnings: readonly string[];
  readonly redact: (text: string) => string;
}

/** Writes everything; resolves with the exit code. */
export async function finishStep(end: StepEnd): Promise<number> {
  const { result, redact, title } = end;
  const failed = 'exitCode' in result;
  const ended: Ended = failed ? { verdict: null, reasons: [{ code: result.code, message: result.message }] } : result;
  const text = failed ? '' : result.text;
  process.stdout.write(inert(redact(`${failed ? `error: ${result.message}` : text}\n`)));
  for (const [name, value] of Object.entries(outputValues(end.operation, ended))) {
    setOutput(name, redact(value));
  }
  const remarks = failed ? [] : (result.remarks ?? []);
  annotate([...resultAnnotations(end), ...remarks, ...warningAnnotations(end.warnings, title)], redact);
  const problems = failed ? (result.problems ?? []) : [];
  // The first line of a message is its sum; the others are shown as they stand, as is one that the list would cut.
  const [first = '', ...others] = failed ? result.message.split('\n') : [];
  const rest = first.length > LONGEST_IN_LIST ? [first, ...others] : others;
  const shown = failed ? [{ code: result.code, message: first }] : ended.reasons;
  const { writeSummary } = await import('./summary.ts');
  await writeSummary(
    process.env['GITHUB_STEP_SUMMARY'],
    {
      ...ended,
      reasons: shown,
      title,
      problems,
      text: failed && problems.length === 0 ? rest.join('\n') : text,
      ...(failed ? {} : { below: result.summary }),
    },
    redact,
  );
  return failed ? result.exitCode : exitCodeOf(result);
}

/** A verdict that fails the step, an error, or each problem of a file at its place. */
function resultAnnotations({ result, title }: StepEnd): Annotation[] {
  if (!('exitCode' in result)) {
    return result.verdict === 'pass' || result.verdict === null
      ? []
      : result.reasons.map((reason, index) => ({
          level: result.tolerated === true ? 'warning' : 'error',
          title: `${title}: ${result.verdict} (${reason.code})`,
          message: reason.message,
          rank: 100 - index,
        }));
  }
  const problems = (result.problems ?? []).map((problem, index): Annotation => {
    const { file, line, column } = problem;
    const message = `${problem.message}\nwrite: ${problem.hint}`;
    return { level: 'error', title: `${title}: ${file}`, message, place: { file, line, column }, rank: -index };
  });
  return problems.length > 0
    ? problems
    : [{ level: 'error', title: `${title}: ${result.code}`, message: result.message, rank: 100 }];
}

/** What came last is nearest to how it ended. */
function warningAnnotations(warnings: readonly string[], title: string): Annotation[] {
  return warnings.map((message, index) => ({ level: 'warning', title, message, rank: index }));
}
