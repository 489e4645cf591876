/** The plan as a part of evidence: pure. */
import type { Place } from '../../../aws/permissions/statement.ts';
import type { Environment } from '../../../platform/model.ts';
import type { ExperimentRecord, ExperimentSpan, ExperimentTarget } from '../../../report/experiment/record.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { costOf, PRICES } from './cost.ts';
import { agentPolicy, LEAVING } from './policy/agent.ts';
import { callerPolicy } from './policy/caller.ts';
import { rolePolicy, trustPolicy } from './policy/role.ts';
import { stopPolicy, stopTrustPolicy } from './policy/scheduler.ts';
import { actsInsideTasks } from './preflight-ecs.ts';
import { timingOf } from './timing.ts';

interface Subject {
  readonly experiment: Experiment;
  readonly environment: Environment;
  readonly account: string | undefined;
}

interface Found {
  readonly targets: readonly ExperimentTarget[];
  readonly standing: ExperimentRecord['template'];
  readonly dryRun: string | undefined;
  readonly accounts: number;
}

export function experimentRecord(subject: Subject, { targets, standing, dryRun, accounts }: Found): ExperimentRecord {
  const { experiment, environment } = subject;
  const cost = costOf(experiment.template, environment.region, accounts);
  return {
    name: experiment.name,
    file: experiment.file,
    ...(experiment.description === undefined ? {} : { hypothesis: experiment.description }),
    spans: spansOf(experiment),
    targets: [...targets],
    ...(dryRun === undefined ? {} : { dryRun }),
    cost: {
      dollars: cost.dollars,
      actionMinutes: cost.minutes,
      dollarsPerMinute: cost.centsPerMinute / 100,
      accounts: cost.accounts,
      estimated: cost.estimated,
      asOf: PRICES.asOf,
      ...(cost.report ? { reportBesides: true } : {}),
    },
    ...(standing === undefined ? {} : { template: standing }),
    policies: policiesOf(subject),
  };
}

function spansOf(experiment: Experiment): ExperimentSpan[] {
  const { actions, load, baseline, observation, experiment: whole } = timingOf(experiment);
  // What ends last says how sure the end of the experiment is.
  const exact = actions.every(({ to, certainty }) => to < whole.to || certainty === 'exact');
  return [
    ...(load === undefined ? [] : [{ name: 'load', kind: 'load', ...load, exact } as const]),
    ...(baseline === undefined ? [] : [{ name: 'baseline', kind: 'baseline', ...baseline, exact: true } as const]),
    ...actions.map(
      ({ name, actionId, from, to, certainty }) =>
        ({
          name,
          kind: actionId === 'aws:fis:wait' ? 'wait' : 'fault',
          action: actionId,
          from,
          to,
          exact: certainty === 'exact',
        }) as const,
    ),
    ...(observation === undefined
      ? []
      : [{ name: 'observation', kind: 'observation', ...observation, exact } as const]),
  ];
}

function policiesOf({ experiment, environment, account }: Subject): ExperimentRecord['policies'] {
  const place: Place = { region: environment.region, account: account ?? '*' };
  const { document, unknown } = rolePolicy(experiment.template, place);
  const without = unknown.length === 0 ? '' : `, without what ${unknown.join(', ')} needs, which is not known`;
  const json = (value: object) => JSON.stringify(value, undefined, 2);
  return [
    { title: `What the role of FIS may do${without}`, json: json(document) },
    { title: 'Who may take the role of FIS', json: json(trustPolicy(place)) },
    {
      title: 'What surefoot needs to plan and run this',
      json: json(callerPolicy(experiment, place, environment.cluster)),
    },
    ...(experiment.guards.stopRole === undefined
      ? []
      : [
          { title: 'What the role of EventBridge Scheduler may do (guards.stopRole)', json: json(stopPolicy(place)) },
          { title: 'Who may take the role of EventBridge Scheduler', json: json(stopTrustPolicy(place)) },
        ]),
    ...(actsInsideTasks(experiment.template)
      ? [
          {
            title: 'What the task role needs besides, so that the SSM agent can register',
            json: json(agentPolicy(place)),
          },
          {
            title: 'What the role of the registered task needs besides AmazonSSMManagedInstanceCore',
            json: json(LEAVING),
          },
        ]
      : []),
  ];
}
