/** moto's server with one service on it. */
import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { startMotoServer } from '../../contract/support/moto-server.ts';

const CLUSTER = 'managed-dev';
const SERVICE = 'web-dev';

const RESOURCE = {
  ServiceNamespace: 'ecs',
  ResourceId: `service/${CLUSTER}/${SERVICE}`,
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

export interface Moto {
  /** For `AWS_ENDPOINT_URL`: passes everything on, and answers the one call that moto has not. */
  readonly endpoint: string;
  snapshot(): Promise<object>;
  scheduledActions(): Promise<unknown[]>;
  stop(): Promise<void>;
}

/** Starts moto with the service at 3 tasks, bounds of 1 to 5, and scaling out suspended. */
export async function startMoto(python: string): Promise<Moto> {
  const server = await startMotoServer(python);
  const configuration = {
    region: 'eu-central-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
  };
  const ecs = new ECSClient(configuration);
  const scaling = new ApplicationAutoScalingClient(configuration);
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'web', image: 'web:1' }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({ cluster: CLUSTER, serviceName: SERVICE, taskDefinition: 'web:1', desiredCount: 3 }),
  );
  await scaling.send(
    new RegisterScalableTargetCommand({
      ...RESOURCE,
      MinCapacity: 1,
      MaxCapacity: 5,
      // moto gives back only what it was given; AWS says all three.
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: true,
        ScheduledScalingSuspended: false,
      },
    }),
  );
  const gate = await startGate(Number(new URL(server.endpoint).port));
  return {
    endpoint: gate.endpoint,
    async snapshot() {
      const { services = [] } = await ecs.send(
        new DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE], include: ['TAGS'] }),
      );
      const { ScalableTargets = [] } = await scaling.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [RESOURCE.ResourceId] }),
      );
      const [target] = ScalableTargets;
      return {
        desired: services[0]?.desiredCount,
        tags: (services[0]?.tags ?? []).map(({ key }) => key),
        bounds: [target?.MinCapacity, target?.MaxCapacity],
        suspended: target?.SuspendedState,
      };
    },
    async scheduledActions() {
      const { ScheduledActions = [] } = await scaling.send(new DescribeScheduledActionsCommand({ ...RESOURCE }));
      return ScheduledActions.map(({ ScheduledActionName, Schedule, Timezone, ScalableTargetAction }) => [
        ScheduledActionName,
        Schedule,
        Timezone,
        ScalableTargetAction,
      ]);
    },
    async stop() {
      await gate.close();
      ecs.destroy();
      scaling.destroy();
      await server.stop();
    },
  };
}

/** moto has no service deployments at all ("The list_service_deployments action has not been implemented"), so none is under way. */
async function startGate(port: number): Promise<{ readonly endpoint: string; close(): Promise<unknown> }> {
  const gate = createServer((incoming, outgoing) => {
    if (String(incoming.headers['x-amz-target']).endsWith('.ListServiceDeployments')) {
      incoming.resume();
      outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"serviceDeployments":[]}');
      return;
    }
    const { method, url, headers } = incoming;
    const passed = send({ host: '127.0.0.1', port, method, path: url, headers }, (answer: IncomingMessage) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.once('error', (error) => outgoing.writeHead(502).end(String(error)));
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
    close: () => {
      gate.closeAllConnections();
      return new Promise((resolve) => gate.close(resolve));
    },
  };
}
