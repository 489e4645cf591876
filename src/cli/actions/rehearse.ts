/** `surefoot rehearse`: the main job on this machine, with no AWS account. */
import type { Outcome } from '../../entry/outcome.ts';
import type { Session } from '../../entry/session.ts';
import { InputError } from '../../errors.ts';
import type { Placed } from '../../rehearsal/placed.ts';
import type { Site } from '../../rehearsal/playing.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { defaultScenarios, scenarios } from '../../rehearsal/scenarios/index.ts';
import type { Scenario } from '../../rehearsal/scenarios/scenario.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { writeReport } from '../../report/write.ts';
import { platformFile } from '../platform-file.ts';
import { openRehearsal, type RehearseOptions, siteOf } from './rehearsal.ts';

const DEFAULT_EXAMPLE = 'artguard';

/** Runs the named scenarios, the four of a deployment where none is named, or all that platform files list; and writes the report. */
export async function rehearseAction(
  names: readonly string[],
  options: RehearseOptions,
  session: Session,
): Promise<Outcome> {
  const whole = options.all === true || (options.platform !== undefined && names.length === 0);
  if (whole && names.length > 0) {
    throw new InputError(
      'all-and-names',
      `--all plays what platform files list: leave out ${names.join(', ')}, or --all`,
    );
  }
  if (whole) {
    const { rehearseAllAction } = await import('./rehearse-all.ts');
    return rehearseAllAction(options, session);
  }
  const placed = await place(choose(names), options);
  const { ports, settings } = await openRehearsal(options, session);
  const evidence = await rehearse({ ...settings, placed }, ports);
  const files = await writeReport(evidence, options.reportDir, { name: 'rehearse' });
  const text = `${renderTerminal(evidence, session.look)}\nreport: ${files.html}`;
  return { operation: 'rehearse', verdict: evidence.verdict, reasons: evidence.reasons, text, evidence: files.json };
}

/** Each scenario with the platform that was asked for, or with the example that it belongs to. */
async function place(chosen: readonly Scenario[], options: RehearseOptions): Promise<readonly Placed[]> {
  const sites = new Map<string, Site>();
  const placed: Placed[] = [];
  for (const scenario of chosen) {
    const file = platformFile({ ...options, platform: options.platform ?? scenario.example ?? DEFAULT_EXAMPLE });
    const site = sites.get(file) ?? (await siteOf(file, options));
    sites.set(file, site);
    placed.push({ scenario, site });
  }
  return placed;
}

function choose(names: readonly string[]): readonly Scenario[] {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new InputError(
      'unknown-scenario',
      `there is no scenario ${unknown.map((name) => `"${name}"`).join(', ')}; there are ${scenarios.map((scenario) => scenario.name).join(', ')}`,
    );
  }
  return names.length === 0 ? defaultScenarios : scenarios.filter((scenario) => names.includes(scenario.name));
}
