import type { RehearsalSettings } from '../../platform/model/rehearsal.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { SeedContext } from './context.ts';

/** The input of RegisterTaskDefinition for the first revision of the service. */
export function taskDefinitionOf(
  target: ServiceInEnvironment,
  rehearsal: RehearsalSettings,
  { accountId, region, environment }: SeedContext,
): object {
  return {
    family: target.ecsService,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(target.cpu),
    memory: String(target.memory),
    // What AWS FIS asks for before it acts on tasks.
    enableFaultInjection: true,
    pidMode: 'task',
    executionRoleArn: `arn:aws:iam::${accountId}:role/${target.ecsService}-execution`,
    containerDefinitions: [
      {
        name: target.container,
        image: `${accountId}.dkr.ecr.${region}.amazonaws.com/${rehearsal.initialImage}`,
        essential: true,
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        portMappings: [{ containerPort: target.port, protocol: 'tcp' }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': `/ecs/${target.ecsService}`,
            'awslogs-region': region,
            'awslogs-stream-prefix': 'ecs',
          },
        },
      },
    ],
  };
}
