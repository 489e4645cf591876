import { fisApi, PAGES } from '../aws-pages.ts';
import { type Behaviour, type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const experiments = provenIn('fis/experiments.test.ts');
const templates = provenIn('fis/templates.test.ts');
const targets = provenIn('fis/targets.test.ts');
const ecs = provenIn('fis/ecs.test.ts');
const inZones = provenIn('fis/actions/zones.test.ts');
const onNetwork = provenIn('fis/actions/network.test.ts');
const onProcesses = provenIn('fis/actions/processes-and-services.test.ts');
const apiErrors = provenIn('fis/api-errors.test.ts');
const network = provenIn('balancer/network.test.ts');
const zoneRelay = provenIn('zone-relay/zone-relay.test.ts');
const stopConditions = provenIn('fis/stop-conditions.test.ts');

const FAULTS: readonly Behaviour[] = [
  simplified(
    'aws:fis:inject-api-throttle-error, -internal-error and -unavailable-error answer calls of a role with ThrottlingException (400), InternalFailure (500) or ServiceUnavailable (503), surefoot’s own calls among them.',
    'AWS has them for ec2 and kinesis, which the platform has not; the platform has them for its own services, by IAM’s prefixes (ecs, elasticloadbalancing), which AWS, and so `surefoot chaos`, refuses in an experiment. The percentage is kept evenly instead of by chance, and codes are those that services have in common',
    PAGES.fisActions,
    apiErrors('are retried: a deployment, a pause and a resumption go through'),
  ),
  simplified(
    'Errors are for the roles targeted alone: a caller’s role is that of its access key, by STS.',
    'a role of the account is there as soon as it is named; none has tags',
    PAGES.fisTargets,
    apiErrors('are not for a client of another role, by boto3'),
  ),
  simplified(
    'aws:network:disrupt-connectivity makes the subnets’ zones dark: health checks of their tasks time out, requests over open connections end with 504 at the idle timeout, new connections at 10 s, and nodes of databases there die until it ends.',
    'scopes all, availability-zone and vpc are one, as the load balancer stands outside of all zones; other scopes fail the action. On AWS the network of a database is cut, not its power, and most tasks that ECS starts there meanwhile cannot pull their image; here they start and cannot be reached. Endpoints of databases in the same zone are no exception',
    PAGES.fisActions,
    inZones('makes a zone dark for tasks and databases for its duration, and all is well afterwards'),
  ),
  simplified(
    'What tasks of a dark zone send to databases, and get from them, is held until it is lit again, and then goes on.',
    'simulated by a relay in each zone, as stalls at TCP’s retransmissions; a network ACL drops packets too, so nothing is refused. The relay has accepted a connection before it stands, so a client waits for an answer instead of the connection',
    PAGES.fisActions,
    zoneRelay('holds what its tasks send and get, on open connections too; tasks of other zones go on'),
  ),
  simplified(
    'Requests in flight to a dark zone are held, and go on at TCP’s next retransmission when it is lit again.',
    'retransmissions are at 0.2 s, 0.6 s, 1.4 s and so on, for connections at 1 s, 3 s, 7 s; request bodies that are being sent are not held',
    undefined,
    network('waits for its next retransmission when the fault is over'),
  ),
  simplified(
    'aws:ecs:task-network-latency delays what tasks send to the load balancer and to databases, and the making of connections, by delay and jitter.',
    'between the load balancer, tasks and databases of the same region only; a response’s start is one segment; towards the load balancer flowsPercent is drawn for each of a request’s segments, towards databases once for each connection; sources other than ALL fail the action; jitter is even',
    PAGES.fisActions,
    onNetwork('delay what the tasks send until they are stopped'),
  ),
  simplified(
    'A task’s queries are late by a delay on the task, those on a new connection twice; other tasks’ are not.',
    'each task has a port of its own at the relay of its zone, by which it is known: DATABASE_URL has that address instead of the database’s. Pieces arrive in order, and a megabyte at most is on the way',
    PAGES.fisActions,
    zoneRelay(
      'of 200 ms makes a query on an open connection take at least that, a connection as much again, and is for its task alone',
    ),
  ),
  simplified(
    'aws:ecs:task-network-packet-loss loses segments that tasks send to the load balancer and to databases; TCP sends them again.',
    'simulated as stalls of 200 ms, 400 ms and so on (connections: 1 s, 2 s), with a response, or a piece of up to 64 KiB on the way to a database, as one segment and no fast retransmission; sources other than ALL fail the action',
    PAGES.fisActions,
    network('that is lost twice stalls for 200 and 400 ms, a handshake for 1 and 2 s'),
  ),
  simplified(
    'aws:ecs:task-network-blackhole-port with ingress and tcp keeps everything from the port of the tasks.',
    'for what the load balancer sends; udp fails the action',
    PAGES.fisActions,
    onNetwork('block a port, so that nothing reaches the task and its checks time out; another port changes nothing'),
  ),
  simplified(
    'aws:ecs:task-network-blackhole-port with egress and tcp loses what the tasks send to the databases with that port, which hangs.',
    'a port that no database of the platform has fails the action; connections are accepted by the relay, and hang after that',
    PAGES.fisActions,
    onNetwork('block the database’s port for tasks of one zone, which alone take no orders until it is over'),
  ),
  simplified(
    'aws:ecs:task-cpu-stress leaves the tasks’ processes the share of the time that a stressor of that percentage would, at least half.',
    'simulated: the processes stand still for a part of every 20 ms, and no stressor burns the rest, so CPUUtilization does not rise; workers has no effect',
    PAGES.fisActions,
    onProcesses('take CPU time from them, and give it back'),
  ),
  simplified(
    'aws:ecs:task-io-stress has a process beside each container write to the same disk, and wait for it, block after block.',
    'bounded: percent is of 20 MiB instead of the free space, at most 4 workers, at most 32 MiB/s and 1 GiB for each over the duration; no cache is dropped and nothing is mapped into memory; installDependencies has no effect',
    PAGES.fisActions,
    onProcesses('write to their disk beside them, and no more once it is stopped'),
  ),
  simplified(
    'aws:ecs:task-kill-process signals the real processes of that name.',
    'the name is that of the program in the command line; a task without such a process fails the action',
    PAGES.fisActions,
    onProcesses('kill those of a name, so that the service replaces the task'),
  ),
  simplified(
    'Actions on tasks fail unless the tasks have what AWS asks for: enableFaultInjection and useEcsFaultInjectionEndpoints, pidMode task, no ECS Exec.',
    'the amazon-ssm-agent sidecar is not asked for, and the words are ours; the platform’s own service is registered with enableFaultInjection and pidMode task',
    PAGES.fisActions,
    onNetwork('fail %s'),
  ),
  simplified(
    'aws:arc:start-zonal-autoshift has the load balancer send nothing to targets of the zone, as long as there are others.',
    'every load balancer has zonal autoshift; zones by name only; ASG, NLB and EKS fail the action; DescribeTargetHealth does not show the shift',
    PAGES.fisActions,
    inZones('together with a zonal shift is not felt; both end when the experiment is stopped'),
  ),
  supported(
    'aws:rds:reboot-db-instances calls RDS’s RebootDBInstance, with forceFailover into the standby’s zone.',
    PAGES.fisActions,
    onProcesses('reboot a database into the zone of its standby'),
  ),
  simplified(
    'aws:ecs:drain-container-instances fails, since the cluster runs on Fargate.',
    'the words are ours',
    PAGES.fisActions,
    onProcesses('cannot drain instances, which a cluster on Fargate has not'),
  ),
];

export const FIS: BehaviourSection = {
  title: 'AWS FIS',
  behaviours: [
    supported(
      'An experiment goes from pending over initiating and running to completed; each action has states and times of its own.',
      PAGES.experiments,
      experiments('goes from pending over initiating and running to completed, with its times'),
    ),
    supported(
      'Targets are resolved once, at the start; what appears later is not hit.',
      PAGES.fisTargets,
      experiments('injects the fault into what its targets resolved to, once, at the start'),
    ),
    supported(
      'An action begins when all actions in its startAfter have ended, their durations included; the others begin together.',
      PAGES.fisActions,
      experiments('starts an action when all that it starts after have ended, and the others at once'),
    ),
    supported(
      'With actionsMode skip-all targets are resolved and listed, every action is skipped, and nothing is injected.',
      PAGES.targetPreview,
      experiments('resolves the targets, skips every action and injects nothing'),
    ),
    supported(
      'A target that nothing fits fails the experiment, or with emptyTargetResolutionMode skip skips its actions.',
      PAGES.fisOptions,
      experiments('skip their actions with the mode skip, and what comes after them goes on'),
    ),
    supported(
      'A target by ARN that does not exist, and a percentage that makes none, fail the experiment in any mode.',
      PAGES.fisOptions,
      experiments('fail also with the mode skip: %s'),
      'AWS documents it for ARNs of which none exists; here one that is missing is enough',
    ),
    supported(
      'StopExperiment stops the actions that run and cancels those that have not begun.',
      fisApi('StopExperiment'),
      experiments('StopExperiment stops what runs and cancels what has not begun'),
    ),
    supported(
      'An action that fails ends the experiment as failed, with FIS’s error code and the place.',
      PAGES.fisErrors,
      experiments('an action that fails ends the others, with the reason and its code'),
    ),
    supported(
      'The safety lever, engaged, stops experiments that run and cancels those that are started.',
      PAGES.safetyLever,
      experiments('stops what runs, is engaged when that has ended, and cancels what is started'),
    ),
    supported(
      'An alarm of a stop condition that goes into ALARM stops the experiment, with the reason “Experiment halted by stop condition”.',
      PAGES.stopConditions,
      stopConditions('stops the experiment when its metric brings it into ALARM'),
    ),
    simplified(
      'An alarm of a stop condition that is in ALARM already stops the experiment before its actions; a dry run goes on.',
      'AWS does not say what happens then',
      PAGES.stopConditions,
      stopConditions('that is in ALARM already stops the experiment at once; a dry run goes on'),
    ),
    supported(
      'Targets are chosen by ARNs, by all of their tags, by every filter, and by the parameters of their type.',
      PAGES.fisTargets,
      targets('are found by %s'),
    ),
    supported(
      'ALL, COUNT(n) and PERCENT(n) choose at random; a percentage is rounded down.',
      PAGES.fisTargets,
      targets('is all, a number, or a percentage rounded down'),
    ),
    supported(
      'aws:ecs:stop-task ends real processes through ECS’s StopTask, and their service replaces them.',
      PAGES.fisActions,
      ecs('ends the processes of the tasks chosen, and no other; the service replaces them'),
    ),
    supported(
      'Templates with unknown actions, parameters, targets or types, durations out of range, or a circle in startAfter are refused.',
      fisApi('CreateExperimentTemplate'),
      templates('for %s'),
      'of AWS’s texts only the one on an unexpected target is known; the others say the same in other words',
    ),
    supported(
      'Quotas hold: 500 templates, 5 active experiments, 20 actions, 10 of them in parallel, 5 stop conditions, and resources by action.',
      PAGES.fisQuotas,
      templates('by quota for %s'),
    ),
    supported(
      'A client token makes one template or one experiment, however often it is sent.',
      fisApi('StartExperiment'),
      experiments('a client token starts one experiment, and is refused for another'),
      'AWS names no time after which a token may be used again; here it is remembered for 2000 later ones',
    ),
    ...FAULTS,
    simplified(
      'Durations of actions are divided by the speed.',
      'AWS has one speed',
      PAGES.fisActions,
      experiments('goes from pending over initiating and running to completed, with its times'),
    ),
    simplified(
      'The catalogue has all actions and target types of AWS, as of a day.',
      'descriptions are not AWS’s, and every Region has the same',
      fisApi('ListActions'),
      templates('for %s'),
    ),
    simplified(
      'Tasks, clusters, subnets, load balancers (for zonal shifts), database instances and IAM roles can be targets.',
      'an experiment with targets of another type cannot be started',
      PAGES.fisTargets,
      experiments('keep an experiment from being started with %s'),
    ),
    simplified(
      'Subnets and load balancers have the tag surefoot:chaos=zone-loss from the start.',
      'on AWS one tags them oneself',
      PAGES.fisTargets,
    ),
    simplified(
      'An experiment whose faults the platform does not inject can be started with skip-all only.',
      'AWS injects them',
      PAGES.fisActions,
      experiments('may have actions whose faults the platform lacks, which cannot be run'),
    ),
    notModelled(
      'Latency and loss between tasks and other services, and between a standby region’s tasks and its replica.',
      'faults on the network of tasks are between them and the load balancer and the databases of their region',
      PAGES.fisActions,
    ),
    notModelled('Experiment logs and reports.', 'their configuration is kept and given back', PAGES.fisReport),
    notModelled(
      'Experiments across accounts.',
      'refused; the lists of target accounts are empty',
      fisApi('CreateTargetAccountConfiguration'),
      templates('for several accounts, which the platform does not have'),
    ),
    simplified(
      'A role named without-permissions fails every action with AuthorizationFailure; its dry runs go on.',
      'the words are ours. There is no IAM: any other role may do everything, whether it exists or not, and no trust policy is looked at',
      PAGES.fisErrors,
      experiments(
        'an action of a role named without-permissions fails before it begins, with AuthorizationFailure; its dry run is allowed',
      ),
    ),
  ],
};
