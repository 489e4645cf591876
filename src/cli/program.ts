/** The command line: declares the commands, runs one, renders its outcome, ends with its exit code. */
import { Command, CommanderError } from 'commander';
import { EXIT, toJson } from '../entry/outcome.ts';
import { VERSION } from '../runtime/package.ts';
import { addChaos } from './commands/chaos.ts';
import { addCheck } from './commands/check.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDora } from './commands/dora.ts';
import { addGate } from './commands/gate.ts';
import { addIam } from './commands/iam.ts';
import { addJudge } from './commands/judge.ts';
import { addLoad } from './commands/load.ts';
import { addManage } from './commands/manage.ts';
import { addNightly } from './commands/nightly.ts';
import { addRecover } from './commands/recover.ts';
import { addRehearse } from './commands/rehearse.ts';
import { addScorecard } from './commands/scorecard.ts';
import { addSlo } from './commands/slo.ts';
import { addStatus } from './commands/status.ts';
import { addUp } from './commands/up.ts';

/** Parses `argv` (as `process.argv`), runs the command and exits the process. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.exitCode !== 0 && argv.includes('--json')) {
      const failure = { exitCode: EXIT.input, code: 'bad-arguments', message: error.message, where: [] };
      process.stdout.write(`${JSON.stringify(toJson(argv[2] ?? '', new Date(), new Date(), failure), null, 2)}\n`);
    }
    // Help and version end with 0; everything else that the parser refuses is bad input, and it has said so already.
    process.exitCode = error.exitCode === 0 ? EXIT.pass : EXIT.input;
  }
  process.exit();
}

/** All commands with their options, nothing parsed yet; also for holding the documents against them. */
export function createProgram(): Command {
  const program = new Command('surefoot')
    .description('Deploy, rehearse and judge a platform on AWS ECS.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 pass · 1 fail · 2 bad input or refused, nothing changed · 3 inconclusive · 4 something outside failed · 130 cancelled',
    );
  for (const add of [
    addCheck,
    addUp,
    addRehearse,
    addDeploy,
    addStatus,
    addManage,
    addJudge,
    addGate,
    addLoad,
    addRecover,
    addChaos,
    addNightly,
    addSlo,
    addScorecard,
    addDora,
    addIam,
  ]) {
    add(program);
  }
  for (const command of program.commands) {
    command.exitOverride();
  }
  return program;
}
