/** GitHub's entry. The stubs in dist/, one for each action, call these; what an operation needs is loaded when it is called. */
import type { OperationName } from './github/inputs/tables.ts';
import { runPost } from './github/post.ts';
import { runStep } from './github/run.ts';

/** Runs the step of an action, `root` for the one at the top of the repository. The process ends with it. */
export async function main(action: 'root' | OperationName): Promise<void> {
  surviveNothing();
  await runStep(action);
}

/** Runs the post step, the same for every action: what a step has begun and not seen to its end is undone. The process ends with it. */
export async function post(): Promise<void> {
  surviveNothing();
  await runPost();
}

/** An error that nobody caught is a bug: it fails the step, and says where. */
function surviveNothing(): void {
  const fail = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stdout.write(
      `unexpected error, please report it:\n${text.replace(/^/gm, '  | ').replace(/##\[/g, '## [')}\n`,
    );
    process.exit(4);
  };
  process.on('uncaughtException', fail).on('unhandledRejection', fail);
}
