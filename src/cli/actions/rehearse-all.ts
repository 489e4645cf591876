/** `surefoot rehearse --all` and `--platform`: every scenario that platform files list, a scorecard and a page for each platform, and one page over all. */
import path from 'node:path';
import { writableFolder } from '../../entry/folders.ts';
import type { Outcome } from '../../entry/outcome.ts';
import type { Session } from '../../entry/session.ts';
import { InputError } from '../../errors.ts';
import { requirePlatform } from '../../platform/load.ts';
import type { Platform } from '../../platform/model.ts';
import { didYouMean } from '../../platform/suggest.ts';
import { prepared } from '../../rehearsal/placed.ts';
import { overviewOf, type RehearsedPlatform, rehearsePlatform } from '../../rehearsal/rehearse-platform.ts';
import { scenarios } from '../../rehearsal/scenarios/index.ts';
import { type Budgeted, fileOf } from '../../rehearsal/within-budget.ts';
import type { Evidence } from '../../report/evidence.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { writeReport } from '../../report/write.ts';
import { systemClock } from '../../runtime/clock.ts';
import { hashFile } from '../../tools/hash.ts';
import { exampleNames, platformFile } from '../platform-file.ts';
import { openRehearsal, type RehearseOptions, siteOf } from './rehearsal.ts';

/** A platform with what its file says is to be played on it. */
interface Planned {
  readonly platform: Platform;
  readonly sha256: string;
  readonly budgeted: readonly Budgeted[];
}

/** Plays all of every platform that was asked for. @throws InputError for what a file lacks, before anything is started */
export async function rehearseAllAction(options: RehearseOptions, session: Session): Promise<Outcome> {
  const plans = await Promise.all(filesOf(options).map((file) => planOf(file, options)));
  const { ports, settings } = await openRehearsal(options, session);
  const startedAt = systemClock.now();
  const rehearsed: RehearsedPlatform[] = [];
  for (const { platform, sha256, budgeted } of plans) {
    session.reporter.stage(planText(platform, budgeted));
    const folder = path.join(options.reportDir, platform.name);
    const one = await rehearsePlatform(
      {
        ...settings,
        workDirectory: await writableFolder(path.join(settings.workDirectory, platform.name), '--report-dir'),
        platform,
        targets: { file: fileOf(platform), sha256 },
        planned: budgeted,
        scorecards: platform.rehearsal?.scorecards ?? [],
        keep: async (evidence, name) => kept((await writeReport(evidence, folder, { name })).json, options.reportDir),
      },
      ports,
    );
    rehearsed.push(one);
    const { html } = await writeReport(one.evidence, options.reportDir, { name: platform.name });
    session.reporter.info(
      `${platform.name}: ${one.evidence.reasons.map(({ message }) => message).join('; ')}: ${html}`,
    );
  }
  const evidence = overviewOf(rehearsed, settings, startedAt, systemClock);
  const files = await writeReport(evidence, options.reportDir, { name: 'rehearse' });
  const text = `${renderTerminal(evidence, session.look)}\nreport: ${files.html}`;
  return {
    operation: 'rehearse',
    verdict: evidence.verdict,
    reasons: evidence.reasons,
    text,
    evidence: files.json,
    report: files.html,
    details: { platforms: rehearsed.map(({ evidence: one }) => summaryOf(one)) },
  };
}

/** The user's own file, the example that was named, or all of them. */
function filesOf(options: RehearseOptions): readonly string[] {
  const named = options.config === undefined && options.platform === undefined ? exampleNames() : [options.platform];
  return named.map((platform) => platformFile({ ...options, platform: platform ?? '' }));
}

async function planOf(file: string, options: RehearseOptions): Promise<Planned> {
  const platform = await requirePlatform(file);
  const budgets = Object.entries(platform.rehearsal?.budgets ?? {});
  if (budgets.length === 0) {
    throw new InputError(
      'nothing-to-rehearse',
      `${file} lists no scenarios: add \`rehearsal: { scenarios: { deploy-good: 75s } }\` at its top level, or name the scenarios to run`,
    );
  }
  const site = await siteOf(file, options);
  const budgeted = budgets.map(([name, budgetSeconds]) => ({ scenario: scenarioOf(name, file), site, budgetSeconds }));
  return {
    platform,
    sha256: await hashFile(file),
    budgeted: prepared(budgeted, options.speed),
  };
}

function scenarioOf(name: string, file: string): Budgeted['scenario'] {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) {
    const known = scenarios.map((scenario) => scenario.name);
    const near = didYouMean(name, known);
    throw new InputError(
      'unknown-scenario',
      `rehearsal.scenarios in ${file} lists ${JSON.stringify(name)}; there are ${known.join(', ')}${near === undefined ? '' : `. Did you mean ${near}?`}`,
    );
  }
  return found;
}

function planText({ name }: Platform, budgeted: readonly Budgeted[]): string {
  const seconds = budgeted.reduce((sum, { budgetSeconds }) => sum + budgetSeconds, 0);
  return `platform ${name}: ${budgeted.length} scenarios in at most ${(seconds / 60).toFixed(1)} min`;
}

async function kept(file: string, reportDir: string): Promise<{ readonly file: string; readonly sha256: string }> {
  return { file: path.relative(path.resolve(reportDir), file), sha256: await hashFile(file) };
}

function summaryOf({ subject, verdict, reasons, checks }: Evidence): Readonly<Record<string, unknown>> {
  return {
    platform: subject.platform,
    verdict,
    reasons,
    scenarios: checks.map((check) => ({ name: check.name, verdict: check.verdict, seconds: check.seconds })),
  };
}
