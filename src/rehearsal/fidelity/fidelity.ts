/** Entry of `scripts/fidelity.mjs`. */
import { BEHAVIOURS } from './behaviours.ts';
import { catalogue } from './catalogue.ts';
import { fidelityPage } from './page.ts';

/** The text of docs/fidelity.md. */
export async function fidelityText(): Promise<string> {
  return fidelityPage(await catalogue(), BEHAVIOURS);
}
