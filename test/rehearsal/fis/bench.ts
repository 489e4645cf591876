/** FIS on a wire of its own, with a clock that a test moves, resources that it lists and faults that it ends. */
import type {
  CreateExperimentTemplateRequest,
  Experiment,
  ExperimentTemplate,
  FisInputs,
  FisOutputs,
} from '../../../src/aws/fis/types.ts';
import type { FaultAction, FaultContext, FaultTargets } from '../../../src/rehearsal/fis/faults/fault-action.ts';
import { createFis, type Fis } from '../../../src/rehearsal/fis/fis.ts';
import type { Resource } from '../../../src/rehearsal/fis/targets/resource.ts';
import { createWire } from '../../../src/rehearsal/wire/server.ts';
import { createHandClock, type HandClock } from '../autoscaling/hand-clock.ts';

const START = '2026-11-21T12:00:00Z';

export const ROLE = 'arn:aws:iam::000000000000:role/fis-experiments';

/** A fault that the test ends. */
export interface HeldFault {
  readonly targets: FaultTargets;
  readonly parameters: Readonly<Record<string, string>>;
  readonly context: FaultContext;
  stopped: boolean;
  end(): void;
  fail(error: Error): void;
}

export interface Bench {
  readonly clock: HandClock;
  readonly fis: Fis;
  /** Tasks that there are, and databases. */
  readonly resources: Resource[];
  /** Injections of `aws:ecs:task-cpu-stress`, oldest first. */
  readonly held: readonly HeldFault[];
  call<Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]): Promise<FisOutputs[Name]>;
  template(changes?: Partial<CreateExperimentTemplateRequest>): Promise<ExperimentTemplate>;
  start(template: ExperimentTemplate, mode?: 'run-all' | 'skip-all'): Promise<string>;
  get(id: string): Promise<Experiment>;
  /** Lets what can go on go on, without time passing, then `seconds` of it. */
  pass(seconds: number): Promise<void>;
  /** Experiment's status, then those of its actions by name. */
  states(id: string): Promise<readonly [string | undefined, Readonly<Record<string, string | undefined>>]>;
}

export function task(name: string, tags: Record<string, string> = {}, attributes: object = {}): Resource {
  return { arn: `arn:aws:ecs:ca-central-1:000000000000:task/shop/${name}`, tags, attributes };
}

export const ALL_TASKS = {
  resourceType: 'aws:ecs:task',
  selectionMode: 'ALL',
  parameters: { cluster: 'shop' },
} as const;
export const STRESS = {
  actionId: 'aws:ecs:task-cpu-stress',
  parameters: { duration: 'PT5M' },
  targets: { Tasks: 'tasks' },
} as const;

export function wait(minutes: number, ...startAfter: string[]) {
  return { actionId: 'aws:fis:wait', parameters: { duration: `PT${minutes}M` }, startAfter };
}

export function createBench(): Bench {
  const clock = createHandClock(START);
  const resources: Resource[] = [task('one'), task('two')];
  const held: HeldFault[] = [];
  const wire = createWire({ services: [], accountId: '000000000000', region: 'ca-central-1' });
  const fis = createFis({
    call: wire.call,
    clock,
    region: 'ca-central-1',
    accountId: '000000000000',
    subnets: new Map([
      ['subnet-a', 'ca-central-1a'],
      ['subnet-b', 'ca-central-1b'],
    ]),
    vpcId: 'vpc-rehearsal',
    sources: new Map([['aws:ecs:task', { find: async () => resources }]]),
    faults: new Map([['aws:ecs:task-cpu-stress', holding(held)]]),
  });
  wire.register(fis.module);
  const call = <Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]) =>
    wire.call<FisOutputs[Name]>('fis', name, input);
  let now = new Date(START).getTime();
  const get = async (id: string) => (await call('GetExperiment', { id })).experiment ?? {};
  return {
    clock,
    fis,
    resources,
    held,
    call,
    get,
    async template(changes = {}) {
      const { experimentTemplate } = await call('CreateExperimentTemplate', {
        clientToken: crypto.randomUUID(),
        description: 'a test',
        roleArn: ROLE,
        stopConditions: [{ source: 'none' }],
        targets: { tasks: ALL_TASKS },
        actions: { stress: STRESS },
        ...changes,
      });
      return experimentTemplate ?? {};
    },
    async start(template, mode = 'run-all') {
      const { experiment } = await call('StartExperiment', {
        clientToken: crypto.randomUUID(),
        experimentTemplateId: template.id ?? '',
        experimentOptions: { actionsMode: mode },
      });
      return experiment?.id ?? '';
    },
    async pass(seconds) {
      now += seconds * 1000;
      await settle();
      await clock.moveTo(new Date(now).toISOString());
      await settle();
    },
    async states(id) {
      const { state, actions = {} } = await get(id);
      const ofActions = Object.entries(actions).map(([name, action]) => [name, action.state?.status]);
      return [state?.status, Object.fromEntries(ofActions)];
    },
  };
}

function holding(held: HeldFault[]): FaultAction {
  return {
    async start(targets, parameters, context) {
      const ended = new Promise<void>((resolve, reject) => {
        held.push({ targets, parameters, context, stopped: false, end: resolve, fail: reject });
      });
      const fault = held.at(-1);
      return {
        ended,
        async stop() {
          if (fault !== undefined) {
            fault.stopped = true;
          }
        },
      };
    },
  };
}

/** Promises that wait for nothing but each other. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
