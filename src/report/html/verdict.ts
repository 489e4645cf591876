/** Verdicts as word and shape, so that colour is never all that tells them apart. */
import type { Verdict } from '../evidence.ts';
import { VERDICTS } from '../facts.ts';
import { type Markup, markup } from './markup.ts';

/** The verdict as word and shape. */
export function verdictChip(verdict: Verdict): Markup {
  return markup`<span class="chip ${verdict}">${verdictIcon(verdict)}${VERDICTS[verdict].word}</span>`;
}

/** A disc with a tick, a cross or a question mark. */
export function verdictIcon(verdict: Verdict): Markup {
  const signs: Readonly<Record<Verdict, Markup>> = {
    pass: markup`<path d="M6.5 12.5l3.6 3.6 7.4-8.2"/>`,
    fail: markup`<path d="M7.5 7.5l9 9M16.5 7.5l-9 9"/>`,
    inconclusive: markup`<path d="M8.6 9.3a3.4 3.4 0 1 1 5.2 2.9c-1.2.8-1.8 1.4-1.8 2.6M12 17.8h.01"/>`,
  };
  const disc: Readonly<Record<Verdict, Markup>> = {
    pass: markup`<circle cx="12" cy="12" r="12"/>`,
    fail: markup`<path class="disc" d="M7 0h10l7 7v10l-7 7H7l-7-7V7z"/>`,
    inconclusive: markup`<rect width="24" height="24" rx="4"/>`,
  };
  return markup`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><g class="ground">${disc[verdict]}</g><g class="sign">${signs[verdict]}</g></svg>`;
}
