import { ecsApi, PAGES } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const definitions = provenIn('ecs/operations/clusters-and-definitions.test.ts');
const services = provenIn('ecs/operations/services.test.ts');
const refusals = provenIn('ecs/operations/service-refusals.test.ts');
const tags = provenIn('ecs/operations/tasks-and-tags.test.ts');
const scheduler = provenIn('ecs/scheduler.test.ts');
const single = provenIn('ecs/run-task.test.ts');
const retention = provenIn('ecs/retention.test.ts');
const host = provenIn('tasks/task-host.test.ts');

/** Task definitions, tasks and their processes. */
export const TASKS: BehaviourSection = {
  title: 'Task definitions and tasks',
  behaviours: [
    supported(
      'Revisions count up for each family; AWS’s defaults are filled in; `1 vCPU` and `2 GB` become units.',
      ecsApi('RegisterTaskDefinition'),
      definitions('get revisions, AWS’s defaults, and sizes in units'),
    ),
    supported(
      'Fargate has only AWS’s pairs of CPU and memory.',
      ecsApi('RegisterTaskDefinition'),
      provenIn('ecs/fargate-sizes.test.ts')('do not have %d CPU units with %d MiB'),
    ),
    supported(
      'A deregistered revision is INACTIVE: listed apart, and refused for new services.',
      ecsApi('DeregisterTaskDefinition'),
      definitions('that are deregistered are INACTIVE: listed apart, and not for new services'),
    ),
    simplified(
      'A task is a group of real processes, one for each container, with the environment of image and task definition.',
      'no containers: file system, user, limits, volumes and health checks of containers have no effect, and everything shares one machine',
      PAGES.taskLifecycle,
      scheduler(
        'a service reaches its steady state with tasks over both zones, each a real process with its own address',
      ),
    ),
    simplified(
      'What an image runs is said in surefoot.yml; `command` and `entryPoint` of a container definition are given back only.',
      'on AWS they replace the image’s',
      ecsApi('ContainerDefinition'),
    ),
    simplified(
      'Containers are told by HOST and PORT where to listen, beside TASK_ARN, SUREFOOT_REVISION and SUREFOOT_ZONE.',
      'on AWS a container may listen on 0.0.0.0: its network is its own. Here a server must listen on the address it is given',
      PAGES.taskNetworking,
      host('starts a process with the environment it was given and nothing else of ours, and keeps its output'),
    ),
    supported(
      'On its way down a task is DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED.',
      PAGES.taskLifecycle,
      scheduler(
        'StopTask sends SIGTERM at once beside deregistration; one that ignores it is killed after its stopTimeout',
      ),
    ),
    supported(
      'On its way up a task is PROVISIONING, PENDING, ACTIVATING, RUNNING.',
      PAGES.taskLifecycle,
      scheduler(
        'a service reaches its steady state with tasks over both zones, each a real process with its own address',
      ),
    ),
    supported(
      'An essential container that ends takes its task with it, another one does not.',
      ecsApi('ContainerDefinition'),
      scheduler(
        'all containers of a task run; an essential one that ends takes the others with it, another one does not',
      ),
    ),
    supported(
      'SIGTERM, and SIGKILL when the stopTimeout (30 s unless given) is over.',
      ecsApi('ContainerDefinition'),
      scheduler(
        'StopTask sends SIGTERM at once beside deregistration; one that ignores it is killed after its stopTimeout',
      ),
    ),
    simplified(
      'StopTask deregisters a task and sends SIGTERM at the same time; the scheduler waits for the drain before SIGTERM.',
      'AWS’s pages do not agree on the order',
      ecsApi('StopTask'),
      scheduler('scale-in waits for the drain before SIGTERM, and keeps the zones balanced'),
    ),
    simplified(
      'The start of a task takes the image’s start delay, half before PENDING and half in it.',
      'AWS does not publish how its time is spread',
      PAGES.taskLifecycle,
      scheduler('the image’s start delay is waited for, scaled'),
    ),
    supported(
      'All tasks of a revision run the digest that its first task pulled, whatever the tag says later.',
      ecsApi('ContainerDefinition'),
      scheduler('all tasks of a revision run the image that its first task pulled, whatever the tag says meanwhile'),
    ),
    supported(
      'An image that is not there ends a task with CannotPullContainerError.',
      PAGES.taskLifecycle,
      provenIn('ecs/blue-green/stages.test.ts')('an image that cannot be pulled is said as AWS says it'),
    ),
    supported(
      'CPUUtilization and MemoryUtilization are percent of what the tasks reserve, from the real processes.',
      PAGES.ecsMetrics,
      scheduler('CPU and memory come from the real processes, in percent of the reservation'),
      'one point each second, not each minute; on Linux only',
    ),
    simplified(
      'Whatever ends the platform ends every task, also SIGKILL.',
      'nothing of it is left on the machine; AWS’s tasks outlive everybody',
      undefined,
      host('when the control plane is killed with SIGKILL, no task is left'),
    ),
    supported(
      'RunTask starts tasks of no service, up to ten, spread over the zones; each runs until an essential container exits.',
      ecsApi('RunTask'),
      single('ends with its essential container, whose exit code is its own; the other container is stopped'),
    ),
    supported(
      'A command in RunTask’s overrides runs in the image’s directory, with the overrides’ environment; the exit code is the process’s.',
      ecsApi('RunTask'),
      single('runs an override command in the image’s directory to its end, and says how it ended'),
      'it is the whole argument list; on AWS the image’s entry point comes before it',
    ),
    supported(
      'RunTask with a client token that was used gives the same tasks.',
      ecsApi('RunTask'),
      single('is started once by one client token'),
    ),
    simplified(
      'The 1,000 INACTIVE revisions that were deregistered last stay, and those that a task or a service revision uses; numbers count on.',
      'AWS keeps INACTIVE revisions “indefinitely”, a behaviour “subject to change”',
      ecsApi('DeregisterTaskDefinition'),
      retention('are forgotten beyond the last ones, in the order of their deregistration; revisions count on'),
    ),
    simplified(
      'At most 10,000 revisions are ACTIVE, of all families together; one more is refused.',
      'AWS allows 1,000,000 for each family',
      ecsApi('RegisterTaskDefinition'),
      retention('make room for others: the ACTIVE ones have a limit, which says what to do'),
    ),
    notModelled(
      'Limits of CPU and memory.',
      'given back, and what utilisation is measured against; a task that takes more is not ended (no OutOfMemoryError)',
      ecsApi('RegisterTaskDefinition'),
    ),
    notModelled(
      'Secrets, volumes, EFS, container dependencies, ECS Exec, container health checks.',
      'given back without effect; each says why in its operation below',
    ),
    notModelled(
      'EC2 and external instances, network modes other than awsvpc, Windows.',
      'refused by name',
      ecsApi('CreateService'),
      refusals('cannot be created with %s'),
    ),
  ],
};

/** Services and their scheduler. */
export const SCHEDULER: BehaviourSection = {
  title: 'Services and the scheduler',
  behaviours: [
    supported(
      'A service has its desired count of tasks, spread over the zones of its subnets.',
      PAGES.taskPlacement,
      provenIn('ecs/plan/zone-spread.test.ts')('from any start, enough new tasks make the zones differ by at most one'),
    ),
    supported(
      'A task whose process dies is deregistered and replaced.',
      PAGES.services,
      scheduler('a task whose process dies is deregistered and replaced'),
    ),
    supported(
      'An unhealthy task of a steady service is replaced before it is stopped, where maximumPercent leaves room.',
      ecsApi('DeploymentConfiguration'),
      scheduler('a task that turns unhealthy is replaced: the replacement first, then it is stopped'),
    ),
    supported(
      'healthCheckGracePeriodSeconds keeps failing checks from ending a task.',
      ecsApi('CreateService'),
      scheduler('the grace period keeps failing checks from ending a task'),
      'in real time, counted from RUNNING',
    ),
    supported(
      'Without a load balancer a task counts as healthy 40 s after it runs.',
      ecsApi('DeploymentConfiguration'),
      scheduler('without a load balancer a task counts as healthy 40 s (scaled) after it runs'),
    ),
    simplified(
      'A task that keeps failing is started again more and more slowly: two at once, then 5 s doubling up to 27 minutes.',
      'AWS publishes the limit and “gradual increments”, not the steps',
      PAGES.throttleLogic,
      provenIn('ecs/plan/replica-plan.test.ts')('two replacements at once, then doubling up to 27 minutes'),
    ),
    supported(
      'Scale-in keeps the zones balanced and takes tasks that are not healthy first.',
      PAGES.services,
      provenIn('ecs/plan/zone-spread.test.ts')('takes what is not healthy before anything else'),
      'among equals the newest goes, which AWS does not say',
    ),
    supported(
      'Service events have AWS’s words; the newest 100 are kept.',
      PAGES.eventMessages,
      scheduler(
        'a service reaches its steady state with tasks over both zones, each a real process with its own address',
      ),
    ),
    supported(
      'UpdateService starts a deployment for task definition, load balancers, network, platform version or force, and for nothing else.',
      ecsApi('UpdateService'),
      services('are updated without a deployment where AWS starts none, and with one where it does'),
    ),
    supported(
      'CreateService with a token that was used gives the same service.',
      ecsApi('CreateService'),
      services('are created once by one token, described by name or ARN, with tags when asked for'),
    ),
    supported(
      'A service is deleted with force while tasks run; then it is INACTIVE, and its name is free again.',
      ecsApi('DeleteService'),
      services('are deleted: with force while they run, then INACTIVE, and the name is free again'),
    ),
    supported(
      'Input that AWS refuses is refused in its words: containers, ports, subnets, target groups, bake time, hooks.',
      ecsApi('CreateService'),
      refusals('cannot be created with %s'),
    ),
    supported(
      'Clusters, services, tasks and task definitions have up to 50 tags, without the prefix aws:; what is gone has none.',
      ecsApi('TagResource'),
      tags('a resource has at most 50 tags of its own, each key once, none with the prefix aws:'),
    ),
    supported(
      'Stopped tasks can be listed and described; tags propagate to tasks.',
      ecsApi('ListTasks'),
      tags('tasks are listed by service, family and state; tags propagate'),
      'stopped tasks are kept for an hour',
    ),
    simplified(
      'Of each service the 100 deployments that ended last are shown, and what a rollback goes to, but none older than 90 days.',
      'AWS shows 90 days, however many there are',
      PAGES.deploymentHistory,
      retention(
        'are forgotten beyond the newest, with their revisions, except for the last success of the task definition before',
      ),
    ),
    simplified(
      'The 100 services of a cluster, and the 100 clusters, that became INACTIVE last can be described.',
      'AWS purges them too and does not say when',
      ecsApi('DeleteService'),
      retention('services are forgotten in the order in which they ended, and living ones never'),
    ),
    notModelled(
      'Moving tasks between zones later (Availability Zone rebalancing).',
      'the setting is given back; tasks are spread when they start',
      PAGES.zones,
    ),
    notModelled(
      'DAEMON services, the controllers CODE_DEPLOY and EXTERNAL.',
      'refused by name',
      ecsApi('CreateService'),
      refusals('cannot be created with %s'),
    ),
    notModelled(
      'Service Connect, service discovery, VPC Lattice, volumes of services.',
      'refused by name',
      ecsApi('CreateService'),
      refusals('cannot be created with %s'),
    ),
  ],
};
