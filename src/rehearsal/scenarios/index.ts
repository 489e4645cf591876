/** Every scenario there is, in the order in which they run. */
import { deployBad } from './deploy-bad.ts';
import { deployGood } from './deploy-good.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [deployGood, deployBad];
