/** Permissions of moving users to another region, and back. The role works in both: IAM's roles are of the whole account. */

import { secretArns } from './restores.ts';
import { anywhere, arnsOf, type Scope } from './scope.ts';
import {
  changeScaling,
  READ_BALANCERS,
  READ_METRICS,
  READ_SCALING,
  readImages,
  readService,
  readTasks,
  tagServices,
  updateService,
} from './services.ts';
import { arnIn, type Part, partitionOf } from './statement.ts';

/** What is looked at before anything moves, in both regions. */
export function surveyRegions(scope: Scope): Part[] {
  const { place, primary } = scope;
  const both = [scope, ...(primary === undefined ? [] : [primary])];
  return [
    ...both.flatMap((side) => {
      const named = { place: side.place, named: scope.named };
      return [...readService(side), ...readTasks(side), readImages(named), readSecrets(named)];
    }),
    READ_BALANCERS,
    READ_METRICS,
    READ_SCALING,
    anywhere('route53:ListHostedZonesByName'),
    {
      Action: ['route53:ListResourceRecordSets'],
      Resource: arnsOf(scope, 'hosted-zone', 'route53', (id) => `hostedzone/${id}`),
    },
    {
      Action: ['route53:GetHealthCheckStatus'],
      Resource: arnsOf(scope, 'health-check', 'route53', (id) => `healthcheck/${id}`),
    },
    { Action: ['rds:DescribeDBInstances'], Resource: [arnIn(place, 'rds', 'db:*')] },
    { Action: ['servicequotas:GetServiceQuota'], Resource: [arnIn(place, 'servicequotas', 'fargate/*')] },
    { Action: ['route53-recovery-cluster:GetRoutingControlState'], Resource: controlsOf(scope) },
    { Action: ['arc-region-switch:GetPlanEvaluationStatus'], Resource: plansOf(scope) },
  ];
}

/** Whether the secrets of the tasks are there. */
const readSecrets = (scope: Pick<Scope, 'place' | 'named'>): Part => ({
  Action: ['secretsmanager:DescribeSecret'],
  Resource: secretArns(scope),
});

/** A drill brings the standby to full capacity and back. */
export function drillRegions(scope: Scope): Part[] {
  return [
    ...surveyRegions(scope),
    updateService(scope),
    tagServices(scope),
    changeScaling(scope, 'RegisterScalableTarget'),
  ];
}

/** What moves: capacity, records or routing controls, replicas, or a plan that does all of it. */
export function moveRegions(scope: Scope): Part[] {
  const { place, primary } = scope;
  const both = [scope, ...(primary === undefined ? [] : [primary])];
  return [
    ...surveyRegions(scope),
    ...both.flatMap((side) => [updateService(side), tagServices(side), changeScaling(side, 'RegisterScalableTarget')]),
    {
      Action: ['route53:ChangeResourceRecordSets'],
      Resource: arnsOf(scope, 'hosted-zone', 'route53', (id) => `hostedzone/${id}`),
    },
    // The change has an id of its own.
    { Action: ['route53:GetChange'], Resource: [`arn:${partitionOf(place.region)}:route53:::change/*`] },
    {
      Action: ['rds:PromoteReadReplica'],
      Resource: arnsOf(scope, 'database', 'rds', (name) => `db:${name}`),
    },
    { Action: ['route53-recovery-cluster:UpdateRoutingControlState'], Resource: controlsOf(scope) },
    {
      Action: [
        'arc-region-switch:GetPlanExecution',
        'arc-region-switch:ListPlanExecutionEvents',
        'arc-region-switch:StartPlanExecution',
      ],
      Resource: plansOf(scope),
    },
  ];
}

const controlsOf = (scope: Scope) =>
  arnsOf(scope, 'routing-control', 'route53-recovery-control', (id) => `controlpanel/*/routingcontrol/${id}`);
const plansOf = (scope: Scope) => arnsOf(scope, 'switch-plan', 'arc-region-switch', (id) => `plan/${id}`);
