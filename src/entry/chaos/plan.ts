/** `chaos plan`, from options to outcome. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { CheckedProblem } from '../../operations/chaos/check/finding.ts';
import { planExperiment, planOffline } from '../../operations/chaos/plan/plan.ts';
import { renderChaosPlan } from '../../operations/chaos/plan/render.ts';
import type { ChaosPlanRequest } from '../../operations/chaos/plan/request.ts';
import { requirePlatform } from '../../platform/load.ts';
import { formatProblem } from '../../platform/problems.ts';
import { resolveService } from '../../platform/select.ts';
import type { Evidence } from '../../report/evidence.ts';
import { COMMENT_BYTES, renderMarkdown } from '../../report/markdown.ts';
import { systemClock } from '../../runtime/clock.ts';
import { VERSION } from '../../runtime/package.ts';
import { withConnection } from '../connect.ts';
import { report } from '../deploy.ts';
import { writableFolder } from '../folders.ts';
import { requireRegion } from '../guards.ts';
import type { Outcome, Remark } from '../outcome.ts';
import type { ReportOptions, SelectionOptions, Session } from '../session.ts';
import { readCatalogue } from './catalogue-file.ts';
import { fillIn, findExperiment, readVariables, type Surroundings } from './find-experiment.ts';
import {
  accountOf,
  environmentOf,
  protectedClusters,
  requireFilledIn,
  requireNothingProtected,
  serviceOf,
} from './surroundings.ts';

export interface ChaosPlanOptions extends SelectionOptions, ReportOptions {
  /** A file, or the name of an experiment that surefoot ships. */
  readonly experiment: string;
  /** Asks nothing of AWS. */
  readonly offline?: boolean;
  readonly zone?: string;
  /** `NAME=value`. */
  readonly variables?: readonly string[];
  /** A file with what `aws fis list-actions` says, in place of the snapshot. */
  readonly catalogue?: string;
}

/** Shows what an experiment would hit, take, cost and need. With AWS, by a dry run that injects nothing and leaves nothing. */
export async function chaosPlanAction(options: ChaosPlanOptions, session: Session): Promise<Outcome> {
  await writableFolder(options.reportDir, '--report-dir');
  const platform = await requirePlatform(options.config);
  const { experiment, warnings } = await findExperiment(
    options.experiment,
    platform,
    await readCatalogue(options.catalogue),
  );
  const selection = { ...options, ...serviceOf(options, experiment.load?.service) };
  const variables = readVariables(options.variables ?? []);
  if (options.offline) {
    const target = resolveService(platform, selection);
    const environment = environmentOf(platform, target.environment);
    requireRegion(environment.region, environment.name, platform.file, session.guards);
    const { account } = environment;
    const filled = fillIn(experiment, { platform, environment, target, account, zone: options.zone, variables });
    requireNothingProtected(filled.experiment.template, platform, environment);
    const request = requestOf(filled.experiment, { platform, environment, target, account }, undefined);
    return outcomeOf(planOffline(request, { clock: systemClock }), [...warnings], filled.missing, options, session);
  }
  return withConnection(selection, session, async (connection) => {
    const environment = environmentOf(platform, connection.target.environment);
    const account = await accountOf(environment, connection);
    const { target } = connection;
    const surroundings: Surroundings = { platform, environment, target, account, zone: options.zone, variables };
    const filled = fillIn(experiment, surroundings);
    requireFilledIn(filled.missing);
    requireNothingProtected(filled.experiment.template, platform, environment);
    const request = requestOf(filled.experiment, surroundings, connection.rehearsal?.speed);
    return outcomeOf(await planExperiment(request, connection.ports), warnings, [], options, session);
  });
}

function requestOf(
  experiment: ChaosPlanRequest['experiment'],
  { platform, environment, target, account }: Pick<Surroundings, 'platform' | 'environment' | 'target' | 'account'>,
  rehearsalSpeed: number | undefined,
): ChaosPlanRequest {
  return {
    platform: platform.name,
    environment,
    service: target.service,
    experiment,
    protectedClusters: protectedClusters(platform, environment),
    account,
    rehearsalSpeed,
    runId: randomUUID(),
    version: VERSION,
  };
}

async function outcomeOf(
  evidence: Evidence,
  warnings: readonly CheckedProblem[],
  missing: readonly string[],
  options: ChaosPlanOptions,
  session: Session,
): Promise<Outcome> {
  const notes = [
    ...warnings.map((problem) => `warning: ${formatProblem(problem)}`),
    ...(missing.length === 0 ? [] : [`not known offline: ${missing.map((name) => `\${${name}}`).join(', ')}`]),
  ];
  const written = await report('chaos-plan', evidence, options, session);
  const record = written.record?.experiment;
  const comment = await writeComment(written);
  const parts = [record === undefined ? '' : renderChaosPlan(record), notes.join('\n'), written.text];
  return {
    ...written,
    text: parts.filter((part) => part !== '').join('\n\n'),
    remarks: warnings.map(remarkOf),
    details: {
      plan:
        record === undefined
          ? null
          : {
              targets: record.targets,
              cost: record.cost,
              spans: record.spans,
              template: record.template ?? null,
              dryRun: record.dryRun ?? null,
              policies: record.policies.map(({ title, json }) => ({ title, policy: JSON.parse(json) })),
            },
      warnings: warnings.map(({ file, line, column, rule, message, hint }) => ({
        file,
        line,
        column,
        rule,
        message,
        hint,
      })),
      comment,
    },
  };
}

/** The report once more, short enough for a comment on a pull request. */
async function writeComment({ evidence, record }: Outcome): Promise<string | null> {
  if (evidence === undefined || record === undefined) {
    return null;
  }
  const file = evidence.replace(/\.json$/, '-comment.md');
  await writeFile(file, renderMarkdown(record, { maxBytes: COMMENT_BYTES, evidenceFile: 'the report' }));
  return file;
}

function remarkOf({ file, line, column, rule, message, hint }: CheckedProblem): Remark {
  const text = `${message}\nwrite: ${hint}`;
  return { level: 'warning', title: `experiment: ${rule}`, message: text, place: { file, line, column }, rank: 0 };
}
