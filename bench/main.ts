/** `npm run bench [name…]`: every benchmark but those that take an hour, or those named. Numbers are ratios or stand beside their aim; nothing here passes or fails. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { bundle } from '../scripts/build.mjs';
import { createReporter } from '../src/runtime/reporter.ts';
import { findK6 } from '../src/tools/k6.ts';
import { benchBalancer, renderBalancerBench } from './balancer/balancer.ts';
import { benchChaosAbort, renderChaosAbortBench } from './chaos-abort.ts';
import { benchChaosCheck, renderChaosCheckBench } from './chaos-check.ts';
import { benchDeployment, renderDeploymentBench } from './deployment.ts';
import { benchFirstRequest, renderFirstRequestBench } from './first-request.ts';
import { benchGate, renderGateBench } from './gate.ts';
import { benchGateMerge, renderGateMergeBench } from './gate-merge.ts';
import { benchJudge } from './judge/judge.ts';
import { benchJudgeStream, renderJudgeStreamBench } from './judge/stream.ts';
import { benchLoad, renderLoadBench } from './load.ts';
import { benchLoadMemory, renderLoadMemoryBench } from './load-memory.ts';
import { benchScorecard, renderScorecardBench } from './scorecard.ts';
import { benchStartUp, renderStartUpBench } from './start-up.ts';

const benches: Readonly<Record<string, (quick: boolean) => Promise<string>>> = {
  balancer: async (quick) =>
    renderBalancerBench(await benchBalancer(quick ? { rounds: 1, seconds: 3 } : { rounds: 3, seconds: 8 })),
  'chaos-abort': async (quick) => renderChaosAbortBench(await benchChaosAbort(k6(), quick ? 1 : 6, quick ? 3 : 10)),
  'chaos-check': async (quick) => renderChaosCheckBench(await benchChaosCheck(quick ? 2 : 9)),
  deployment: async (quick) => renderDeploymentBench(await benchDeployment(quick)),
  'first-request': async (quick) =>
    renderFirstRequestBench(await benchFirstRequest(quick ? 3 : 25, path.resolve('.build'))),
  gate: async (quick) => renderGateBench(await benchGate(quick ? 1 : 5)),
  'gate-merge': async (quick) => renderGateMergeBench(benchGateMerge(quick ? 3 : 15)),
  judge: async (quick) => benchJudge(quick ? 100 : 2000),
  'judge-stream': async (quick) => renderJudgeStreamBench(await benchJudgeStream(quick ? 500_000 : 10_000_000)),
  load: async (quick) =>
    renderLoadBench(
      await benchLoad(k6(), quick ? { rate: 500, seconds: 2, rounds: 1 } : { rate: 2000, seconds: 8, rounds: 3 }),
    ),
  'load-memory': async (quick) => renderLoadMemoryBench(await benchLoadMemory(k6(), 200, quick ? 100 : 3600)),
  scorecard: async (quick) =>
    renderScorecardBench(await benchScorecard(quick ? 5000 : 100_000, quick ? 50_000 : 1_000_000)),
  'start-up': async (quick) => renderStartUpBench(await benchStartUp(quick ? 1 : 5)),
};

/** Those that run only when named: an hour is too long for a look at everything. */
const ONLY_BY_NAME = ['load-memory'];

function k6(): string {
  return process.env['K6'] ?? 'k6';
}

async function main(): Promise<void> {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    process.stderr.write(`there is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  const folder = path.resolve('.build');
  await bundle(folder);
  process.env['SUREFOOT_SELF'] = path.join(folder, 'cli.cjs');
  if (process.env['K6'] === undefined || !existsSync(process.env['K6'])) {
    process.env['K6'] = (await findK6({ reporter: createReporter(process.stderr) })).path;
  }
  for (const [name, bench] of Object.entries(benches)) {
    if (names.includes(name) || (names.length === 0 && !ONLY_BY_NAME.includes(name))) {
      process.stdout.write(`\n# ${name}\n\n${await bench(process.argv.includes('--quick'))}`);
    }
  }
}

await main();
