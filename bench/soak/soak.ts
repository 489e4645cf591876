/**
 * The soak: `npx tsx bench/soak/soak.ts --minutes 60 [--heap-seconds 30] [--out <folder>]` runs it and prints its tables,
 * with `--heap-seconds` also of what is left after a collection;
 * `npx tsx bench/soak/soak.ts --report <samples.jsonl>` prints those of a run that is over, or still going on.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../../scripts/build.mjs';
import { pythonWith } from '../../test/contract/support/python.ts';
import { heapReport, soakReport } from './report.ts';
import { type SoakSample, soak } from './run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    speed: { type: 'string', default: '20' },
    rate: { type: 'string', default: '6' },
    'round-seconds': { type: 'string', default: '60' },
    'drain-seconds': { type: 'string', default: '15' },
    requests: { type: 'string', default: '10' },
    'heap-seconds': { type: 'string' },
    out: { type: 'string' },
    report: { type: 'string' },
  },
});

if (values.report === undefined) {
  await run();
} else {
  const lines = readFileSync(values.report, 'utf8').trimEnd().split('\n');
  process.stdout.write(`${soakReport(lines.map((line) => JSON.parse(line) as SoakSample))}\n`);
}

async function run(): Promise<void> {
  const out = values.out ?? (await mkdtemp(path.join(os.tmpdir(), 'surefoot-soak-')));
  await mkdir(out, { recursive: true });
  // The bundle looks for the examples in its parent folder.
  const folder = path.join(import.meta.dirname, '../../.build/soak');
  await bundle(folder);
  const result = await soak({
    cli: path.join(folder, 'cli.cjs'),
    speed: Number(values.speed),
    clients: {
      python: await pythonWith('python'),
      boto3: 2,
      sdk: 2,
      seconds: Number(values.minutes) * 60,
      rate: Number(values.rate),
      roundSeconds: Number(values['round-seconds']),
      drainSeconds: Number(values['drain-seconds']),
    },
    requestsPerSecond: Number(values.requests),
    sampleSeconds: 10,
    ...(values['heap-seconds'] === undefined ? {} : { heapSeconds: Number(values['heap-seconds']) }),
    onSample: (sample) => appendFileSync(path.join(out, 'samples.jsonl'), `${JSON.stringify(sample)}\n`),
  });
  const { samples, ...rest } = result;
  await writeFile(path.join(out, 'result.json'), JSON.stringify(rest, null, 1));
  process.stdout.write(`${soakReport(samples)}\n\n`);
  if (result.heaps.length > 0) {
    process.stdout.write(`${heapReport(result.heaps)}\n\n`);
  }
  process.stdout.write(
    `The platform ended with ${rest.exitCode}; clients that did not end well: ${rest.broken.length}\n`,
  );
  process.stdout.write(`Readings and results are in ${out}\n`);
}
