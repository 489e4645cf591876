/** The schema of the k6 operator's TestRun, as the operator's own release has it: from the Go module cache, which go fills and checks. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { runProgram } from '../../../../src/tools/run-program.ts';

const MODULE = 'github.com/grafana/k6-operator@v1.3.2';
/** By go's checksum database; whatever else may come is not this release. */
const SUM = 'h1:j1Uf1qYi8HAR1gn/cAXXdzgGFZ/Def1elyuAk3pGNE8=';
const DOWNLOAD_MS = 120_000;

/** Says what is wrong with a TestRun; unknown fields are wrong too, which a cluster would take out without a word. */
export async function testRunValidator(): Promise<ValidateFunction> {
  const file = path.join(await moduleFolder(), 'config/crd/bases/k6.io_testruns.yaml');
  const crd = parse(await readFile(file, 'utf8')) as Crd;
  const version = crd.spec.versions.find(({ name }) => name === 'v1alpha1');
  if (version === undefined) {
    throw new Error(`${file} has no version v1alpha1`);
  }
  // Kubernetes' own formats and keywords (int32, x-kubernetes-…) are none of JSON Schema.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  return ajv.compile(closed(version.schema.openAPIV3Schema));
}

interface Crd {
  readonly spec: {
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

type Schema = Readonly<Record<string, unknown>>;

async function moduleFolder(): Promise<string> {
  // Outside of any module, and with all that go reads of its own.
  const environment = { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' } as Record<string, string>;
  const { code, stdout, stderr } = await runProgram('go', ['mod', 'download', '-json', MODULE], {
    environment,
    timeoutMs: DOWNLOAD_MS,
    directory: tmpdir(),
  });
  const answer = code === 0 ? (JSON.parse(stdout) as { Dir: string; Sum: string }) : undefined;
  if (answer === undefined || answer.Sum !== SUM) {
    const why = answer === undefined ? stderr || stdout : `its sum is ${answer.Sum}, not ${SUM}`;
    throw new Error(
      `the schema of TestRun cannot be had: \`go mod download ${MODULE}\` failed. It needs go and its proxy (GOPROXY). ${why}`,
    );
  }
  return answer.Dir;
}

/** The schema without room for what it does not name. */
function closed(schema: unknown): Schema {
  return deep(schema) as Schema;
}

function deep(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(deep);
  }
  if (typeof node !== 'object' || node === null) {
    return node;
  }
  const entries = Object.entries(node).map(([key, value]) => [key, deep(value)] as const);
  const isOpen = 'additionalProperties' in node || 'x-kubernetes-preserve-unknown-fields' in node;
  const isObject = 'properties' in node && 'type' in node && node.type === 'object';
  return { ...Object.fromEntries(entries), ...(isObject && !isOpen ? { additionalProperties: false } : {}) };
}
