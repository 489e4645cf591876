/** ECS and Application Auto Scaling as far as a pause meets them, in memory and by AWS's documented rules; any call may be the last of a run. */
import type { Service, Task } from '@aws-sdk/client-ecs';
import type { ScalableTarget } from '../../../src/aws/application-auto-scaling.ts';
import type { AwsGateways } from '../../../src/aws/gateways.ts';
import type { ManageRequest } from '../../../src/operations/manage/request.ts';
import type { Ports } from '../../../src/operations/ports.ts';
import { parsePlatform } from '../../../src/platform/parse.ts';
import { resolveService } from '../../../src/platform/select.ts';

export class Death extends Error {}

/** At which changing call of a run it dies, counted from 1, and on which side of it; and at which a scheduled action fires just before. */
export interface Fate {
  readonly dies?: { readonly call: number; readonly when: 'before' | 'after' };
  readonly fires?: { readonly call: number; readonly minimum: number; readonly maximum: number };
}

export interface State {
  readonly desired: number;
  readonly scaling: ScalableTarget | undefined;
}

export class Model {
  desired: number;
  scaling: ScalableTarget | undefined;
  readonly tags = new Map<string, string>();
  /** What a service that nobody had ever paused would be like: changed by scheduled actions that are not suspended. */
  truth: State;
  #fate: Fate = {};
  #calls = 0;

  constructor(initial: State) {
    this.desired = initial.desired;
    this.scaling = initial.scaling;
    this.truth = initial;
  }

  get state(): State {
    return { desired: this.desired, scaling: this.scaling };
  }

  /** Changing calls since the fate was set. */
  get calls(): number {
    return this.#calls;
  }

  meet(fate: Fate): void {
    this.#fate = fate;
    this.#calls = 0;
  }

  #change(work: () => void): void {
    this.#calls += 1;
    const { dies, fires } = this.#fate;
    if (fires?.call === this.#calls) {
      this.fire(fires.minimum, fires.maximum);
    }
    if (dies?.call === this.#calls && dies.when === 'before') {
      throw new Death();
    }
    work();
    if (dies?.call === this.#calls) {
      throw new Death();
    }
  }

  /** A scheduled action at its time. */
  fire(minimum: number, maximum: number): void {
    if (this.scaling !== undefined && !this.scaling.suspended.scheduled) {
      this.#bound({ minimum, maximum });
      this.truth = this.state;
    }
  }

  /** "If it's below the minimum capacity or above the maximum capacity, Application Auto Scaling adjusts the capacity." */
  #bound(change: Partial<ScalableTarget>): void {
    if (this.scaling === undefined) {
      throw new Error('registered what is no scalable target');
    }
    this.scaling = { ...this.scaling, ...change };
    this.desired = Math.min(this.scaling.maximum, Math.max(this.scaling.minimum, this.desired));
  }

  ports(): Ports {
    const aws = this.#gateways();
    return {
      aws,
      awsForUndo: aws,
      clock: { now: () => new Date('2026-11-21T12:00:00Z'), sleep: async () => undefined },
      reporter: { stage: nothing, info: nothing, warn: nothing, progress: nothing },
      http: refuse,
      signal: new AbortController().signal,
    };
  }

  #gateways(): AwsGateways {
    return {
      ecs: {
        service: async () => this.#service(),
        serviceNames: refuse,
        serviceDeployments: async () => [],
        tasks: async (_, filter) =>
          'desiredStatus' in filter && filter.desiredStatus === 'RUNNING' ? this.#tasks() : [],
        taskDefinition: async () => ({ taskDefinition: { cpu: '512', memory: '1024' }, tags: [] }),
        tag: async (_, key, value) => this.#change(() => this.tags.set(key, value)),
        untag: async (_, key) => this.#change(() => this.tags.delete(key)),
        updateService: async ({ desiredCount }) => {
          this.#change(() => {
            this.desired = desiredCount ?? this.desired;
          });
          return this.#service();
        },
        registerTaskDefinition: refuse,
        serviceDeployment: refuse,
        serviceRevisions: refuse,
        answerHook: refuse,
        rollBack: refuse,
        describeTasks: refuse,
        runTask: refuse,
        stopTask: refuse,
      },
      autoScaling: {
        scalableTarget: async () => this.scaling,
        register: async (_, change) => this.#change(() => this.#bound(change)),
        scheduledActions: async () => [],
        putScheduledAction: refuse,
        deleteScheduledAction: refuse,
      },
      elbv2: {
        rules: refuse,
        listeners: refuse,
        loadBalancers: refuse,
        targetGroups: refuse,
        targetGroupsOf: refuse,
        targetHealth: refuse,
      },
      cloudwatch: {
        metrics: refuse,
        alarms: refuse,
        alarmChanges: refuse,
        alarmsUnder: refuse,
        putMetricAlarm: refuse,
        putCompositeAlarm: refuse,
        deleteAlarms: refuse,
      },
      ecr: { image: refuse },
      logs: { tail: refuse, after: refuse },
      fis: {
        createTemplate: refuse,
        updateTemplate: refuse,
        getTemplate: refuse,
        listTemplates: refuse,
        deleteTemplate: refuse,
        startExperiment: refuse,
        getExperiment: refuse,
        listExperiments: refuse,
        stopExperiment: refuse,
        listExperimentResolvedTargets: refuse,
        listActions: refuse,
        getAction: refuse,
        getSafetyLever: refuse,
        updateSafetyLeverState: refuse,
        tagResource: refuse,
        listTagsForResource: refuse,
        listTargetAccountConfigurations: refuse,
        listExperimentTargetAccountConfigurations: refuse,
      },
      route53: {
        publicZonesOf: refuse,
        records: refuse,
        upsert: refuse,
        inSync: refuse,
        healthCheckPasses: refuse,
      },
      arcRouting: { state: refuse, setStates: refuse },
      rds: {
        instance: refuse,
        automatedBackup: refuse,
        snapshots: refuse,
        snapshot: refuse,
        restoreInstance: refuse,
        modify: refuse,
        deleteInstance: refuse,
      },
      rdsReplicas: { instance: refuse, promote: refuse },
      applicationSignals: { budgetReports: refuse },
      serviceQuotas: { quota: refuse },
      regionSwitch: { start: refuse, execution: refuse, events: refuse, evaluation: refuse },
      secretsManager: { secret: refuse, versions: refuse, value: refuse, put: refuse, moveStage: refuse },
      scheduler: { create: refuse, update: refuse, get: refuse, delete: refuse, names: refuse },
      tagging: { taggedWith: refuse },
      s3: {
        versioning: refuse,
        versions: refuse,
        read: refuse,
        sha256: refuse,
        copyVersion: refuse,
        deleteVersion: refuse,
      },
      dynamodb: {
        table: refuse,
        recoveryWindow: refuse,
        timeToLive: refuse,
        tags: refuse,
        backup: refuse,
        backups: refuse,
        item: refuse,
        count: refuse,
        put: refuse,
        restoreToPointInTime: refuse,
        restoreFromBackup: refuse,
        enableTimeToLive: refuse,
        tag: refuse,
        enableStream: refuse,
        enableRecovery: refuse,
        protect: refuse,
        deleteTable: refuse,
      },
      dynamodbScaling: {
        capacityScaling: refuse,
        scaleCapacity: refuse,
        unscaleCapacity: refuse,
      },
      account: refuse,
    };
  }

  #service(): Service {
    return {
      serviceName: 'web',
      serviceArn: 'arn:aws:ecs:eu-west-1:000000000000:service/shop/web',
      taskDefinition: 'web:1',
      desiredCount: this.desired,
      runningCount: this.desired,
      pendingCount: 0,
      tags: [...this.tags].map(([key, value]) => ({ key, value })),
    };
  }

  #tasks(): Task[] {
    return Array.from({ length: this.desired }, () => ({ lastStatus: 'RUNNING' }));
  }
}

const nothing = () => undefined;

function refuse(): never {
  throw new Error('a call that no pause makes');
}

const FILE = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev: { region: eu-west-1, cluster: shop, pausable: true }
services:
  web: { ecsService: web, port: 8080, tasks: { minimum: 2, maximum: 6 } }
`;

/** A request about the model's service. */
export function requestOf(change: Partial<ManageRequest> = {}): ManageRequest {
  const { platform } = parsePlatform(FILE, 'surefoot.yml');
  const environment = platform?.environments['dev'];
  if (platform === undefined || environment === undefined) {
    throw new Error('the file of the test has a mistake');
  }
  const target = resolveService(platform);
  return { platform, environment, target, rehearsalSpeed: 60, reason: undefined, timeoutSeconds: undefined, ...change };
}
