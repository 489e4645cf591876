/** `surefoot judge`: its options. */
import { type Command, InvalidArgumentError } from 'commander';
import type { JudgeCommandOptions } from '../actions/judge.ts';
import { run } from '../run.ts';

export function addJudge(program: Command): void {
  program
    .command('judge')
    .description(
      'read counts of a baseline and a candidate as NDJSON on stdin, and say whether to promote or roll back',
    )
    .option('--alpha <probability>', 'the highest of rolling back a candidate within the boundary', between(0, 1), 0.01)
    .option('--beta <probability>', 'the highest of promoting a candidate beyond it', between(0, 1), 0.05)
    .option('--margin <factor>', 'how much worse than the baseline is tolerable, relative', atLeast(0), 0.25)
    .option('--tolerance <rate>', 'how much worse is tolerable, absolute', atLeast(0, 1), 0)
    .option('--weight <share>', "the candidate's intended share of the requests, to check the split", between(0, 1))
    .option('--to-end', 'as a deployment in steps does, go on after a promotion: a rollback may still come')
    .option(
      '--state <file>',
      'go on from this file where it exists; write to it at the end, with --follow at each block',
    )
    .option('--follow', 'print a line for each block as it comes')
    .option('--json', 'print one JSON object on stdout with what every command prints')
    .addHelpText('after', HELP)
    .action((options: JudgeCommandOptions) =>
      run('judge', options, async (session) => (await import('../actions/judge.ts')).judgeStdin(options, session)),
    );
}

const HELP = `
A line is a block of requests, minutes or seconds, in order:
  {"at":"2026-11-21T07:00:00Z","baseline":{"requests":900,"errors":1},"candidate":{"requests":100,"errors":0}}
with "slow" beside "errors" (requests slower than your threshold) in all lines or in none, and "weight" after the arms instead of
--weight, where the candidate's share changes.
The boundary is: candidate's rate = (1 + margin) x baseline's rate + tolerance. Exit codes: 0 promote, 1 roll back, 3 undecided.`;

function between(low: number, high: number) {
  return (text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > low && value < high)) {
      throw new InvalidArgumentError(`write a number between ${low} and ${high}, without these`);
    }
    return value;
  };
}

function atLeast(low: number, below = Number.POSITIVE_INFINITY) {
  return (text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= low && value < below)) {
      throw new InvalidArgumentError(
        below === Number.POSITIVE_INFINITY
          ? `write a number of at least ${low}`
          : `write a number from ${low} to below ${below}`,
      );
    }
    return value;
  };
}
