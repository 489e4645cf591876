/** Rules on what AWS accepts and you would regret: nothing stops it, nothing undoes it, nobody sees it. */

import { isoDuration, parseIsoDuration } from '../experiment/iso-duration.ts';
import { mappingOf } from '../experiment/mappings.ts';
import { arnParts } from './arns.ts';
import type { Remarks } from './finding.ts';
import { type ActionView, known, type TemplateView } from './view.ts';

/** At least one alarm stops it, each is an alarm, and `none` stands alone and without a value. */
export function somethingStopsIt(view: TemplateView, remarks: Remarks): void {
  const { stopConditions } = view;
  for (const [index, { source, value }] of stopConditions.entries()) {
    const path = ['stopConditions', index];
    const parts = value === undefined ? undefined : arnParts(value);
    if (source === 'aws:cloudwatch:alarm' && value === undefined) {
      const write = 'arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME';
      remarks.error({ rule: 'stop-condition', path: [...path, 'value'], what: 'is missing: which alarm?', write });
    } else if (parts !== undefined && !isKind(parts, 'cloudwatch', 'alarm:')) {
      const what = 'is no ARN of a CloudWatch alarm';
      remarks.error({
        rule: 'stop-condition',
        path: [...path, 'value'],
        what,
        write: 'arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME',
      });
    }
    if (source === 'none' && stopConditions.length > 1) {
      const what = 'is none beside other stop conditions';
      remarks.error({
        rule: 'stop-condition',
        path: [...path, 'source'],
        what,
        write: 'aws:cloudwatch:alarm, or no such entry',
      });
    }
    if (source === 'none' && value !== undefined) {
      const what = 'stands beside the source none, which has no alarm';
      remarks.warning({
        rule: 'stop-condition',
        path: [...path, 'value'],
        part: 'key',
        what,
        write: 'source: aws:cloudwatch:alarm',
      });
    }
  }
  if (stopConditions.length > 0 && stopConditions.every(({ source }) => source === 'none')) {
    const what = 'is none: no alarm would stop the experiment';
    const write = 'aws:cloudwatch:alarm, with value: the ARN of an alarm on what users feel';
    remarks.warning({ rule: 'no-stop-condition', path: ['stopConditions', 0, 'source'], what, write });
  }
}

/** With `skip` an experiment without any target ends as completed. */
export function emptyTargetsAreNoticed(view: TemplateView, remarks: Remarks): void {
  if (view.skipsEmptyTargets) {
    const what = 'is skip: a run that finds no target ends as completed, without any fault';
    const path = ['experimentOptions', 'emptyTargetResolutionMode'];
    remarks.warning({ rule: 'skips-empty-targets', path, what, write: 'fail' });
  }
}

/** Whether neither the end of an action nor a stop puts back what it did. */
export function isIrreversible({ fact, parameters }: ActionView): boolean {
  const { reverts, endsWith } = fact ?? { reverts: 'nothing', endsWith: undefined };
  return reverts === 'no' || (reverts === 'with-parameter' && endsWith !== undefined && !parameters.has(endsWith));
}

/** Why an action is irreversible, and what to do about it. */
export function irreversibleBecause({ fact, id }: ActionView): {
  readonly what: string;
  readonly instead: string | undefined;
} {
  const parameter = fact?.reverts === 'with-parameter' ? fact.endsWith : undefined;
  const what =
    parameter === undefined
      ? `is ${id}, which nothing undoes`
      : `is ${id} without ${parameter}, so that nothing undoes it`;
  return { what, instead: parameter };
}

/** FIS writes what it did somewhere. */
export function somethingIsLogged(view: TemplateView, remarks: Remarks): void {
  const path = ['logConfiguration'];
  const log = view.value['logConfiguration'];
  if (log === undefined) {
    const what = 'is missing: which targets were found and what was done to them is kept nowhere';
    const write = '{ cloudWatchLogsConfiguration: { logGroupArn: (ARN of a log group):* }, logSchemaVersion: 2 }';
    remarks.warning({ rule: 'no-log', path, what, write });
  } else if (
    typeof log === 'object' &&
    !['cloudWatchLogsConfiguration', 's3Configuration'].some((key) => key in mappingOf(log))
  ) {
    const what = 'names neither a log group nor a bucket';
    const write = 'cloudWatchLogsConfiguration: { logGroupArn: (ARN of a log group):* }';
    remarks.warning({ rule: 'no-log', path, part: 'key', what, write });
  }
  const { logSchemaVersion } = mappingOf(log);
  if (logSchemaVersion === 1) {
    const what = 'is 1, which says less of targets than 2';
    remarks.warning({ rule: 'old-log', path: [...path, 'logSchemaVersion'], what, write: '2' });
  }
}

/** The role is a role, and the log group a log group: FIS finds out only at the start. */
export function arnsAreOfTheirKind(view: TemplateView, remarks: Remarks): void {
  const role = arnParts(view.roleArn ?? '');
  if (role !== undefined && !isKind(role, 'iam', 'role/')) {
    const what = 'is no ARN of a role';
    remarks.error({ rule: 'wrong-arn', path: ['roleArn'], what, write: 'arn:aws:iam::ACCOUNT:role/NAME' });
  }
  const { logGroupArn } = mappingOf(mappingOf(view.value['logConfiguration'])['cloudWatchLogsConfiguration']);
  const text = typeof logGroupArn === 'string' ? logGroupArn : '';
  const group = arnParts(text);
  const path = ['logConfiguration', 'cloudWatchLogsConfiguration', 'logGroupArn'];
  if (group !== undefined && !isKind(group, 'logs', 'log-group:')) {
    const what = 'is no ARN of a log group';
    remarks.error({ rule: 'wrong-arn', path, what, write: 'arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*' });
  } else if (group !== undefined && !text.endsWith('}') && !text.endsWith(':*')) {
    const what = 'does not end with :*, which stands for the streams that FIS writes';
    remarks.warning({ rule: 'log-group', path, what, write: `${text}:*` });
  }
}

/** What is known only later may be of any kind. */
function isKind(parts: { readonly service: string; readonly resource: string }, service: string, resource: string) {
  const isLater = parts.service.includes('$') || parts.resource.startsWith('$');
  return isLater || (parts.service === service && parts.resource.startsWith(resource));
}

/** Longest time that FIS's own report looks back and on, in seconds (AWS FIS user guide, "Experiment report configurations"). */
const REPORT = { preExperimentDuration: 30 * 60, postExperimentDuration: 2 * 3600 } as const;

/** The report goes somewhere, and its durations are in range. */
export function reportIsPossible(view: TemplateView, remarks: Remarks): void {
  const path = ['experimentReportConfiguration'];
  const report = view.value['experimentReportConfiguration'];
  if (report === undefined) {
    return;
  }
  for (const [name, most] of Object.entries(REPORT)) {
    const text = known(mappingOf(report)[name]);
    const seconds = text === undefined ? 0 : parseIsoDuration(text);
    if (seconds === undefined || seconds > most) {
      const what = `is ${text}, but must be a duration of ISO 8601 of at most ${isoDuration(most)}`;
      remarks.error({ rule: 'duration', path: [...path, name], what, write: 'PT10M' });
    }
  }
  const outputs = mappingOf(report)['outputs'];
  const bucket = mappingOf(mappingOf(outputs)['s3Configuration'])['bucketName'];
  if (typeof report === 'object' && bucket === undefined) {
    const what = 'names no bucket, so that there would be no report';
    remarks.warning({
      rule: 'no-report',
      path,
      part: 'key',
      what,
      write: 'outputs: { s3Configuration: { bucketName: (a bucket) } }',
    });
  }
}

/** Something is done at all. */
export function somethingIsBroken(view: TemplateView, remarks: Remarks): void {
  const { actions } = view;
  if (actions.length > 0 && actions.every(({ fact }) => fact?.reverts === 'nothing')) {
    const what = 'break nothing: they wait and look';
    remarks.warning({ rule: 'no-fault', path: ['actions'], part: 'key', what, write: 'an action that is a fault' });
  }
}

/** Tags that begin with aws: belong to AWS. */
export function tagsAreOurs(view: TemplateView, remarks: Remarks): void {
  for (const name of view.tags.keys()) {
    if (/^aws:/i.test(name)) {
      const what = 'begins with aws:, which is for AWS alone';
      remarks.error({
        rule: 'reserved-tag',
        path: ['tags', name],
        part: 'key',
        what,
        write: name.replace(/^aws:/i, ''),
      });
    }
  }
}
