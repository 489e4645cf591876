/** `surefoot up` under boto3, every request and answer held against AWS's models on its way. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { runProgram } from '../../src/tools/run-program.ts';
import { type Capture, startCapture } from './capture.ts';
import type { Exchange } from './exchange.ts';
import { KNOWN_VIOLATIONS, NOT_SUPPORTED, UNCHECKED_VALUES } from './known-deviations.ts';
import { type Model, modelOf, SERVICES } from './model.ts';
import { type RestCall, readRest, restCall, writeRest } from './rest.ts';
import { faultsOf } from './support/faults.ts';
import { type RunningPlatform, startPlatform } from './support/platform.ts';
import { pythonOrReason } from './support/python.ts';
import { sendRequest } from './support/send.ts';
import { type Rules, walk } from './walker.ts';

const found = await pythonOrReason();
const python = 'python' in found ? found.python : '';
const title =
  'skipped' in found
    ? `boto3 on the rehearsal platform (skipped: ${found.skipped})`
    : 'boto3 on the rehearsal platform';

describe.skipIf('skipped' in found)(title, () => {
  let platform: RunningPlatform;
  let capture: Capture;
  /** The example with a database. */
  let shop: RunningPlatform;
  let shopCapture: Capture;

  beforeAll(async () => {
    [platform, shop] = await Promise.all([
      startPlatform({ name: 'artguard', speed: 60 }),
      startPlatform({ name: 'splurge-art', speed: 60 }),
    ]);
    [capture, shopCapture] = await Promise.all([startCapture(platform.endpoint), startCapture(shop.endpoint)]);
  }, 90_000);

  afterAll(async () => {
    await Promise.all([capture?.close(), shopCapture?.close()]);
    await Promise.all([platform?.stop(), shop?.stop()]);
  });

  const platformOf = (service: string) => (service === 'rds' ? shop : platform);
  const exchanges = () => [...capture.exchanges(), ...shopCapture.exchanges()];

  const runModule = (module: string, on = { endpoint: capture.endpoint, region: platform.region }) =>
    runProgram(python, ['-B', '-m', 'unittest', '-v', module], {
      directory: path.join(import.meta.dirname, 'python'),
      timeoutMs: 170_000,
      environment: {
        ...minimalEnvironment(process.env),
        AWS_ENDPOINT_URL: on.endpoint,
        AWS_ACCESS_KEY_ID: 'AKIDREHEARSAL',
        AWS_SECRET_ACCESS_KEY: 'none',
        AWS_DEFAULT_REGION: on.region,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        NO_PROXY: '127.0.0.1',
        PLATFORM_CLUSTER: 'artguard-cluster-dev',
        PLATFORM_SERVICE: 'artguard-backend-dev',
        PLATFORM_CONTAINER: 'artguard-backend',
        PLATFORM_IMAGE: 'artguard-backend:1.0.0',
        PLATFORM_NEXT_IMAGE: 'artguard-backend:1.1.0',
      },
    });

  it.each([
    'test_ecr_sts',
    'test_elbv2',
    'test_cloudwatch',
    'test_ecs',
    'test_logs',
    'test_autoscaling',
    'test_deployment',
    'test_fis',
    'test_dynamodb',
    'test_secretsmanager',
  ])(
    '%s passes',
    async (module) => {
      const { code, stdout, stderr, timedOut } = await runModule(module);
      expect({ code, timedOut }, `${stdout}\n${stderr}`).toEqual({ code: 0, timedOut: false });
    },
    180_000,
  );

  it('test_rds passes', async () => {
    const on = { endpoint: shopCapture.endpoint, region: shop.region };
    const { code, stdout, stderr, timedOut } = await runModule('test_rds', on);
    expect({ code, timedOut }, `${stdout}\n${stderr}`).toEqual({ code: 0, timedOut: false });
  }, 180_000);

  it('sent and got nothing that AWS would not', () => {
    const violations = [...capture.violations(), ...shopCapture.violations()];
    expect(violations.sort()).toEqual([...KNOWN_VIOLATIONS].sort());
    expect(exchanges().length).toBeGreaterThan(300);
  });

  it('showed every operation of the platform, in success', async () => {
    const shown = new Set(
      exchanges()
        .filter(({ status }) => status === 200)
        .map(nameOf),
    );
    const missing: string[] = [];
    for (const model of SERVICES.map(modelOf)) {
      for (const operation of Object.keys(model.operations)) {
        const name = nameOf({ service: model.service, operation });
        if (!shown.has(name)) {
          const supported = await isSupported(platformOf(model.service).endpoint, model, operation);
          missing.push(...(supported ? [`${name} is supported, but no test shows it`] : [name]));
        }
      }
    }
    expect(missing.sort()).toEqual([...NOT_SUPPORTED].sort());
  });

  it('refuses every request that differs by one fault from one that it accepted', async () => {
    const accepted = new Map(
      exchanges()
        .filter(({ status }) => status === 200)
        .map((exchange) => [nameOf(exchange), exchange]),
    );
    const faulty = await startCapture(platform.endpoint);
    const faultyShop = await startCapture(shop.endpoint);
    try {
      const unchecked: Record<string, string[]> = {};
      for (const [name, exchange] of accepted) {
        const paths = await acceptedFaults((exchange.service === 'rds' ? faultyShop : faulty).endpoint, exchange);
        if (paths.length > 0) {
          unchecked[name] = paths;
        }
      }
      expect(unchecked).toEqual(UNCHECKED_VALUES);
      const refusals = [...faulty.exchanges(), ...faultyShop.exchanges()].filter(({ status }) => status !== 200);
      expect(refusals.flatMap(({ violations }) => violations)).toEqual([]);
      expect(refusals.length).toBeGreaterThan(1000);
    } finally {
      await Promise.all([faulty.close(), faultyShop.close()]);
    }
  }, 120_000);

  it('met no bug of the platform', () => {
    expect(platform.log() + shop.log()).not.toMatch(/has a bug/);
  });
});

/** Kinds of fault that concern a scalar's value or a number of elements; the platform must see all others. */
const VALUES = /^(?:key )?(?:fraction|below|above|too|unknown enum|unfit|milliseconds)/;

/**
 * Sends the request with each single fault there is; gives the places where a wrong value was accepted, sorted. Absent and null are the same
 * to AWS, so null is no fault here.
 * @throws Error when a fault in the structure or a type was accepted
 */
async function acceptedFaults(
  endpoint: string,
  { service, operation, protocol, request }: Exchange,
): Promise<string[]> {
  const model = modelOf(service === 'unknown' ? 'sts' : service);
  const shape = model.operations[operation]?.input?.shape;
  const places = new Set<string>();
  if (shape === undefined || protocol === 'unknown') {
    return [];
  }
  const rules = {
    timestamps: protocol === 'query' ? 'iso' : 'epoch',
    direction: 'request',
    alsoRequired: () => new Set<string>(),
  } as const;
  for (const fault of faultsOf(model, shape, request, rules)) {
    if (fault.kind === 'null' || (protocol === 'query' && !fault.survivesText)) {
      continue;
    }
    if (protocol === 'rest-json' && !isFaultOfRest({ model, operation }, fault.value, rules)) {
      continue;
    }
    const { status } = await sendRequest(endpoint, model, { operation, protocol, input: fault.value });
    if (status === 200) {
      expect(fault.kind, `${service}.${operation} accepted a fault at ${fault.path}`).toMatch(VALUES);
      places.add(`${fault.path.replaceAll(/\[\d+\]/g, '[]')}: ${fault.kind}`);
    }
  }
  return [...places].sort();
}

/** A label or a parameter of the query is text: what it says there may be right again. Without its label a request is for no operation. */
function isFaultOfRest(call: RestCall, input: unknown, rules: Rules): boolean {
  const request = writeRest(call, input);
  if (restCall(request) === undefined) {
    return false;
  }
  const shape = call.model.operations[call.operation]?.input?.shape ?? '';
  return walk(call.model, shape, readRest(call, request), rules).length > 0;
}

function nameOf({ service, operation }: { service: string; operation: string }): string {
  return `${service}.${operation}`;
}

/** Asks with an empty request: what the platform does not have it refuses by name before it looks at the request. */
async function isSupported(endpoint: string, model: Model, operation: string): Promise<boolean> {
  const protocol = (['rest-json', 'json'] as const).find((each) => model.metadata.protocols.includes(each)) ?? 'query';
  const { text } = await sendRequest(endpoint, model, { operation, protocol, input: {} });
  return !text.includes('UnsupportedOperationException');
}
