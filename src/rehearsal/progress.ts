/** Two things go on at once in a scenario, the operation and the load; both share the one progress line. */
import type { Reporter } from '../operations/ports.ts';

/** A reporter for the operation and a line for the load; either shows with the latest of the other. */
export function shareProgress(reporter: Reporter): [Reporter, (text: string) => void] {
  let operation = '';
  let load = '';
  const show = () => reporter.progress([operation, load].filter((text) => text !== '').join(' | '));
  const front: Reporter = {
    ...reporter,
    stage(title) {
      operation = '';
      reporter.stage(title);
    },
    progress(text) {
      operation = text;
      show();
    },
  };
  return [
    front,
    (text) => {
      load = text;
      show();
    },
  ];
}
