/** What surefoot itself needs to plan, to run and to list, in the account of the experiment. */
import { runExperiments } from '../../../../aws/permissions/experiments.ts';
import { readService, readTasks } from '../../../../aws/permissions/services.ts';
import { mergeStatements, type Place, type PolicyDocument } from '../../../../aws/permissions/statement.ts';
import type { Experiment } from '../../experiment/experiment.ts';

/** The caller's policy: that of `surefoot iam "chaos run"`, kept to the roles of this experiment. */
export function callerPolicy(
  { template, guards: { stopRole } }: Pick<Experiment, 'template' | 'guards'>,
  place: Place,
  cluster = '*',
): PolicyDocument {
  const services = { place, cluster, services: ['*'] };
  const roles = { fis: [template.roleArn], stop: stopRole === undefined ? [] : [stopRole] };
  return {
    Version: '2012-10-17',
    Statement: mergeStatements([...runExperiments(roles, place), ...readService(services), ...readTasks(services)]),
  };
}
