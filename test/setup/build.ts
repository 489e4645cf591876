/** Before any test: bundle the command line once, so that helper processes (balancer, task host) start as they do for users. */
import path from 'node:path';
import { bundle } from '../../scripts/build.mjs';

export default async function setup(): Promise<void> {
  const folder = path.resolve('.build');
  await bundle(folder);
  process.env['SUREFOOT_SELF'] = path.join(folder, 'cli.cjs');
}
