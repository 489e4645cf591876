/** Every input of every action, as data: the one source of action.yml, of the README tables and of what the code reads. */
import type { ManageCommand } from '../../entry/manage/options.ts';
import type { FailOn } from '../../entry/scorecard/options.ts';
import { choice, count, duration, flag, type InputTable, lines, list, text } from './kinds.ts';
import { PROCEDURES, RECOVER_OWN, RECOVER_SHARED } from './recover-inputs.ts';

export const CHAOS_COMMANDS = ['plan', 'run', 'stop', 'list'] as const;
export const DEPLOY_COMMANDS = ['deploy', 'plan', 'rollback', 'status'] as const;

/** Written out, so that reading inputs does not load the operation; a test compares the two. */
export const MANAGE_COMMANDS = [
  'status',
  'pause',
  'resume',
  'restart',
  'scale',
  'schedule',
  'run-task',
] as const satisfies readonly ManageCommand[];

/** What GitHub replaces before the action starts. */
const expression = (text: string) => ['$', `{{ ${text} }}`].join('');

/** What every action on a platform takes. */
const COMMON = {
  config: text('The platform file, from the workspace.', { default: 'surefoot.yml' }),
  environment: text('Which environment of the platform file. May be left out where there is only one.'),
  region: text(
    'The AWS region that you expect. The platform file names the region; another one here, or in AWS_REGION, is refused.',
  ),
  'allowed-account-ids': list(
    'AWS accounts that may be worked on, apart by commas. Credentials of any other account are refused before anything is read.',
    'account numbers of 12 digits',
    /^\d{12}$/,
  ),
  'allow-endpoint-override': flag(
    'Whether requests may go to another machine that AWS_ENDPOINT_URL names. Without it only AWS itself and an endpoint on this machine (a rehearsal platform) are accepted.',
  ),
  'report-dir': text('The folder for evidence and reports, from the workspace.', { default: '.surefoot/reports' }),
  'dry-run': flag('Shows the plan and changes nothing.'),
} as const satisfies InputTable;

export const DEPLOY_INPUTS = {
  command: choice(`What to do: ${DEPLOY_COMMANDS.join(', ')}.`, DEPLOY_COMMANDS, { default: 'deploy' }),
  ...COMMON,
  service: text('Which service of the platform file. May be left out where there is only one.'),
  image: lines(
    "The new image of the service's container; or CONTAINER=IMAGE, one a line. Either this or task-definition is needed to plan and to deploy.",
    { commands: ['deploy', 'plan'] },
  ),
  'task-definition': text('A task definition that exists, FAMILY:REVISION or an ARN, to deploy instead of an image.', {
    commands: ['deploy', 'plan'],
  }),
  'override-error-budget': text(
    'Why it is deployed although an error budget is spent, burns fast or is not known, where surefoot.yml requires one that is left. Kept in the evidence and the summary.',
    { commands: ['deploy', 'plan'] },
  ),
  blocks: text(
    'With CANARY and LINEAR, what is judged: cloudwatch (the default), or k6:FILE, the journal of a load that runs beside.',
    { commands: ['deploy'] },
  ),
  repair: flag('Puts back what a deployment that was cut short left on the service.', { commands: ['status'] }),
  'github-deployment': flag(
    'Whether a GitHub deployment and its statuses are written, so that the environment shows what runs. Needs the permission deployments: write; without it the deployment goes on all the same.',
    { default: 'true', commands: ['deploy', 'rollback'] },
  ),
  'github-token': text('The token that writes the GitHub deployment.', {
    default: expression('github.token'),
    secret: true,
    commands: ['deploy', 'rollback'],
  }),
} as const satisfies InputTable;

export const MANAGE_INPUTS = {
  command: choice(`What to do: ${MANAGE_COMMANDS.join(', ')}.`, MANAGE_COMMANDS, { always: true }),
  ...COMMON,
  service: list(
    'Which services of the platform file, apart by commas. May be left out where there is only one, or with all.',
    'names of services',
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
  ),
  all: flag('Every service of the environment.'),
  reason: text('Why, for the evidence.'),
  timeout: duration(
    'The longest wait for tasks to end, to become healthy, or for a job, like 10m. Each command has its own default.',
  ),
  desired: count('scale: how many tasks are to run.', 0, { commands: ['scale'] }),
  minimum: count('scale: the lower bound of Application Auto Scaling.', 0, { commands: ['scale'] }),
  maximum: count('scale: the upper bound of Application Auto Scaling.', 0, { commands: ['scale'] }),
  remove: flag('schedule: takes the scheduled actions away instead.', { commands: ['schedule'] }),
  job: text('run-task: a job of the service in the platform file, by its name.', { commands: ['run-task'] }),
  'task-command': lines(
    "run-task: what the container runs instead of its own command, or of the job's: the program and each argument on a line of its own.",
    { commands: ['run-task'] },
  ),
  container: text(
    "run-task: whose command is replaced and whose exit code decides. Default: the service's container.",
    {
      commands: ['run-task'],
    },
  ),
  variables: lines('run-task: environment variables of the container, NAME=value, one a line.', {
    commands: ['run-task'],
  }),
  cpu: count('run-task: of the whole task, in Fargate units (1024 = 1 vCPU).', 128, { commands: ['run-task'] }),
  memory: count('run-task: of the whole task, in MiB.', 128, { commands: ['run-task'] }),
} as const satisfies InputTable;

export const GATE_INPUTS = {
  path: text('The folder to scan, from the workspace.', { default: '.' }),
  base: text(
    'What to compare with: a commit, a folder, or none. Targets, waivers and baseline are taken from it, so that a change cannot soften its own gate. HEAD^1 needs a checkout with fetch-depth: 2.',
    { default: 'HEAD^1' },
  ),
  config: COMMON.config,
  environment: COMMON.environment,
  service: text('Which service of the platform file. May be left out where there is only one.'),
  image: lines('Images to scan too, by reference or as an archive, one a line.'),
  'base-image': lines('What the images are compared with, one a line.'),
  'var-file': lines('Terraform variable files, from the scanned folder, one a line.'),
  waivers: text('The file of waivers. Default: .trivyignore.yaml in the scanned folder.'),
  baseline: text('A recorded baseline, for reductions and ages.'),
  'record-baseline': text('Only records what is there now to this file; judges nothing.'),
  history: text('A folder with reports of earlier runs, for ages and the trend.'),
  kev: text("CISA's catalogue of exploited vulnerabilities (JSON)."),
  epss: text("FIRST's scores of likely exploitation (CSV)."),
  offline: flag('Fetches nothing: the vulnerability database stays as it is.'),
  category: text('Keeps SARIF uploads of several gates of one commit apart.'),
  'report-dir': COMMON['report-dir'],
} as const satisfies InputTable;

const ON_WORSE = ['fail', 'report'] as const;

export const LOAD_INPUTS = {
  profile: text(
    'The shape of the load: smoke, average-load, stress, spike, soak, breakpoint, time-of-day, failover, scaling, or the path of a profile of your own (.yml).',
    { always: true },
  ),
  script: text('A k6 script of your own, from the workspace: an arrival is then one call of its default function.'),
  url: text('Where to, instead of the address in the platform file, which must allow its host.'),
  compress: count('Divides every duration of the profile by this whole number, for a look at it.', 1),
  'confirm-protected': flag(
    'Agrees to this load on a protected environment, within the maximum that the platform file sets. Without it such an environment is refused.',
  ),
  baseline: text('Earlier evidence to compare with: a load.json, or a folder of several.'),
  against: text('An address to compare with by running on both in turn; the platform file must allow its host.'),
  pairs: count('How often in turn, with against. Default: 5.', 2),
  tolerance: lines('What may be worse, one a line: errors=0.1%, latency=10%, throughput=5%.'),
  'on-worse': choice('When it is worse beyond the tolerance: fail, or only report. Default: fail.', ON_WORSE),
  price: text('What an hour of a vCPU and of a GB cost, for a profile that watches scaling: 0.04048,0.004445.'),
  journal: text('The file to write who answered to, by the second, for a deployment that is judged by this load.'),
  tasks: count('Makes the load on so many ECS tasks, and puts together what they counted.', 1),
  'task-definition': text('That of the tasks: an image with surefoot and k6, whose command is load-part.'),
  'start-in': text('Until all tasks begin; they must have come up by then. Default: 3m.'),
  segment: text(
    'Makes one of several equal parts of the load in this job, 2/3 being the second of three; judges nothing.',
  ),
  'start-at': text('The moment at which all parts begin, with segment: 2026-01-31T12:00:00Z.'),
  parts: text('Sends nothing: puts the parts in this folder together, and judges the whole.'),
  ...COMMON,
  service: text('Which service of the platform file. May be left out where there is only one.'),
  'dry-run': flag('Shows rates, duration, virtual users and what the run can prove; sends nothing.'),
} as const satisfies InputTable;

export const CHAOS_INPUTS = {
  command: choice(`What to do: ${CHAOS_COMMANDS.join(', ')}.`, CHAOS_COMMANDS, { default: 'plan' }),
  ...COMMON,
  service: text(
    'Which service of the platform file. May be left out where the experiment says it, or where there is only one.',
  ),
  experiment: text('plan, run: a file of experiments, from the workspace, or the name of one that surefoot ships.', {
    commands: ['plan', 'run'],
  }),
  folder: text('list: the folder of experiments, from the workspace. Default: chaos, or what surefoot ships.', {
    commands: ['list'],
  }),
  zone: text("plan, run: the availability zone that is hit. Default: the environment's first.", {
    commands: ['plan', 'run'],
  }),
  variables: lines('plan, run: variables of the experiment, NAME=value, one a line.', { commands: ['plan', 'run'] }),
  catalogue: text(
    'plan, run: a file with what `aws fis list-actions` printed, instead of the actions that surefoot knows.',
    { commands: ['plan', 'run'] },
  ),
  'downtime-budget': text(
    'run: stops the experiment after so much full outage, such as 30s. Default: twice the RTO, or 60s.',
    { commands: ['run'] },
  ),
  earlier: lines(
    'run: folders or files with the evidence of earlier runs, for the mean and median time to recovery, one a line.',
    {
      commands: ['run'],
    },
  ),
  'allow-irreversible': flag('run: allows actions that neither their end nor a stop puts back.', {
    commands: ['run'],
  }),
  offline: flag('plan, list: asks nothing of AWS: targets are estimated from the files, not resolved by a dry run.', {
    commands: ['plan', 'list'],
  }),
} as const satisfies InputTable;

/** Written out, so that reading inputs does not load the operation; a test compares the two. */
export const FAIL_ON = ['nothing', 'missed', 'unknown'] as const satisfies readonly FailOn[];

export const SCORECARD_INPUTS = {
  config: COMMON.config,
  environment: COMMON.environment,
  evidence: lines('Folders or files with evidence of earlier runs, one a line. Default: the folder of reports.'),
  facts: lines('Files with numbers from elsewhere (bills, incidents, alerts) as CSV or JSON, one a line.'),
  'fail-on': choice(
    'When the step fails: nothing (it only tells), missed (a target is), or unknown (strict: a target is missed or unknown).',
    FAIL_ON,
    { default: 'nothing' },
  ),
  previous: text('The scorecard.json of an earlier run, to show what changed its state.'),
  badge: text('The file of a badge (.svg); its JSON for shields.io is put beside it.'),
  slo: flag(
    'Whether the SLOs of the environment are read first, from CloudWatch, Application Signals or PROMETHEUS_URL. Needs AWS credentials; what is not answered is unknown.',
  ),
  dora: text(
    'Measures software delivery first: true for this repository, OWNER/NAME for another on GitHub, or the folder of a clone, whose tags are the releases. Needs to read contents, deployments (or actions, with dora-workflow), pull-requests, and issues for incidents. What is not answered is unknown.',
    { default: 'false' },
  ),
  'dora-environment': text('Which deployments on GitHub count. Default: those of the environment.'),
  'dora-workflow': text('Where no deployments are filed: runs of this workflow, such as deploy.yml, count instead.'),
  'dora-incident-label': text('Incidents are the issues on GitHub with this label. Without it none are known.'),
  'github-token': text('The token that deliveries are read with.', {
    default: expression('github.token'),
    secret: true,
  }),
  region: COMMON.region,
  'allowed-account-ids': COMMON['allowed-account-ids'],
  'allow-endpoint-override': COMMON['allow-endpoint-override'],
  'report-dir': COMMON['report-dir'],
} as const satisfies InputTable;

export const NIGHTLY_INPUTS = {
  ...COMMON,
  history: lines(
    'Folders with the evidence of earlier nights, one a line, for the trend. One that is not there is none.',
  ),
  issue: flag(
    'Whether one issue is opened when a night does not pass, kept up to date, and closed when one passes again. Needs the permission issues: write; without it the night goes on all the same.',
    { default: 'true' },
  ),
  'github-token': text('The token that writes the issue.', { default: expression('github.token'), secret: true }),
} as const satisfies InputTable;

export const RECOVER_INPUTS = {
  command: choice(`Which procedure: ${PROCEDURES.join(', ')}.`, PROCEDURES, { always: true }),
  ...COMMON,
  ...RECOVER_OWN,
  ...RECOVER_SHARED,
} as const satisfies InputTable;

/** The operations by the folder of their action. */
export const OPERATIONS = {
  deploy: DEPLOY_INPUTS,
  'ecs-manage': MANAGE_INPUTS,
  'security-gate': GATE_INPUTS,
  'load-test': LOAD_INPUTS,
  chaos: CHAOS_INPUTS,
  recover: RECOVER_INPUTS,
  scorecard: SCORECARD_INPUTS,
  nightly: NIGHTLY_INPUTS,
} as const;
export type OperationName = keyof typeof OPERATIONS;

export const OPERATION_NAMES = [
  'deploy',
  'ecs-manage',
  'security-gate',
  'load-test',
  'chaos',
  'recover',
  'scorecard',
  'nightly',
] as const satisfies readonly OperationName[];

/** The root action: the inputs of all operations; which of them an operation knows is checked when it is known. */
export const ROOT_INPUTS = {
  operation: choice(`Which operation: ${OPERATION_NAMES.join(', ')}.`, OPERATION_NAMES, { always: true }),
  ...NIGHTLY_INPUTS,
  ...SCORECARD_INPUTS,
  ...RECOVER_OWN,
  ...CHAOS_INPUTS,
  ...LOAD_INPUTS,
  ...GATE_INPUTS,
  ...MANAGE_INPUTS,
  ...DEPLOY_INPUTS,
  profile: text(LOAD_INPUTS.profile.description),
  baseline: text(
    'security-gate: a recorded baseline, for reductions and ages. load-test: earlier evidence to compare with, a load.json or a folder of several.',
  ),
  image: lines(
    "deploy: the new image of the service's container; or CONTAINER=IMAGE, one a line. security-gate: images to scan too, one a line.",
    { commands: ['deploy', 'plan'] },
  ),
  command: text(
    `What to do. deploy: ${DEPLOY_COMMANDS.join(', ')} (default: deploy). ecs-manage: ${MANAGE_COMMANDS.join(', ')}. chaos: ${CHAOS_COMMANDS.join(', ')} (default: plan). recover: ${PROCEDURES.join(', ')}.`,
  ),
  url: text(
    'load-test: where to, instead of the address in the platform file. recover region-failover, region-failback: where requests are sent meanwhile.',
  ),
  offline: flag('security-gate: fetches nothing. chaos: asks nothing of AWS.'),
  variables: lines(
    'run-task: environment variables of the container. chaos plan, run: variables of the experiment. NAME=value, one a line.',
    { commands: ['run-task', 'plan', 'run'] },
  ),
  'github-token': text(
    'The token that writes the GitHub deployment (deploy) or the issue (nightly), or that deliveries are read with (scorecard).',
    { default: expression('github.token'), secret: true, commands: ['deploy', 'rollback'] },
  ),
  service: text(
    'Which service of the platform file; ecs-manage takes several, apart by commas. May be left out where there is only one.',
  ),
} as const satisfies InputTable;
