/** FIS actions on EC2, ECS, EKS and Lambda (AWS FIS user guide, "AWS FIS Actions reference"). */
import {
  type ActionFact,
  action,
  count,
  duration,
  json,
  listOf,
  number,
  oneOf,
  sources,
  text,
  truth,
  whole,
} from './facts.ts';

const INSTANCES = { Instances: 'aws:ec2:instance' } as const;
const TASKS = { Tasks: 'aws:ecs:task' } as const;
const PODS = { Pods: 'aws:eks:pod' } as const;
const FUNCTIONS = { Functions: 'aws:lambda:function' } as const;

const SHARE = whole(1, 100);

const EC2: readonly ActionFact[] = [
  action('aws:ec2:api-insufficient-instance-capacity-error', {
    on: { Roles: 'aws:iam:role' },
    needs: { duration: duration(), availabilityZoneIdentifiers: listOf(), percentage: SHARE },
    selection: 'arns',
  }),
  action('aws:ec2:asg-insufficient-instance-capacity-error', {
    on: { AutoScalingGroups: 'aws:ec2:autoscaling-group' },
    needs: { duration: duration(), availabilityZoneIdentifiers: listOf() },
    takes: { percentage: SHARE },
    first: ['the Auto Scaling groups use launch templates'],
  }),
  action('aws:ec2:reboot-instances', { on: INSTANCES, reverts: 'no' }),
  action('aws:ec2:send-spot-instance-interruptions', {
    on: { SpotInstances: 'aws:ec2:spot-instance' },
    needs: { durationBeforeInterruption: duration(120, 900) },
    reverts: 'no',
    endsWith: 'durationBeforeInterruption',
  }),
  action('aws:ec2:stop-instances', {
    on: INSTANCES,
    takes: { startInstancesAfterDuration: duration(), completeIfInstancesTerminated: truth },
    reverts: 'with-parameter',
    endsWith: 'startInstancesAfterDuration',
  }),
  action('aws:ec2:terminate-instances', { on: INSTANCES, reverts: 'no' }),
];

const SIDECAR = [
  'a sidecar container with the SSM agent, registered as a managed instance with the tag ECS_TASK_ARN',
  'ECS Exec is off',
];
const FAULT_INJECTION = 'the task definition has enableFaultInjection: true';
const SHARED_PROCESSES = 'the task definition has pidMode: task';
const NETWORK = [...SIDECAR, FAULT_INJECTION, SHARED_PROCESSES, 'the network mode is awsvpc or host'];
const INSTALL = { installDependencies: truth } as const;
const ENDPOINTS = { ...INSTALL, useEcsFaultInjectionEndpoints: truth } as const;

const DELAY = { delayMilliseconds: count, jitterMilliseconds: count } as const;
const FLOWS = { flowsPercent: whole(0, 100), sources } as const;
const PORT = whole(1, 65_535);

const ECS: readonly ActionFact[] = [
  action('aws:ecs:drain-container-instances', {
    on: { Clusters: 'aws:ecs:cluster' },
    needs: { drainagePercentage: SHARE, duration: duration() },
    first: ['the tasks run on EC2 instances, not on Fargate'],
  }),
  action('aws:ecs:stop-task', { on: TASKS, reverts: 'no' }),
  action('aws:ecs:task-cpu-stress', {
    on: TASKS,
    needs: { duration: duration() },
    takes: { percent: whole(0, 100), workers: count, ...INSTALL },
    first: SIDECAR,
  }),
  action('aws:ecs:task-io-stress', {
    on: TASKS,
    needs: { duration: duration() },
    takes: { percent: whole(0, 100), workers: count, ...INSTALL },
    first: SIDECAR,
  }),
  action('aws:ecs:task-kill-process', {
    on: TASKS,
    needs: { processName: text },
    takes: { signal: oneOf('SIGTERM', 'SIGKILL'), ...INSTALL },
    reverts: 'no',
    first: [...SIDECAR, SHARED_PROCESSES],
  }),
  action('aws:ecs:task-network-blackhole-port', {
    on: TASKS,
    needs: { duration: duration(), port: PORT, trafficType: oneOf('ingress', 'egress') },
    takes: { protocol: oneOf('tcp', 'udp'), ...ENDPOINTS },
    first: NETWORK,
  }),
  action('aws:ecs:task-network-latency', {
    on: TASKS,
    needs: { duration: duration() },
    takes: { ...DELAY, ...FLOWS, ...ENDPOINTS },
    first: NETWORK,
  }),
  action('aws:ecs:task-network-packet-loss', {
    on: TASKS,
    needs: { duration: duration() },
    takes: { lossPercent: whole(0, 100), ...FLOWS, ...ENDPOINTS },
    first: NETWORK,
  }),
];

const ACCOUNT = { kubernetesServiceAccount: text } as const;
const POLICY = { fisPodSecurityPolicy: oneOf('privileged', 'baseline', 'restricted') } as const;
/** Of the pod with which FIS hurts the others. */
const FAULT_POD = {
  fisPodContainerImage: text,
  maxErrorsPercent: whole(0, 100),
  fisPodLabels: text,
  fisPodAnnotations: text,
} as const;
const STRESS = { percent: whole(0, 100), workers: count, ...FAULT_POD } as const;
const POD_ACCESS = [
  'a Kubernetes service account with the rights that FIS asks for, and the experiment role in aws-auth or an access entry',
];
const PRIVILEGED = [...POD_ACCESS, 'the namespace allows privileged pods'];

const EKS: readonly ActionFact[] = [
  action('aws:eks:inject-kubernetes-custom-resource', {
    on: { Cluster: 'aws:eks:cluster' },
    needs: {
      kubernetesApiVersion: oneOf('chaos-mesh.org/v1alpha1', 'litmuschaos.io/v1alpha1'),
      kubernetesKind: text,
      kubernetesNamespace: text,
      kubernetesSpec: json,
      maxDuration: duration(),
    },
    reverts: 'depends',
    endsWith: 'maxDuration',
    selection: 'one-arn',
    first: ['Chaos Mesh or Litmus in the cluster'],
  }),
  action('aws:eks:pod-cpu-stress', {
    on: PODS,
    needs: { duration: duration(), ...ACCOUNT },
    takes: { ...STRESS, ...POLICY },
    first: POD_ACCESS,
  }),
  action('aws:eks:pod-delete', {
    on: PODS,
    needs: ACCOUNT,
    takes: { gracePeriodSeconds: count, ...FAULT_POD, ...POLICY },
    reverts: 'no',
    first: POD_ACCESS,
  }),
  action('aws:eks:pod-io-stress', {
    on: PODS,
    needs: { duration: duration(), ...ACCOUNT },
    takes: { ...STRESS, fisPodSecurityPolicy: oneOf('privileged', 'baseline') },
    first: POD_ACCESS,
  }),
  action('aws:eks:pod-memory-stress', {
    on: PODS,
    needs: { duration: duration(), ...ACCOUNT },
    takes: { ...STRESS, ...POLICY },
    first: POD_ACCESS,
  }),
  action('aws:eks:pod-network-blackhole-port', {
    on: PODS,
    needs: {
      duration: duration(),
      protocol: oneOf('tcp', 'udp'),
      trafficType: oneOf('ingress', 'egress'),
      port: PORT,
      ...ACCOUNT,
    },
    takes: FAULT_POD,
    first: PRIVILEGED,
  }),
  action('aws:eks:pod-network-latency', {
    on: PODS,
    needs: { duration: duration(), ...ACCOUNT },
    takes: { interface: listOf(), ...DELAY, ...FLOWS, ...FAULT_POD },
    first: PRIVILEGED,
  }),
  action('aws:eks:pod-network-packet-loss', {
    on: PODS,
    needs: { duration: duration(), ...ACCOUNT },
    takes: { interface: listOf(), lossPercent: whole(0, 100), ...FLOWS, ...FAULT_POD },
    first: PRIVILEGED,
  }),
  action('aws:eks:terminate-nodegroup-instances', {
    on: { Nodegroups: 'aws:eks:nodegroup' },
    needs: { instanceTerminationPercentage: SHARE },
    reverts: 'no',
    first: ['managed node groups'],
  }),
];

const EXTENSION = ['the FIS extension as a layer of the function'];

const LAMBDA: readonly ActionFact[] = [
  action('aws:lambda:invocation-add-delay', {
    on: FUNCTIONS,
    needs: { duration: duration() },
    takes: { invocationPercentage: SHARE, startupDelayMilliseconds: number(0, 900_000) },
    first: EXTENSION,
  }),
  action('aws:lambda:invocation-error', {
    on: FUNCTIONS,
    needs: { duration: duration(), preventExecution: truth },
    takes: { invocationPercentage: SHARE },
    first: EXTENSION,
  }),
  action('aws:lambda:invocation-http-integration-response', {
    on: FUNCTIONS,
    needs: { duration: duration(), contentTypeHeader: text, preventExecution: truth, statusCode: whole(0, 999) },
    takes: { invocationPercentage: SHARE },
    first: EXTENSION,
  }),
];

export const COMPUTE_ACTIONS: readonly ActionFact[] = [...EC2, ...ECS, ...EKS, ...LAMBDA];
