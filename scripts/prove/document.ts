/** docs/proof.md: a section for each scenario, its table replaced by each new proof of it. */
import { scenarios } from '../../src/rehearsal/scenarios/index.ts';
import { clopperPearson } from '../../src/statistics/binomial.ts';
import type { Figure, Run } from './run.ts';
import { type Prediction, predict, TRUTHS } from './theory.ts';

/** Their application draws nothing from SEED: a number only tells one run from another. */
const UNSEEDED: readonly string[] = scenarios.filter((scenario) => 'inject' in scenario).map(({ name }) => name);

/** When a proof ran, and what: the short hash of the commit. */
export interface Occasion {
  readonly at: Date;
  readonly commit: string;
}

/** The section of a scenario, its heading included. */
export function renderSection(scenario: string, runs: readonly Run[], { at, commit }: Occasion): string {
  const shown = runs.filter(({ verdict }) => verdict === 'pass').length;
  const { lower } = clopperPearson(shown, runs.length, 0.95);
  const day = at.toISOString().slice(0, 10);
  const prediction = predictionFor(scenario, runs);
  const number = UNSEEDED.includes(scenario) ? 'run' : 'seed';
  return [
    `## ${scenario}`,
    `${shown} of ${runs.length} runs showed what the scenario expects, on ${day} at commit ${commit} (by counting alone at least ${(lower * 100).toFixed(0)} % of all runs would, at 97.5 % confidence).`,
    ...(prediction === undefined ? [] : [describePrediction(prediction, runs)]),
    renderTable(runs, number),
    ...runs
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ seed, outcome }) => `- ${capitalised(number)} ${seed}: ${outcome}`),
  ].join('\n\n');
}

/** The document with this section in its place, or at the end where it is new. */
export function withSection(document: string, scenario: string, section: string): string {
  const parts = document.trimEnd().split(/\n(?=## )/);
  const index = parts.findIndex((part) => part.startsWith(`## ${scenario}\n`));
  const kept = index < 0 ? [...parts, section] : parts.with(index, section);
  return `${kept.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** `number`: what the number of a run is. */
function renderTable(runs: readonly Run[], number: 'run' | 'seed'): string {
  const names = [...new Set(runs.flatMap(({ numbers }) => numbers.map(({ name }) => name)))];
  const rows = runs.map(({ seed, verdict, numbers }) => [
    String(seed),
    verdict,
    ...names.map((name) => show(numbers.find((figure) => figure.name === name))),
  ]);
  const align = ['---:', '---', ...names.map((name) => (isText(name, runs) ? '---' : '---:'))];
  return [[number, 'verdict', ...names], align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function isText(name: string, runs: readonly Run[]): boolean {
  return runs.some(({ numbers }) => typeof numbers.find((figure) => figure.name === name)?.value === 'string');
}

function show(figure: Figure | undefined): string {
  if (figure?.value === undefined || figure.value === null) {
    return '';
  }
  return typeof figure.value === 'string' ? figure.value : String(Number(figure.value.toPrecision(6)));
}

/** From the first run that has a judgement. */
function predictionFor(scenario: string, runs: readonly Run[]): Prediction | undefined {
  const evidence = runs.find((run) => run.evidence?.judgement !== undefined)?.evidence;
  const truth = TRUTHS[scenario];
  if (evidence?.judgement === undefined || evidence.load === undefined || truth === undefined) {
    return undefined;
  }
  return predict(evidence.judgement, truth, Math.round(evidence.load.rate * evidence.judgement.periodSeconds));
}

function describePrediction(prediction: Prediction, runs: readonly Run[]): string {
  const { decision, limit, mean, lowest, highest, exposed, runs: games, wrong } = prediction;
  const decided = runs.filter(({ numbers }) => figureOf(numbers, 'decision') === decision);
  const needed = decided.flatMap(({ numbers }) => {
    const value = figureOf(numbers, 'requests to it');
    return typeof value === 'number' ? [value] : [];
  });
  const found = needed.reduce((sum, value) => sum + value, 0) / needed.length;
  const within = needed.filter((value) => value >= lowest && value <= highest).length;
  return [
    `Theory: no test with these promises can ${decision === 'promote' ? 'promote' : 'roll back'} after fewer than ${Math.round(limit)} requests of both revisions on average. This judge,`,
    `played ${games} times against independent requests of the same truth, needs ${Math.round(mean)} on average and ${lowest} to ${highest} in all but one run in a thousand on`,
    `either side; the candidate gets ${Math.round(exposed.mean)} of them on average and at most ${exposed.highest}; ${wrong} of the ${games} were decided the other way.`,
    `Measured: ${needed.length} of ${runs.length} runs with the decision "${decision}", after ${Math.round(found)} requests on average; ${within} of ${needed.length} within that range.`,
  ].join('\n');
}

function figureOf(numbers: readonly Figure[], name: string): Figure['value'] | undefined {
  return numbers.find((figure) => figure.name === name)?.value;
}
