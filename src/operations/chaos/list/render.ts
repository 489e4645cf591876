/** A listing as text for people. Pure. */
import { counted, formatSeconds, formatTime } from '../../../report/format.ts';
import { oneLine } from '../../../report/text.ts';
import { dollarsText } from '../plan/cost.ts';
import type { LastRun, ListedExperiment, Listing, RunningExperiment } from './list.ts';

/** One experiment a block; `where` says whose they are. */
export function renderListing({ experiments, running, leftovers, others }: Listing, where: string): string {
  const lines = [`${counted(experiments.length, 'experiment')} ${where}`, ''];
  for (const experiment of experiments) {
    lines.push(headOf(experiment), ...detailsOf(experiment));
  }
  if (running.length > 0) {
    lines.push('', 'Running now:', ...running.map((one) => `  ${runningText(one)}`));
  }
  if (leftovers.length > 0) {
    lines.push(
      '',
      'Templates of plans and runs: at work now, or cut off; any plan or run deletes them after their time:',
    );
    lines.push(...leftovers.map(({ id, expires }) => `  ${oneLine(id)}, ${oneLine(expires)}`));
  }
  if (others > 0) {
    lines.push('', `${counted(others, 'template')} in the account without a tag of surefoot.`);
  }
  return lines.join('\n');
}

function runningText({ id, status, at, dryRun, name, ofSurefoot, environment }: RunningExperiment): string {
  const since = at === null ? '' : ` since ${formatTime(at)}`;
  const what = `${oneLine(id)}: ${status}${since}${dryRun ? ', a dry run' : ''}`;
  if (ofSurefoot === null) {
    return `${what}, not surefoot's: \`aws fis stop-experiment --id ${oneLine(id)}\` ends it`;
  }
  const whose = `${oneLine(name ?? 'an experiment')}, ${ofSurefoot === 'run' ? 'a run' : 'a plan'} of surefoot's`;
  return environment === null
    ? `${what}, ${whose}`
    : `${what}, ${whose} in ${oneLine(environment)}: \`surefoot chaos stop --environment ${oneLine(environment)}\` ends it`;
}

function headOf({ name, seconds, dollars, problems }: ListedExperiment): string {
  const facts = [
    ...(seconds === null ? [] : [formatSeconds(seconds)]),
    ...(dollars === null ? [] : [dollarsText(dollars)]),
    ...(problems === 0 ? [] : [`${counted(problems, 'problem')}: see \`surefoot check\``]),
  ];
  return `${oneLine(name)}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}

function detailsOf({ file, actions, template, runs }: ListedExperiment): string[] {
  return [
    ...(file === null ? [] : [`  ${oneLine(file)}`]),
    ...(actions.length === 0 ? [] : [`  ${actions.join(', ')}`]),
    ...(template === null ? [] : [`  ${templateText(template)}`]),
    ...runs.map((run) => `  ${runText(run)}`),
  ];
}

function templateText(template: NonNullable<ListedExperiment['template']>): string {
  if (template === 'none') {
    return 'no template in the account';
  }
  const states = {
    same: 'as the file says',
    different: 'differs from the file: `surefoot chaos plan` shows where',
    'without-file': 'its file is not here',
  } as const;
  return `template ${oneLine(template.id)}: ${states[template.state]}`;
}

function runText({ id, status, at }: LastRun): string {
  return `run ${oneLine(id)}: ${status}${at === null ? '' : `, ${formatTime(at)}`}`;
}
