/** Every scenario there is, in the order in which they run. */
import { deployBad } from './deploy-bad.ts';
import { deployCrashLoop } from './deploy-crash-loop.ts';
import { deployGood } from './deploy-good.ts';
import { SCENARIO_NAMES, type ScenarioName } from './names.ts';
import { runnerDies } from './runner-dies.ts';
import type { Scenario } from './scenario.ts';

const byName: Readonly<Record<ScenarioName, Scenario>> = {
  'deploy-good': deployGood,
  'deploy-bad': deployBad,
  'deploy-crash-loop': deployCrashLoop,
  'runner-dies': runnerDies,
};

export const scenarios: readonly Scenario[] = SCENARIO_NAMES.map((name) => byName[name]);
