/**
 * A client for ARC Region switch made of the SDK's parts, as that for FIS is: the npm registry has no `@aws-sdk/client-arc-region-switch`
 * for the versions that are pinned here. The service speaks JSON 1.0 besides CBOR.
 */
import { ECSClient, type ECSClientConfig } from '@aws-sdk/client-ecs';
import { createDefaultUserAgentProvider } from '@aws-sdk/core/client';
import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols';
import { makeBuilder, ServiceException } from '@smithy/core/client';
import { getEndpointPlugin, resolveEndpoint } from '@smithy/core/endpoints';
import { TypeRegistry } from '@smithy/core/schema';
import {
  NAMESPACE,
  type OperationName,
  operationSchema,
  type RegionSwitchInputs,
  type RegionSwitchOutputs,
} from './schemas.ts';

/** What AWS's error codes become; `name` is the code (`IllegalStateException`). */
class RegionSwitchServiceException extends ServiceException {}

const SYNTHETIC = `smithy.ts.sdk.synthetic.${NAMESPACE}`;
const VERSION = '2022-07-26';
const SIGNED_FOR = 'arc-region-switch';

function errorRegistry(): TypeRegistry {
  const registry = new TypeRegistry(SYNTHETIC);
  registry.registerError([-3, SYNTHETIC, 'RegionSwitchServiceException', 0, [], []], RegionSwitchServiceException);
  return registry;
}

const ENDPOINT_PARAMETERS = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
} as const;

type EndpointRules = Parameters<typeof resolveEndpoint>[0];
type EndpointParameters = Parameters<typeof resolveEndpoint>[1]['endpointParams'];
type EndpointProvider = NonNullable<ECSClientConfig['endpointProvider']>;

const regional = (host: string) => ({
  url: `https://${host}.{Region}.{PartitionResult#dualStackDnsSuffix}`,
  properties: {},
  headers: {},
});

/** AWS's own rules for the data plane, which is in every region: those for the control plane are left out. */
const ENDPOINTS = {
  version: '1.0',
  parameters: {
    UseFIPS: { builtIn: 'AWS::UseFIPS', required: true, default: false, type: 'boolean' },
    Endpoint: { builtIn: 'SDK::Endpoint', required: false, type: 'string' },
    Region: { builtIn: 'AWS::Region', required: false, type: 'string' },
  },
  rules: [
    {
      conditions: [{ fn: 'isSet', argv: [{ ref: 'Endpoint' }] }],
      endpoint: { url: { ref: 'Endpoint' }, properties: {}, headers: {} },
      type: 'endpoint',
    },
    {
      conditions: [{ fn: 'aws.partition', argv: [{ ref: 'Region' }], assign: 'PartitionResult' }],
      rules: [
        {
          conditions: [{ fn: 'booleanEquals', argv: [{ ref: 'UseFIPS' }, true] }],
          endpoint: regional('arc-region-switch-fips'),
          type: 'endpoint',
        },
        { conditions: [], endpoint: regional('arc-region-switch'), type: 'endpoint' },
      ],
      type: 'tree',
    },
  ],
};

const endpointProvider: EndpointProvider = (endpointParams, { logger } = {}) =>
  resolveEndpoint(ENDPOINTS as unknown as EndpointRules, {
    endpointParams: endpointParams as EndpointParameters,
    ...(logger ? { logger } : {}),
  });

/** All that makes an SDK client one of this service; nothing of ECS's is left. */
const REGION_SWITCH = {
  serviceId: 'ARC Region switch',
  // Without it requests would be signed for ECS.
  signingName: SIGNED_FOR,
  apiVersion: VERSION,
  protocol: AwsJson1_0Protocol,
  protocolSettings: {
    defaultNamespace: NAMESPACE,
    errorTypeRegistries: [errorRegistry()],
    version: VERSION,
    serviceTarget: 'ArcRegionSwitch',
  },
  endpointProvider,
  httpAuthSchemeProvider: ({ region }) => [
    {
      schemeId: 'aws.auth#sigv4',
      signingProperties: { name: SIGNED_FOR, region },
      propertiesExtractor: (config, context) => ({ signingProperties: { config, context } }),
    },
  ],
  defaultUserAgentProvider: createDefaultUserAgentProvider({ serviceId: 'ARC Region switch', clientVersion: VERSION }),
} satisfies ECSClientConfig & { readonly signingName: string };

const build = makeBuilder(ENDPOINT_PARAMETERS, 'ArcRegionSwitch', 'RegionSwitchClient', getEndpointPlugin);

/** Sends operations by their names. */
export class RegionSwitchClient {
  readonly #carrier: ECSClient;

  constructor(configuration: ECSClientConfig) {
    this.#carrier = new ECSClient({ ...configuration, ...REGION_SWITCH });
  }

  get middlewareStack(): ECSClient['middlewareStack'] {
    return this.#carrier.middlewareStack;
  }

  /** @throws ServiceException with AWS's error code as its name */
  async send<Name extends OperationName>(
    operation: Name,
    input: RegionSwitchInputs[Name],
    options: { readonly abortSignal?: AbortSignal } = {},
  ): Promise<RegionSwitchOutputs[Name]> {
    const Command = build({}, () => [], operation, operationSchema(operation) as StaticOperation);
    const send = this.#carrier.send.bind(this.#carrier) as unknown as Send;
    return send(new Command(input), options) as Promise<RegionSwitchOutputs[Name]>;
  }

  destroy(): void {
    this.#carrier.destroy();
  }
}

type StaticOperation = Parameters<typeof build>[3];
type Send = (command: unknown, options: object) => Promise<unknown>;
