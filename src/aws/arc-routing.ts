/**
 * Routing controls of Amazon Application Recovery Controller (ARC): switches whose state Route 53 health checks follow. Their state is
 * read and set at the five endpoints of a cluster, each in another region, of which any one that answers is enough.
 */
import {
  GetRoutingControlStateCommand,
  type Route53RecoveryClusterClient,
  UpdateRoutingControlStatesCommand,
} from '@aws-sdk/client-route53-recovery-cluster';
import { awsCall } from './errors.ts';

export { Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster';

/** One of a cluster's five. To be kept where they are at hand: the call that lists them is not part of the data plane. */
export interface ClusterEndpoint {
  readonly url: string;
  readonly region: string;
}

export type RoutingState = 'On' | 'Off';

export interface ArcRoutingGateway {
  /** The state of a routing control, from the first endpoint that answers. */
  state(endpoints: readonly ClusterEndpoint[], controlArn: string): Promise<RoutingState>;
  /**
   * Sets several states at once: all of them change, or none. A safety rule may refuse it (`ConflictException`); `overriding` names those
   * rules, by ARN, that may be broken.
   */
  setStates(
    endpoints: readonly ClusterEndpoint[],
    states: Readonly<Record<string, RoutingState>>,
    overriding?: readonly string[],
  ): Promise<void>;
}

/** What an endpoint says that another one would say too: asking on would only hide it. */
const FINAL = new Set([
  'AccessDeniedException',
  'ConflictException',
  'ResourceNotFoundException',
  'ServiceLimitExceededException',
  'ValidationException',
]);

/**
 * The gateway; `clientOf` gives a client for one endpoint, to be kept. Endpoints are asked one after the other, from a random one on, as AWS advises:
 * https://docs.aws.amazon.com/r53recovery/latest/dg/route53-arc-best-practices.regional.html
 */
export function createArcRoutingGateway(
  clientOf: (endpoint: ClusterEndpoint) => Promise<Route53RecoveryClusterClient>,
  signal?: AbortSignal,
): ArcRoutingGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    state: (endpoints, RoutingControlArn) =>
      awsCall('route53-recovery-cluster:GetRoutingControlState', () =>
        atAny(endpoints, signal, async (endpoint) => {
          const client = await clientOf(endpoint);
          const answer = await client.send(new GetRoutingControlStateCommand({ RoutingControlArn }), options);
          if (answer.RoutingControlState === undefined) {
            throw new Error('AWS answered without the state of the routing control');
          }
          return answer.RoutingControlState;
        }),
      ),
    setStates: (endpoints, states, overriding = []) =>
      awsCall('route53-recovery-cluster:UpdateRoutingControlState', () =>
        atAny(endpoints, signal, async (endpoint) => {
          const client = await clientOf(endpoint);
          const UpdateRoutingControlStateEntries = Object.entries(states).map(
            ([RoutingControlArn, RoutingControlState]) => ({ RoutingControlArn, RoutingControlState }),
          );
          await client.send(
            new UpdateRoutingControlStatesCommand({
              UpdateRoutingControlStateEntries,
              ...(overriding.length === 0 ? {} : { SafetyRulesToOverride: [...overriding] }),
            }),
            options,
          );
        }),
      ),
  };
}

/** The first answer, or the last failure when no endpoint gave one. Setting a state that is set already does nothing, so that asking on is safe. */
async function atAny<Answer>(
  endpoints: readonly ClusterEndpoint[],
  signal: AbortSignal | undefined,
  ask: (endpoint: ClusterEndpoint) => Promise<Answer>,
): Promise<Answer> {
  const first = Math.floor(Math.random() * endpoints.length);
  let failure: unknown = new Error('no endpoint of the cluster is known');
  for (const endpoint of [...endpoints.slice(first), ...endpoints.slice(0, first)]) {
    try {
      return await ask(endpoint);
    } catch (error) {
      if (signal?.aborted || (error instanceof Error && FINAL.has(error.name))) {
        throw error;
      }
      failure = error;
    }
  }
  throw failure;
}
