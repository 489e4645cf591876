/**
 * A client for FIS made of the SDK's parts: its signer, credentials, retries, time-outs, endpoint rules and REST-JSON protocol, with
 * schemas of our own. It replaces `@aws-sdk/client-fis`, whose newest version in the npm registry drops members of requests in silence.
 */

import { ECSClient, type ECSClientConfig } from '@aws-sdk/client-ecs';
import { createDefaultUserAgentProvider } from '@aws-sdk/core/client';
import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { makeBuilder, ServiceException } from '@smithy/core/client';
import { getEndpointPlugin, resolveEndpoint } from '@smithy/core/endpoints';
import { TypeRegistry } from '@smithy/core/schema';
import model from './model.json' with { type: 'json' };
import { FIS_NAMESPACE, type FisOperationName, operationSchema } from './schemas.ts';
import type { FisInputs, FisOutputs } from './types.ts';

/** What AWS's error codes become; `name` is the code (`ConflictException`). */
class FisServiceException extends ServiceException {}

const SYNTHETIC = `smithy.ts.sdk.synthetic.${FIS_NAMESPACE}`;

/** Every error is of the one class: nobody asks for more than its name. */
function errorRegistry(): TypeRegistry {
  const registry = new TypeRegistry(SYNTHETIC);
  registry.registerError([-3, SYNTHETIC, 'FisServiceException', 0, [], []], FisServiceException);
  return registry;
}

const ENDPOINT_PARAMETERS = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
} as const;

const VERSION = '2020-12-01';

/**
 * All that makes an SDK client one of a certain service. The SDK offers no client without a service to be built on; with these, nothing of
 * ECS's is left in one for ECS.
 */
const FIS = {
  serviceId: 'fis',
  // Without it requests would be signed for ECS.
  signingName: 'fis',
  apiVersion: VERSION,
  protocol: AwsRestJsonProtocol,
  protocolSettings: { defaultNamespace: FIS_NAMESPACE, errorTypeRegistries: [errorRegistry()], version: VERSION },
  endpointProvider: endpointsOf(JSON.parse(model.endpoints)),
  httpAuthSchemeProvider: ({ region }) => [
    {
      schemeId: 'aws.auth#sigv4',
      signingProperties: { name: 'fis', region },
      propertiesExtractor: (config, context) => ({ signingProperties: { config, context } }),
    },
  ],
  defaultUserAgentProvider: createDefaultUserAgentProvider({ serviceId: 'fis', clientVersion: VERSION }),
} satisfies ECSClientConfig & { readonly signingName: string };

type EndpointRules = Parameters<typeof resolveEndpoint>[0];
type EndpointParameters = Parameters<typeof resolveEndpoint>[1]['endpointParams'];
type EndpointProvider = NonNullable<ECSClientConfig['endpointProvider']>;

/** AWS's own rules for the service's endpoints: partitions, FIPS, dual stack. */
function endpointsOf(ruleSet: EndpointRules): EndpointProvider {
  return (endpointParams, { logger } = {}) =>
    resolveEndpoint(ruleSet, { endpointParams: endpointParams as EndpointParameters, ...(logger ? { logger } : {}) });
}

const build = makeBuilder(ENDPOINT_PARAMETERS, 'FIS', 'FisClient', getEndpointPlugin);

/** Sends FIS's operations by their names. */
export class FisClient {
  readonly #carrier: ECSClient;

  constructor(configuration: ECSClientConfig) {
    this.#carrier = new ECSClient({ ...configuration, ...FIS });
  }

  get middlewareStack(): ECSClient['middlewareStack'] {
    return this.#carrier.middlewareStack;
  }

  /**
   * One call. A client token that the input lacks is made up, the same for every attempt.
   * @throws ServiceException with AWS's error code as its name
   */
  async send<Name extends FisOperationName>(
    operation: Name,
    input: FisInputs[Name],
    options: { readonly abortSignal?: AbortSignal } = {},
  ): Promise<FisOutputs[Name]> {
    const Command = build({}, () => [], operation, operationSchema(operation) as StaticOperation);
    // The client's type lists ECS's inputs and outputs; what travels is up to the command's schema.
    const send = this.#carrier.send.bind(this.#carrier) as unknown as Send;
    return send(new Command(input), options) as Promise<FisOutputs[Name]>;
  }

  destroy(): void {
    this.#carrier.destroy();
  }
}

type StaticOperation = Parameters<typeof build>[3];
type Send = (command: unknown, options: object) => Promise<unknown>;
