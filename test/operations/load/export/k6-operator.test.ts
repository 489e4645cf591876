/** Manifests for the k6 operator: as its own release has them, and without a secret. */
import type { ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { forOperator, type OperatorOptions } from '../../../../src/operations/load/export/k6-operator.ts';
import { planRun } from '../../../../src/operations/load/plan.ts';
import type { Profile } from '../../../../src/operations/load/profile.ts';
import { profileOf, requestFor } from '../lab.ts';
import { testRunValidator } from './crd.ts';

const BUNDLE = 'export default function () {}\n';
const STEADY = 'start: 40\nstages: [{ duration: 10s, target: 40 }]';
const SECRET = 's-5d41402abc4b2a76b9719d911017c592';
const OPTIONS: OperatorOptions = {
  parallelism: 3,
  evidenceClaim: 'load-evidence',
  k6Version: '2.2.0',
  profile: './evening.yml',
};

interface TestRun {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly parallelism: number;
    readonly separate: boolean;
    readonly script: { readonly configMap: { readonly name: string; readonly file: string } };
    readonly initializer: Readonly<Record<string, unknown>>;
    readonly runner: { readonly env?: readonly { readonly name: string; readonly valueFrom?: unknown }[] };
  };
}

function exported(profile: Profile, options: Partial<OperatorOptions> = {}, url = 'https://shop.example.com') {
  const planned = planRun(requestFor({ url }, profile, { variables: { LOAD_KEY: SECRET, TENANT: 'blue-7' } }));
  return forOperator(planned, BUNDLE, { ...OPTIONS, ...options });
}

function manifestsOf(profile: Profile, options: Partial<OperatorOptions> = {}) {
  const { files } = exported(profile, options);
  const text = files.find(({ name }) => name === 'testrun.yaml')?.text ?? '';
  const [configMap, testRun] = parseAllDocuments(text).map((one) => one.toJS() as unknown);
  return {
    text,
    script: files.find(({ name }) => name === 'script.js')?.text,
    configMap: configMap as { kind: string; metadata: { name: string }; data: Record<string, string> },
    testRun: testRun as TestRun,
  };
}

const headers = 'headers: { Authorization: "Bearer {env:LOAD_KEY}", X-Tenant: "{env:TENANT}/{env:LOAD_KEY}" }';

describe('a load for the k6 operator', () => {
  let isTestRun: ValidateFunction;

  beforeAll(async () => {
    isTestRun = await testRunValidator();
  });

  it.each([
    ['with secrets and a claim', profileOf(`${STEADY}\n${headers}`), {}],
    ['with neither', profileOf(STEADY), { evidenceClaim: undefined }],
    ['of one runner', profileOf(STEADY), { parallelism: 1 }],
  ])('is what the operator takes, %s', (_, profile, options) => {
    const { testRun } = manifestsOf(profile, options);
    expect(isTestRun(testRun), JSON.stringify(isTestRun.errors)).toBe(true);
    expect(testRun.kind).toBe('TestRun');
  });

  it('would not be, with a field that the operator does not know or of another type', () => {
    const { testRun } = manifestsOf(profileOf(STEADY));
    expect(isTestRun({ ...testRun, spec: { ...testRun.spec, paralellism: 3 } })).toBe(false);
    expect(isTestRun({ ...testRun, spec: { ...testRun.spec, parallelism: '3' } })).toBe(false);
    expect(isTestRun({ ...testRun, spec: { ...testRun.spec, script: undefined } })).toBe(false);
  });

  it('runs the script of its ConfigMap, as many times at once as was asked', () => {
    const { testRun, configMap, script } = manifestsOf(profileOf(STEADY));
    expect(testRun.spec).toMatchObject({ parallelism: 3, separate: true });
    expect(testRun.spec.script.configMap).toEqual({ name: configMap.metadata.name, file: 'script.js' });
    expect(configMap.data).toEqual({ 'script.js': script });
    expect(script).toContain(BUNDLE);
  });

  it('has secrets by reference only, and none at all where the operator looks at the script', () => {
    const { text, script, testRun } = manifestsOf(profileOf(`${STEADY}\n${headers}`));
    expect(`${text}${script}`).not.toContain(SECRET);
    expect(`${text}${script}`).not.toContain('blue-7');
    expect(testRun.spec.runner.env?.slice(0, 2)).toEqual([
      { name: 'LOAD_KEY', valueFrom: { secretKeyRef: { name: 'surefoot-test', key: 'LOAD_KEY' } } },
      { name: 'TENANT', valueFrom: { secretKeyRef: { name: 'surefoot-test', key: 'TENANT' } } },
    ]);
    expect(Object.keys(testRun.spec.initializer)).not.toContain('env');
  });

  it('says in order what is to be done', () => {
    const { commands, notes } = exported(profileOf(`${STEADY}\n${headers}`));
    expect(commands.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual([
      ...['kubectl create', 'kubectl apply', 'kubectl wait', 'kubectl get', 'kubectl cp', 'kubectl delete'],
    ]);
    expect(commands[0]).toBe(
      'kubectl create secret generic surefoot-test --from-file=LOAD_KEY=./LOAD_KEY --from-file=TENANT=./TENANT',
    );
    expect(notes.join('\n')).toContain("not executed by this project's tests in a cluster");
    expect(notes.at(-1)).toContain('surefoot load --profile ./evening.yml --environment dev --parts parts');
  });

  it.each([
    ['a probe', `${STEADY}\nprobe: { requestsPerSecond: 5, timeout: 1s }`, 'has a probe beside its load'],
    ['a search for the capacity', `${STEADY}\njudge: capacity\nabort: { window: 10s, burnRate: 10 }`, 'is stopped by'],
  ])('is refused with %s, which needs surefoot beside it', (_, lines, why) => {
    expect(() => exported(profileOf(lines))).toThrow(why);
  });

  it.each([
    [{ parallelism: 0 }, 'a whole number from 1 to 50'],
    [{ parallelism: 51 }, 'a whole number from 1 to 50'],
    [{ parallelism: 1.5 }, 'a whole number from 1 to 50'],
    [{ evidenceClaim: 'Load_Evidence' }, 'write the name of a PersistentVolumeClaim'],
  ])('is refused with %o', (options, why) => {
    expect(() => exported(profileOf(STEADY), options)).toThrow(why);
  });

  it('is refused on the rehearsal platform, which no cluster reaches', () => {
    const planned = planRun(requestFor({ url: 'http://127.0.0.1' }, profileOf(STEADY), { rehearsalSpeed: 20 }));
    expect(() => forOperator(planned, BUNDLE, OPTIONS)).toThrow('is the rehearsal platform of this machine');
  });

  it('is refused with more runners than requests, and with what is secret in its address', () => {
    const two = profileOf('start: 1\nstages: [{ duration: 2s, target: 1 }]');
    expect(() => exported(two)).toThrow('the load has 2 requests');
    const planned = planRun(
      requestFor({ url: 'https://shop.example.com' }, two, { url: 'https://shop.example.com/a?key=1' }),
    );
    expect(() => forOperator(planned, BUNDLE, { ...OPTIONS, parallelism: 1 })).toThrow(
      /has a user, a password or a query/,
    );
  });
});
