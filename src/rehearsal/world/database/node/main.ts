/** A node as a process of its own, told what to do over the IPC channel. Its end is the channel's end. */

import type { FromNode, NodeCommand, ToNode } from '../protocol.ts';
import { DatabaseNode } from './node.ts';

/** Runs the helper process; returns at once, the process ends when it is killed or the parent is gone. */
export function runDatabaseNode(): void {
  // A terminal's Ctrl-C reaches the whole process group; the parent decides when a node ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {});
  }
  process.on('disconnect', () => process.exit(0));

  const send = (message: FromNode): void => {
    if (process.connected) {
      process.send?.(message);
    }
  };
  let node: DatabaseNode | undefined;

  const execute = async (command: NodeCommand): Promise<DatabaseNode> => {
    if (command.type === 'start') {
      node = await DatabaseNode.start(command.config, (report) => send({ type: 'report', report }));
      return node;
    }
    if (node === undefined) {
      throw new Error('the node has not started');
    }
    await node.execute(command);
    return node;
  };
  process.on('message', ({ request, command }: ToNode) => {
    execute(command).then(
      ({ positions }) => send({ type: 'done', request, positions }),
      (error: unknown) => send({ type: 'failed', request, message: (error as Error).message }),
    );
  });
  send({ type: 'ready' });
}
