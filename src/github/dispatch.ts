/** From typed inputs to the use cases that the terminal calls too. Each is loaded only when it is called. */
import type { GateOptions } from '../entry/gate/gate.ts';
import type { LoadOptions } from '../entry/load/load.ts';
import type { ManageCommand, ManageOptions } from '../entry/manage/options.ts';
import type { NightlyOptions } from '../entry/nightly/nightly.ts';
import type { Outcome } from '../entry/outcome.ts';
import type { ScorecardOptions } from '../entry/scorecard/options.ts';
import type { Guards, Session } from '../entry/session.ts';
import { InputError } from '../errors.ts';
import type { DeployCallOptions } from './deploy-calls.ts';
import type { InputTable, InputValues } from './inputs/kinds.ts';
import { chaosNeeds, deployNeeds, manageNeeds, recoverNeeds } from './inputs/needs.ts';
import { rawInput, readInputs } from './inputs/read.ts';
import {
  CHAOS_INPUTS,
  DEPLOY_INPUTS,
  GATE_INPUTS,
  LOAD_INPUTS,
  MANAGE_INPUTS,
  NIGHTLY_INPUTS,
  OPERATION_NAMES,
  OPERATIONS,
  type OperationName,
  RECOVER_INPUTS,
  ROOT_INPUTS,
  SCORECARD_INPUTS,
} from './inputs/tables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One call of an action, read and checked; nothing has been done yet. */
export interface Call {
  readonly operation: OperationName;
  readonly command: string;
  readonly guards: Guards;
  /** What is needed to write a GitHub deployment; undefined when none is wanted. */
  readonly githubToken: string | undefined;
  /** What is needed to write an issue of the outcome; undefined when none is wanted. */
  readonly issueToken?: string | undefined;
  run(session: Session): Promise<Outcome>;
}

/** Reads the inputs of `action`, which is an operation's own or the root action. @throws InputError with everything that is wrong */
export function readCall(action: OperationName | 'root', environment: Environment): Call {
  const others = action === 'root' ? ROOT_INPUTS : {};
  const operation = action === 'root' ? operationFrom(environment) : action;
  switch (operation) {
    case 'deploy':
      return deployCall(environment, others);
    case 'ecs-manage':
      return manageCall(environment, others);
    case 'security-gate':
      return gateCall(environment, others);
    case 'load-test':
      return loadCall(environment, others);
    case 'chaos':
      return chaosCall(environment, others);
    case 'recover':
      return recoverCall(environment, others);
    case 'scorecard':
      return scorecardCall(environment, others);
    case 'nightly':
      return nightlyCall(environment, others);
  }
}

/** The inputs that may hold secrets: all that the action has. */
export function inputsOf(action: OperationName | 'root'): InputTable {
  return action === 'root' ? ROOT_INPUTS : OPERATIONS[action];
}

/** Without an operation all inputs are checked that can be, so that nothing else is found out one by one. */
function operationFrom(environment: Environment): OperationName {
  const given = rawInput('operation', environment);
  const operation =
    OPERATION_NAMES.find((name) => name === given) ?? readInputs('surefoot', ROOT_INPUTS, environment).operation;
  if (operation === undefined) {
    throw new Error('an unknown operation was read as if it were one');
  }
  return operation;
}

function deployCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('deploy', DEPLOY_INPUTS, environment, others, deployNeeds);
  const command = values.command ?? 'deploy';
  return {
    operation: 'deploy',
    command,
    guards: guardsOf(values, environment),
    githubToken: values['github-deployment'] ? (values['github-token'] ?? '') : undefined,
    run: async (session) => (await import('./deploy-calls.ts')).callDeploy(command, optionsOf(values), session),
  };
}

function optionsOf(values: InputValues<typeof DEPLOY_INPUTS>): DeployCallOptions {
  return {
    ...selectionOf(values),
    ...defined({ service: values.service, taskDefinition: values['task-definition'], blocks: values.blocks }),
    ...defined({ overrideErrorBudget: values['override-error-budget'] }),
    image: values.image,
    dryRun: values['dry-run'],
    repair: values.repair,
  };
}

function manageCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('ecs-manage', MANAGE_INPUTS, environment, others, manageNeeds);
  const command: ManageCommand = values.command ?? 'status';
  return {
    operation: 'ecs-manage',
    command,
    guards: guardsOf(values, environment),
    githubToken: undefined,
    run: async (session) =>
      (await import('../entry/manage/manage.ts')).manage(command, manageOptions(command, values), session),
  };
}

function gateCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('security-gate', GATE_INPUTS, environment, others);
  const recording = values['record-baseline'] !== undefined;
  const { base, waivers, baseline, history, kev, epss, category, service } = values;
  const options: GateOptions = {
    config: values.config ?? '',
    reportDir: values['report-dir'] ?? '',
    image: values.image,
    baseImage: values['base-image'],
    varFile: values['var-file'],
    offline: values.offline,
    ...defined({ environment: values.environment, service, waivers, baseline, history, kev, epss, category }),
    ...defined({ recordBaseline: values['record-baseline'] }),
    ...(base === undefined || base === 'none' || recording ? {} : { base }),
  };
  return {
    operation: 'security-gate',
    command: 'security-gate',
    guards: { foreignEndpoints: false },
    githubToken: undefined,
    run: async (session) => (await import('../entry/gate/gate.ts')).gateAction(values.path ?? '.', options, session),
  };
}

function loadCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('load-test', LOAD_INPUTS, environment, others);
  const { script, url, compress, service, baseline, against, pairs, price, journal, tolerance } = values;
  const { tasks, 'task-definition': taskDefinition, 'start-in': startIn, segment, 'start-at': startAt, parts } = values;
  const options: LoadOptions = {
    ...selectionOf(values),
    ...defined({ script, url, compress, service, baseline, against, pairs, price, journal }),
    ...defined({ tasks, taskDefinition, startIn, segment, startAt, parts }),
    ...defined({ onWorse: values['on-worse'] }),
    ...(tolerance.length === 0 ? {} : { tolerance }),
    profile: values.profile ?? '',
    dryRun: values['dry-run'],
  };
  // Elsewhere the workflow is the consent. A load on production is asked for by a word of its own, as `--yes` in the terminal.
  const confirm = (session: Session): Session['confirm'] =>
    values['confirm-protected'] ? session.confirm : async () => Promise.reject(notConfirmed());
  return {
    operation: 'load-test',
    command: 'load-test',
    guards: guardsOf(values, environment),
    githubToken: undefined,
    run: async (session) =>
      (await import('../entry/load/load.ts')).loadAction(options, { ...session, confirm: confirm(session) }),
  };
}

function notConfirmed(): InputError {
  return new InputError(
    'not-confirmed',
    'the environment is protected; no request was sent. Set confirm-protected to true if this load is meant for it',
  );
}

function chaosCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('chaos', CHAOS_INPUTS, environment, others, chaosNeeds);
  const command = values.command ?? 'plan';
  const { service, zone, folder, offline, variables, catalogue } = values;
  const common = { ...selectionOf(values), ...defined({ service }) };
  const experiment = { ...common, ...defined({ zone, catalogue }), experiment: values.experiment ?? '', variables };
  const run = {
    plan: async (session: Session) =>
      (await import('../entry/chaos/plan.ts')).chaosPlanAction({ ...experiment, offline }, session),
    list: async (session: Session) =>
      (await import('../entry/chaos/list.ts')).chaosListAction({ ...common, offline, ...defined({ folder }) }, session),
    run: async (session: Session) =>
      (await import('../entry/chaos/run.ts')).chaosRunAction(
        {
          ...experiment,
          allowIrreversible: values['allow-irreversible'],
          ...defined({ downtimeBudget: values['downtime-budget'] }),
          ...(values.earlier.length === 0 ? {} : { earlier: values.earlier }),
        },
        session,
      ),
    stop: async (session: Session) => (await import('../entry/chaos/run.ts')).chaosStopAction(common, session),
  }[command];
  return { operation: 'chaos', command, guards: guardsOf(values, environment), githubToken: undefined, run };
}

function recoverCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('recover', RECOVER_INPUTS, environment, others, recoverNeeds);
  const { command, config: _, environment: __, region, 'allowed-account-ids': accounts, ...rest } = values;
  const procedure = command ?? 'restart-service';
  const { 'allow-endpoint-override': override, 'report-dir': ___, 'dry-run': dryRun, ...own } = rest;
  return {
    operation: 'recover',
    command: procedure,
    guards: guardsOf({ region, 'allowed-account-ids': accounts, 'allow-endpoint-override': override }, environment),
    githubToken: undefined,
    run: async (session) => {
      const [{ recoverAction }, { recoverOptions }] = await Promise.all([
        import('../entry/recover/recover.ts'),
        import('./recover-calls.ts'),
      ]);
      const options = { ...selectionOf(values), ...recoverOptions(procedure, own), ...(dryRun ? { dryRun } : {}) };
      return recoverAction(procedure, options, session);
    },
  };
}

function scorecardCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('scorecard', SCORECARD_INPUTS, environment, others);
  const { evidence, facts, previous, badge, dora, slo } = values;
  const reads = dora !== undefined && dora !== 'false';
  const options: ScorecardOptions = {
    config: values.config ?? '',
    reportDir: values['report-dir'] ?? '',
    evidence,
    facts,
    slo,
    ...(reads ? { dora: dora === 'true' || dora } : {}),
    ...defined({ environment: values.environment, failOn: values['fail-on'], previous, badge }),
    ...defined({ doraEnvironment: values['dora-environment'], doraWorkflow: values['dora-workflow'] }),
    ...defined({ doraIncidentLabel: values['dora-incident-label'], githubToken: values['github-token'] }),
  };
  return {
    operation: 'scorecard',
    command: 'scorecard',
    guards: guardsOf(values, environment),
    githubToken: undefined,
    run: async (session) => (await import('../entry/scorecard/scorecard.ts')).scorecardAction(options, session),
  };
}

function nightlyCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('nightly', NIGHTLY_INPUTS, environment, others);
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  const options: NightlyOptions = {
    ...selectionOf(values),
    history: values.history,
    dryRun: values['dry-run'],
    ...(GITHUB_RUN_ID === undefined || GITHUB_RUN_ID === ''
      ? {}
      : { run: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}` }),
  };
  return {
    operation: 'nightly',
    command: 'nightly',
    guards: guardsOf(values, environment),
    githubToken: undefined,
    issueToken: values.issue ? (values['github-token'] ?? '') : undefined,
    run: async (session) => (await import('../entry/nightly/nightly.ts')).nightlyAction(options, session),
  };
}

/** Options of other commands stay away: the use case refuses them. */
function manageOptions(command: ManageCommand, values: InputValues<typeof MANAGE_INPUTS>): ManageOptions {
  const { service, all, desired, minimum, maximum, remove, job, container, cpu, memory, variables } = values;
  return {
    ...selectionOf(values),
    ...(service.length === 0 ? {} : { services: service }),
    ...(all ? { all } : {}),
    dryRun: values['dry-run'],
    ...defined({ reason: values.reason, timeoutSeconds: values.timeout }),
    ...defined({ desired, minimum, maximum, job, container, cpu, memory }),
    ...(command === 'schedule' ? { remove } : {}),
    ...(values['task-command'].length === 0 ? {} : { taskCommand: values['task-command'] }),
    ...(variables.length === 0 ? {} : { variables }),
  };
}

function selectionOf(values: {
  readonly config: string | undefined;
  readonly environment: string | undefined;
  readonly 'report-dir': string | undefined;
}) {
  return {
    config: values.config ?? '',
    reportDir: values['report-dir'] ?? '',
    ...defined({ environment: values.environment }),
  };
}

function guardsOf(
  values: {
    readonly region: string | undefined;
    readonly 'allowed-account-ids': readonly string[];
    readonly 'allow-endpoint-override': boolean;
  },
  environment: Environment,
): Guards {
  const found = [
    ['the input region', values.region],
    ['AWS_REGION', environment['AWS_REGION']],
    ['AWS_DEFAULT_REGION', environment['AWS_DEFAULT_REGION']],
  ].find(([, name]) => name !== undefined && name !== '');
  return {
    ...(found === undefined ? {} : { region: { from: found[0] ?? '', name: found[1] ?? '' } }),
    accounts: values['allowed-account-ids'],
    foreignEndpoints: values['allow-endpoint-override'],
  };
}

/** Without the members that are undefined. */
function defined<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
