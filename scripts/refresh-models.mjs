/**
 * Cuts the AWS service models and examples of an installed botocore down to the operations of the rehearsal platform, for
 * test/contract, and the constraints on values out of them for the platform itself; and writes the model of surefoot's own FIS client. After moving `tools/python/requirements.txt` to another botocore:
 *
 *     node scripts/refresh-models.mjs "$(PYTHON -c 'import botocore; print(botocore.__path__[0])')"
 *
 * where PYTHON is one that has those requirements. A test compares what is committed with what this gives.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { constraintTable, printTable } from './constraint-table.mjs';
import { fisClientFiles } from './fis-client.mjs';
import { rdsModelFile } from './rds-model.mjs';

/**
 * @typedef {Record<string, unknown>} Json
 * @typedef {{ input?: { shape: string }, output?: { shape: string }, errors?: { shape: string }[] }} Operation
 * @typedef {{ shape: string, location?: string, locationName?: string, [trait: string]: unknown }} Reference
 * @typedef {{ type: string, members?: Record<string, Reference>, member?: Reference, key?: Reference, value?: Reference, [trait: string]: unknown }} Shape
 * @typedef {{ metadata: Json & { protocols?: string[] }, operations: Record<string, Operation>, shapes: Record<string, Shape> }} Model
 */

/** By botocore's name of the service: the operations that the platform has, or that its clients need it to have. */
const OPERATIONS = {
  ecs: [
    ...['CreateCluster', 'DeleteCluster', 'DescribeClusters', 'ListClusters'],
    ...['RegisterTaskDefinition', 'DeregisterTaskDefinition', 'DescribeTaskDefinition'],
    ...['ListTaskDefinitions', 'ListTaskDefinitionFamilies'],
    ...['CreateService', 'UpdateService', 'DeleteService', 'DescribeServices', 'ListServices'],
    ...['RunTask', 'StopTask', 'DescribeTasks', 'ListTasks'],
    ...['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions'],
    ...['StopServiceDeployment', 'ContinueServiceDeployment'],
    ...['TagResource', 'UntagResource', 'ListTagsForResource'],
  ],
  elbv2: [
    ...['CreateLoadBalancer', 'DeleteLoadBalancer', 'DescribeLoadBalancers'],
    ...['DescribeLoadBalancerAttributes', 'ModifyLoadBalancerAttributes'],
    ...['CreateTargetGroup', 'ModifyTargetGroup', 'DeleteTargetGroup', 'DescribeTargetGroups'],
    ...['DescribeTargetGroupAttributes', 'ModifyTargetGroupAttributes'],
    ...['RegisterTargets', 'DeregisterTargets', 'DescribeTargetHealth'],
    ...['CreateListener', 'ModifyListener', 'DeleteListener', 'DescribeListeners'],
    ...['CreateRule', 'ModifyRule', 'DeleteRule', 'DescribeRules', 'SetRulePriorities'],
    ...['AddTags', 'RemoveTags', 'DescribeTags'],
  ],
  cloudwatch: [
    ...['PutMetricData', 'GetMetricData', 'GetMetricStatistics', 'ListMetrics'],
    ...[
      'PutMetricAlarm',
      'PutCompositeAlarm',
      'DescribeAlarms',
      'DescribeAlarmsForMetric',
      'DescribeAlarmHistory',
      'DeleteAlarms',
    ],
    ...['SetAlarmState', 'EnableAlarmActions', 'DisableAlarmActions'],
    ...['TagResource', 'UntagResource', 'ListTagsForResource'],
  ],
  ecr: ['DescribeRepositories', 'DescribeImages', 'ListImages', 'BatchGetImage'],
  sts: ['AssumeRole', 'GetCallerIdentity'],
  fis: [
    ...['CreateExperimentTemplate', 'UpdateExperimentTemplate', 'DeleteExperimentTemplate'],
    ...['GetExperimentTemplate', 'ListExperimentTemplates', 'ListTargetAccountConfigurations'],
    ...['StartExperiment', 'StopExperiment', 'GetExperiment', 'ListExperiments'],
    ...['ListExperimentResolvedTargets', 'ListExperimentTargetAccountConfigurations'],
    ...['ListActions', 'GetAction', 'ListTargetResourceTypes', 'GetTargetResourceType'],
    ...['GetSafetyLever', 'UpdateSafetyLeverState'],
    ...['TagResource', 'UntagResource', 'ListTagsForResource'],
  ],
  logs: ['DescribeLogStreams', 'GetLogEvents'],
  rds: [
    ...['DescribeDBInstances', 'RebootDBInstance', 'PromoteReadReplica', 'DescribeEvents'],
    ...['ListTagsForResource', 'AddTagsToResource', 'RemoveTagsFromResource'],
    ...['ModifyDBInstance', 'DeleteDBInstance', 'CreateDBSnapshot', 'DescribeDBSnapshots', 'DeleteDBSnapshot'],
    ...['DescribeDBInstanceAutomatedBackups', 'RestoreDBInstanceToPointInTime', 'RestoreDBInstanceFromDBSnapshot'],
  ],
  dynamodb: [
    ...['CreateTable', 'DeleteTable', 'DescribeTable', 'ListTables', 'UpdateTable'],
    ...['PutItem', 'GetItem', 'DeleteItem', 'Scan'],
    ...['DescribeContinuousBackups', 'UpdateContinuousBackups', 'RestoreTableToPointInTime', 'ListBackups'],
    ...['DescribeTimeToLive', 'UpdateTimeToLive', 'TagResource', 'ListTagsOfResource'],
  ],
  secretsmanager: [
    ...['CreateSecret', 'DeleteSecret', 'DescribeSecret', 'GetSecretValue', 'ListSecretVersionIds'],
    ...['PutSecretValue', 'UpdateSecretVersionStage'],
  ],
  'application-autoscaling': [
    ...['RegisterScalableTarget', 'DeregisterScalableTarget', 'DescribeScalableTargets'],
    ...['PutScalingPolicy', 'DeleteScalingPolicy', 'DescribeScalingPolicies', 'DescribeScalingActivities'],
    ...['PutScheduledAction', 'DeleteScheduledAction', 'DescribeScheduledActions'],
  ],
};

/** The platform's own name of a service where it is not botocore's. */
const SERVICE_IDS = new Map([['application-autoscaling', 'autoscaling']]);

const KEPT_METADATA = ['apiVersion', 'endpointPrefix', 'jsonVersion', 'protocols', 'targetPrefix', 'xmlNamespace'];
const KEPT_TRAITS = ['type', 'required', 'enum', 'pattern', 'min', 'max', 'union', 'document', 'exception', 'error'];
/** What says nothing about the form of a value on the wire. */
const DROPPED_TRAITS = [
  ...['documentation', 'box', 'sensitive', 'xmlOrder', 'idempotencyToken', 'synthetic', 'fault', 'wrapper'],
  'contextParam',
  'retryable',
  ...['deprecated', 'deprecatedMessage', 'deprecatedSince'],
];

/**
 * The fixtures by file name below `test/contract/fixtures`, as they are to be written.
 * @param {string} botocore the folder of the Python package
 * @returns {Promise<Map<string, string>>}
 */
export async function trimmedModels(botocore) {
  const fixtures = new Map();
  for (const [service, operations] of Object.entries(OPERATIONS)) {
    const versions = path.join(botocore, 'data', service);
    const folder = path.join(versions, (await readdir(versions)).sort().at(-1) ?? '');
    const model = JSON.parse(gunzipSync(await readFile(path.join(folder, 'service-2.json.gz'))).toString('utf8'));
    fixtures.set(`models/${service}.json`, print(trim(model, operations)));
    const { examples } = JSON.parse(await readFile(path.join(folder, 'examples-1.json'), 'utf8'));
    fixtures.set(`examples/${service}.json`, print({ examples: trimExamples(examples, operations) }));
  }
  return fixtures;
}

/**
 * The constraint tables by file name below `src/rehearsal/wire/constraints`, as they are to be written.
 * @param {Map<string, string>} fixtures what `trimmedModels` gives
 * @returns {Map<string, string>}
 */
export function constraintTables(fixtures) {
  const tables = new Map();
  for (const service of Object.keys(OPERATIONS)) {
    const model = JSON.parse(fixtures.get(`models/${service}.json`) ?? '');
    tables.set(`${SERVICE_IDS.get(service) ?? service}.json`, printTable(constraintTable(model)));
  }
  return tables;
}

/**
 * @param {Model} model
 * @param {string[]} names of operations
 */
function trim(model, names) {
  const operations = Object.fromEntries(
    names.map((name) => {
      const operation = model.operations[name];
      if (operation === undefined) {
        throw new Error(`botocore has no operation ${name} any more`);
      }
      const http = model.metadata.protocols?.includes('rest-json') ? ['http'] : [];
      return [name, pick(operation, [...http, 'input', 'output', 'errors'])];
    }),
  );
  /** @type {Map<string, Json>} */
  const shapes = new Map();
  for (const operation of Object.values(operations)) {
    for (const { shape } of [operation.input, operation.output, ...(operation.errors ?? [])].filter(isReference)) {
      addShape(model, shape, shapes);
    }
  }
  return {
    metadata: pick(model.metadata, KEPT_METADATA),
    operations,
    shapes: Object.fromEntries([...shapes].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/**
 * @param {Reference | { shape: string } | undefined} reference
 * @returns {reference is Reference}
 */
function isReference(reference) {
  return reference !== undefined;
}

/**
 * Adds a shape and all that it refers to.
 * @param {Model} model
 * @param {string} name
 * @param {Map<string, Json>} shapes
 */
function addShape(model, name, shapes) {
  const shape = model.shapes[name];
  if (shape === undefined || shapes.has(name)) {
    return;
  }
  const { members, member, key, value, ...traits } = shape;
  refuseUnknown(name, traits);
  /** @type {Json} */
  const kept = pick(traits, KEPT_TRAITS);
  shapes.set(name, kept);
  const bare = (/** @type {Reference} */ reference) => bareReference(name, reference);
  if (members !== undefined) {
    kept['members'] = Object.fromEntries(Object.entries(members).map(([member, to]) => [member, bare(to)]));
  }
  for (const [role, reference] of Object.entries({ member, key, value })) {
    if (reference !== undefined) {
      // What a list's elements are called in XML and forms, where it is not `member`.
      const { locationName } = role === 'member' ? reference : {};
      kept[role] = { ...bare(reference), ...(locationName === undefined ? {} : { locationName }) };
    }
  }
  for (const reference of [...Object.values(members ?? {}), member, key, value].filter(isReference)) {
    addShape(model, reference.shape, shapes);
  }
}

/**
 * @param {string} owner
 * @param {Reference} reference
 */
function bareReference(owner, { shape, location, locationName, ...traits }) {
  refuseUnknown(owner, traits);
  return { shape, ...(location === undefined ? {} : { location, locationName }) };
}

/**
 * A trait that nobody has read may change the wire form; the walker would then judge wrongly.
 * @param {string} owner
 * @param {Json} traits
 */
function refuseUnknown(owner, traits) {
  const unknown = Object.keys(traits).filter((trait) => ![...KEPT_TRAITS, ...DROPPED_TRAITS].includes(trait));
  if (unknown.length > 0) {
    throw new Error(`${owner} has traits that the walker does not know: ${unknown.join(', ')}`);
  }
}

/**
 * @param {Record<string, { input?: unknown, output?: unknown }[]>} examples
 * @param {string[]} names of operations
 */
function trimExamples(examples, names) {
  return Object.fromEntries(
    names.flatMap((name) => {
      const samples = examples[name];
      return samples === undefined ? [] : [[name, samples.map((sample) => pick(sample, ['input', 'output']))]];
    }),
  );
}

/**
 * @template {object} T
 * @param {T} object
 * @param {string[]} keys
 * @returns {T}
 */
function pick(object, keys) {
  return /** @type {T} */ (Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key))));
}

/**
 * One line for each operation and shape: short, and a change of one shape is a change of one line.
 * @param {object} fixture
 */
function print(fixture) {
  const sections = Object.entries(fixture).map(([name, section]) => {
    const lines = Object.entries(section).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    return `${JSON.stringify(name)}:{\n${lines.join(',\n')}\n}`;
  });
  return `{\n${sections.join(',\n')}\n}\n`;
}

const [script, botocore] = process.argv.slice(1);
if (script === fileURLToPath(import.meta.url)) {
  if (botocore === undefined) {
    console.error('usage: refresh-models.mjs BOTOCORE_FOLDER');
    process.exit(2);
  }
  const root = path.join(path.dirname(script), '..');
  const fixtures = await trimmedModels(botocore);
  const folders = new Map([
    ['test/contract/fixtures', fixtures],
    ['src/rehearsal/wire/constraints', constraintTables(fixtures)],
    ['src/aws/fis', await fisClientFiles(botocore)],
    ['src/rehearsal/rds', await rdsModelFile(botocore, OPERATIONS.rds)],
  ]);
  for (const [folder, files] of folders) {
    for (const [name, text] of files) {
      const file = path.join(root, folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
      console.log(`${folder}/${name}: ${Math.ceil(text.length / 1024)} KiB`);
    }
  }
}
