/**
 * A load for Grafana's k6 operator: a ConfigMap with the script, and a TestRun (`k6.io/v1alpha1`), whose runners make equal parts of it by
 * execution segments. Source: github.com/grafana/k6-operator v1.3.2, `api/v1alpha1/testrun_types.go` and `pkg/resources/jobs`. Pure.
 */
import { stringify } from 'yaml';
import { InputError } from '../../../errors.ts';
import { MOST_SEGMENTS } from '../../../measure/segments/segment.ts';
import type { PlannedLoad } from '../plan.ts';
import { type Exported, requireExportable } from './kind.ts';
import { neededVariables, SCRIPT_FILE, scriptOf } from './script.ts';

export interface OperatorOptions {
  /** How many runners. */
  readonly parallelism: number;
  /** A PersistentVolumeClaim that all runners may write to, for what they counted; undefined: it is not kept. */
  readonly evidenceClaim: string | undefined;
  readonly k6Version: string;
  /** As the user named it, for the command that puts the parts together. */
  readonly profile: string;
}

const MANIFEST_FILE = 'testrun.yaml';
const EVIDENCE_PATH = '/evidence';
/** The user of the image grafana/k6. */
const K6_USER = 12_345;
/** A Job's name has 63 characters, of which the operator's ending takes some. */
const LONGEST_NAME = 40;
const DNS_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
/** k6 2.2.0: 229 MB with 1,100 virtual users; and the samples of thresholds, 217 bytes a request. */
const MB_PER_VIRTUAL_USER = 0.2;
const BYTES_PER_REQUEST = 220;
const MB_AT_LEAST = 128;
/** Until nodes are there and the image is pulled. */
const PATIENCE_SECONDS = 900;

/**
 * The manifests, and what is to be done with them.
 * @param bundle `k6-standalone.js`
 * @throws InputError `not-exportable`, `secret-in-address`, `bad-parallelism` or `bad-claim`
 */
export function forOperator(planned: PlannedLoad, bundle: string, options: OperatorOptions): Exported {
  requireExportable(planned);
  const { parallelism, evidenceClaim } = options;
  if (!Number.isInteger(parallelism) || parallelism < 1 || parallelism > MOST_SEGMENTS) {
    const message = `--parallelism is ${parallelism}: write how many runners make the load, a whole number from 1 to ${MOST_SEGMENTS}`;
    throw new InputError('bad-parallelism', message);
  }
  if (parallelism > planned.plan.arrivals) {
    const message = `--parallelism is ${parallelism}, but the load has ${planned.plan.arrivals} requests: take fewer runners`;
    throw new InputError('bad-parallelism', message);
  }
  if (evidenceClaim !== undefined && !DNS_NAME.test(evidenceClaim)) {
    const message = `--evidence-claim is ${JSON.stringify(evidenceClaim)}: write the name of a PersistentVolumeClaim, such as load-evidence`;
    throw new InputError('bad-claim', message);
  }
  const name = nameOf(planned);
  const script = scriptOf(planned, bundle, { parallelism, systemTags: [], cloud: null });
  const manifests = [configMapOf(name, script), testRunOf(name, planned, options)];
  const text = manifests
    .map((one) => stringify(one, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false }))
    .join('---\n');
  return {
    files: [
      { name: SCRIPT_FILE, text: script },
      { name: MANIFEST_FILE, text },
    ],
    commands: commandsOf(name, planned, options),
    notes: notesOf(planned, options),
  };
}

/** Of the ConfigMap, the TestRun and the Secret. */
function nameOf({ request }: PlannedLoad): string {
  const plain = request.profile.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `surefoot-${plain}`.slice(0, LONGEST_NAME).replace(/-$/, '');
}

const labels = { 'app.kubernetes.io/managed-by': 'surefoot' };

function configMapOf(name: string, script: string): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { [SCRIPT_FILE]: script } };
}

function testRunOf(name: string, planned: PlannedLoad, options: OperatorOptions): object {
  const { parallelism, evidenceClaim, k6Version } = options;
  const image = `grafana/k6:${k6Version}`;
  const pod = {
    image,
    // k6 asks Kubernetes for nothing.
    automountServiceAccountToken: 'false',
    securityContext: { runAsNonRoot: true, runAsUser: K6_USER, runAsGroup: K6_USER, fsGroup: K6_USER },
    containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  const env = [...secretsOf(name, planned), ...(evidenceClaim === undefined ? [] : evidenceVariables())];
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: { name, labels },
    spec: {
      parallelism,
      // Runners on one node would be one machine again.
      separate: parallelism > 1,
      script: { configMap: { name, file: SCRIPT_FILE } },
      arguments: '--no-usage-report',
      // Named here, for it would have the runner's environment otherwise, and put it on a command line.
      initializer: pod,
      runner: {
        ...pod,
        resources: { requests: { cpu: '1', memory: `${memoryOf(planned, parallelism)}Mi` } },
        ...(env.length === 0 ? {} : { env }),
        ...(evidenceClaim === undefined
          ? {}
          : {
              volumes: [{ name: 'evidence', persistentVolumeClaim: { claimName: evidenceClaim } }],
              volumeMounts: [{ name: 'evidence', mountPath: EVIDENCE_PATH }],
            }),
      },
    },
  };
}

/** From a Secret of the cluster: no manifest holds a value. */
function secretsOf(name: string, planned: PlannedLoad): object[] {
  return neededVariables(planned).map((variable) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name, key: variable } },
  }));
}

/** k6's own samples, compressed, in a file of each pod's name. */
function evidenceVariables(): object[] {
  return [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'K6_OUT', value: `json=${EVIDENCE_PATH}/$(POD_NAME).json.gz` },
  ];
}

function memoryOf({ plan }: PlannedLoad, parallelism: number): number {
  const users = (plan.virtualUsers * MB_PER_VIRTUAL_USER) / parallelism;
  const samples = (plan.arrivals * BYTES_PER_REQUEST) / parallelism / 1e6;
  return Math.ceil((MB_AT_LEAST + users + samples) / 64) * 64;
}

function commandsOf(name: string, planned: PlannedLoad, { evidenceClaim }: OperatorOptions): string[] {
  const variables = neededVariables(planned);
  const files = variables.map((variable) => ` --from-file=${variable}=./${variable}`).join('');
  return [
    ...(variables.length === 0 ? [] : [`kubectl create secret generic ${name}${files}`]),
    `kubectl apply -f ${MANIFEST_FILE}`,
    `kubectl wait --for=jsonpath='{.status.stage}'=finished testrun/${name} --timeout=${planned.plan.seconds + PATIENCE_SECONDS}s`,
    `kubectl get jobs -l k6_cr=${name},runner=true`,
    ...(evidenceClaim === undefined ? [] : [`kubectl cp <a pod that mounts ${evidenceClaim}>:${EVIDENCE_PATH} parts`]),
    `kubectl delete -f ${MANIFEST_FILE}`,
  ];
}

function notesOf(planned: PlannedLoad, { parallelism, evidenceClaim, profile }: OperatorOptions): string[] {
  return [
    "written for the k6 operator 1.3.2 and checked against its schema; not executed by this project's tests in a cluster",
    ...(parallelism > 1 ? [`separate: true needs ${parallelism} nodes; with fewer the run never begins`] : []),
    'each runner holds the thresholds against its own part; no runner knows of another, and one that aborts does not stop the others',
    ...(evidenceClaim === undefined
      ? [
          'what the runners counted is gone with their pods: name a claim with --evidence-claim to put the parts together and have them judged',
        ]
      : [
          `${evidenceClaim} must be writable from several nodes (ReadWriteMany) by user ${K6_USER}, and empty: each pod writes one file of about 0.2 KB a request`,
          `to judge the whole: surefoot load --profile ${profile} --environment ${planned.request.environment.name} --parts parts`,
        ]),
  ];
}
