/** The policies of the role that FIS takes for an experiment: no more than this template needs. */

import {
  mergeStatements,
  type Place,
  type PolicyDocument,
  partitionOf,
  type Statement,
} from '../../../../aws/permissions/statement.ts';
import type { Template, TemplateAction, TemplateTarget } from '../../experiment/template.ts';
import { NEEDS, type Need } from './needs.ts';
import { scopeOf } from './resources.ts';

type Loose = Omit<Statement, 'Sid' | 'Effect'>;

export interface RolePolicy {
  readonly document: PolicyDocument;
  /** Actions that are not in AWS's reference of 2026-11: what they need is not known. */
  readonly unknown: readonly string[];
}

/**
 * Who may take the role: FIS, for experiments of this account and region only (AWS: "Cross-service confused deputy prevention").
 */
export function trustPolicy({ region, account }: Place): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'fis.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partitionOf(region)}:fis:${region}:${account}:experiment/*` },
        },
      },
    ],
  };
}

/** What the role may do: the needs of each action on the resources of its own targets, and the log. */
export function rolePolicy(template: Template, place: Place): RolePolicy {
  const actions = Object.values(template.actions);
  const statements = [
    ...actions.flatMap((action) => statementsOf(action, template.targets ?? {}, place)),
    ...logStatements(template),
  ];
  return {
    document: { Version: '2012-10-17', Statement: mergeStatements(statements) },
    unknown: [...new Set(actions.map(({ actionId }) => actionId).filter((id) => NEEDS[id] === undefined))],
  };
}

function statementsOf(
  action: TemplateAction,
  targets: Readonly<Record<string, TemplateTarget>>,
  place: Place,
): Loose[] {
  const { actionId, parameters = {} } = action;
  const own = Object.values(action.targets ?? {}).flatMap((name) => targets[name] ?? []);
  return (NEEDS[actionId] ?? [])
    .filter(({ ifParameter }) => ifParameter === undefined || parameters[ifParameter] !== undefined)
    .flatMap((need) =>
      need.on === 'targets'
        ? own.map((target) => onTarget(need, target, place))
        : [elsewhere(need, action, own, place)],
    );
}

function onTarget({ actions, when }: Need, target: TemplateTarget, place: Place): Loose {
  const { resources, tags } = scopeOf(target, place);
  const byTag = tags === undefined ? {} : { StringEquals: tagConditions(tags) };
  const fixed = Object.fromEntries(
    Object.entries(when ?? {}).map(([operator, keys]) => [operator, listsOf(keys, (value) => [value])]),
  );
  const condition = { ...byTag, ...fixed };
  return {
    Action: actions,
    Resource: resources,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function tagConditions(tags: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, [value]]));
}

function elsewhere(need: Need, action: TemplateAction, own: readonly TemplateTarget[], place: Place): Loose {
  const words: Readonly<Record<string, string>> = {
    ...action.parameters,
    partition: partitionOf(place.region),
    region: place.region,
    account: place.account,
  };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);
  const arns = own.flatMap((target) => scopeOf(target, place).resources);
  const values = (text: string) => (text === '{targets}' ? arns : [fill(text)]);
  return {
    Action: need.actions,
    Resource: need.on === '*' || need.on === 'targets' ? ['*'] : need.on.map(fill),
    ...(need.when === undefined
      ? {}
      : {
          Condition: Object.fromEntries(
            Object.entries(need.when).map(([operator, keys]) => [operator, listsOf(keys, values)]),
          ),
        }),
  };
}

function listsOf(
  keys: Readonly<Record<string, string>>,
  values: (text: string) => readonly string[],
): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(keys).map(([key, text]) => [key, values(text)]));
}

/** FIS lets CloudWatch deliver its log in the role's name (AWS: "Experiment logging", permissions). */
function logStatements({ logConfiguration, experimentReportConfiguration }: Template): Loose[] {
  const statements: Loose[] = [];
  if (logConfiguration !== undefined) {
    statements.push({ Action: ['logs:CreateLogDelivery'], Resource: ['*'] });
  }
  if (logConfiguration?.cloudWatchLogsConfiguration !== undefined) {
    const actions = ['logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'];
    statements.push({ Action: actions, Resource: ['*'] });
  }
  if (logConfiguration?.s3Configuration !== undefined) {
    const bucket = `arn:aws:s3:::${logConfiguration.s3Configuration.bucketName}`;
    statements.push({ Action: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'], Resource: [bucket] });
  }
  const report = experimentReportConfiguration?.outputs?.s3Configuration;
  if (report?.bucketName !== undefined) {
    const objects = `arn:aws:s3:::${report.bucketName}/${report.prefix ?? ''}*`;
    statements.push({ Action: ['s3:PutObject', 's3:GetObject'], Resource: [objects] });
  }
  if ((experimentReportConfiguration?.dataSources?.cloudWatchDashboards ?? []).length > 0) {
    const actions = ['cloudwatch:GetDashboard', 'cloudwatch:GetMetricWidgetImage'];
    statements.push({ Action: actions, Resource: ['*'] });
  }
  return statements;
}
