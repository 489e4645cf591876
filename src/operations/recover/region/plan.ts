/** `region-failover` and `region-failback`: users of one region are moved to another one, which must be ready for them. */
import type { LoadRecord, Reason } from '../../../report/evidence.ts';
import type { Recorder } from '../../recorder.ts';
import { type Planned, type RecoverRequest, refused, type Step } from '../request.ts';
import { coolStep, healthyStep, rememberStep, scaleStep } from './capacity-steps.ts';
import { DATABASES_KEY, type DatabaseFacts, makingReplica } from './database/replicas.ts';
import { pauseStep } from './database/write-pause.ts';
import { checkOf, type Finding, findingsOf, refusalsOf } from './readiness/readiness.ts';
import { type Survey, surveyOf, tasksKey } from './readiness/survey.ts';
import { placeOf, type RegionInputs, type RegionPorts, usersOf } from './request.ts';
import { executionStep } from './switch-plan.ts';
import { drainStep, promoteStep, switchSteps, watchStep } from './traffic/traffic-steps.ts';
import { capacityChecks, databaseChecks, requestChecks, trafficChecks } from './verify.ts';
import { Watch } from './watch.ts';

const REPLAYED = 'replayed until';

/** What is planned stands on what was seen of both regions; nothing is changed. */
export async function planRegionMove(
  request: RecoverRequest,
  inputs: RegionInputs,
  ports: RegionPorts,
): Promise<Planned> {
  const title = `${inputs.direction === 'failover' ? 'Fail over' : 'Fail back'} from ${placeOf(inputs.from)} to ${placeOf(inputs.to)}`;
  const survey = await surveyOf(inputs, request.run, ports);
  const findings = findingsOf(survey, inputs, request.run);
  const refusals = [
    ...refusalsOf(findings, request.drill ? undefined : inputs.override),
    ...conflicts(survey, request, inputs),
  ];
  const notes = notesOf(survey, findings, inputs);
  if (refusals.length > 0) {
    return refused(title, refusals, notes);
  }
  return new Move(title, notes, findings, survey, request, inputs, ports).planned();
}

/** What of the options does not go together with what is there. */
function conflicts(survey: Survey, { drill }: RecoverRequest, inputs: RegionInputs): Reason[] {
  const { database, weights, from, override } = inputs;
  const { split, databases } = survey;
  const undecided = databases.length > 0 && database === undefined && !drill;
  const promoting = databases.length > 0 && database === 'promote';
  const names = databases.map(({ name }) => name).join(', ');
  const rows: [boolean, string, string][] = [
    [
      undecided,
      'database-undecided',
      `${names} would have to be promoted, which cannot be undone: say --database promote, or --database leave and have it read only`,
    ],
    [
      drill && override !== undefined,
      'override-in-a-drill',
      'a drill is to find what is not ready: leave --override-readiness out',
    ],
    [
      weights.length > 1 && !split.gradual,
      'not-gradual',
      `${split.seen}: all users are sent over at once. Leave --weights out`,
    ],
    [
      weights.length > 1 && promoting,
      'two-writers',
      `while a part of the users is in ${from.name} and a part is not, both would write, each to its own database: leave --weights out`,
    ],
  ];
  return rows.filter(([holds]) => holds).map(([, code, message]) => ({ code, message }));
}

function notesOf({ split, services }: Survey, findings: readonly Finding[], { override }: RegionInputs): string[] {
  const mark = { ready: 'ready', 'not-ready': 'NOT READY', unknown: 'not known' };
  return [
    ...findings.map(({ name, state, observed }) => `${mark[state]}: ${name}: ${observed}`),
    ...split.notes,
    ...services
      .filter(({ otherFrom }) => otherFrom === 'unknown')
      .map(
        ({ pair, wanted }) => `${pair.service}: how many tasks ran is not known; ${wanted} are taken for full capacity`,
      ),
    ...(override === undefined ? [] : [`what is not ready is taken as it is: ${override}`]),
  ];
}

class Move {
  readonly #title: string;
  readonly #notes: readonly string[];
  readonly #findings: readonly Finding[];
  readonly #survey: Survey;
  readonly #request: RecoverRequest;
  readonly #inputs: RegionInputs;
  readonly #ports: RegionPorts;
  readonly #watch: Watch;
  /** To be promoted. */
  readonly #databases: readonly string[];
  #recorder: Recorder | undefined;
  #load: LoadRecord | undefined;
  #backAt: Date | undefined;

  constructor(
    title: string,
    notes: readonly string[],
    findings: readonly Finding[],
    survey: Survey,
    request: RecoverRequest,
    inputs: RegionInputs,
    ports: RegionPorts,
  ) {
    this.#title = title;
    this.#notes = notes;
    this.#findings = findings;
    this.#survey = survey;
    this.#request = request;
    this.#inputs = inputs;
    this.#ports = ports;
    this.#watch = new Watch(inputs, survey.split, ports);
    this.#databases = inputs.database === 'promote' && !request.drill ? survey.databases.map(({ name }) => name) : [];
  }

  planned(): Planned {
    const { drill } = this.#request;
    return {
      ...refused(this.#title, [], this.#notes),
      preconditions: this.#findings.map(checkOf),
      settled: this.#settled(),
      steps: drill ? this.#drillSteps() : this.#steps(),
      removals: drill ? [this.#cool('cool')] : [],
      guard: async () => this.#guard(),
      verify: async () => this.#verify(),
      restoredAt: () => this.#backAt,
      close: async () => this.#close(),
      recoveryPoint: this.#recoveryPoint(),
      afterwards: drill ? [] : this.#afterwards(),
      // A drill moves no users: it proves the standby, not a failover.
      ...(drill ? {} : { proves: 'failover-success' as const }),
    };
  }

  #settled(): Record<string, string> {
    const replayed = this.#recoveryPoint()?.at.toISOString();
    return {
      ...Object.fromEntries(this.#survey.services.map(({ pair, wanted }) => [tasksKey(pair), `${wanted}`])),
      ...(replayed === undefined ? {} : { [REPLAYED]: replayed }),
      ...(this.#databases.length === 0 ? {} : { [DATABASES_KEY]: this.#databases.join(',') }),
    };
  }

  /** In a disaster what the last replica had; where both regions are well nothing is lost. */
  #recoveryPoint(): Planned['recoveryPoint'] {
    const kept = this.#request.run.settled[REPLAYED];
    const known = this.#survey.databases.flatMap(({ progress }) => progress?.replayedUntil.getTime() ?? []);
    const at = kept === undefined ? (known.length === 0 ? undefined : new Date(Math.min(...known))) : new Date(kept);
    return at === undefined || this.#inputs.planned || this.#databases.length === 0
      ? undefined
      : { at, method: 'what the furthest-behind replica surely had (ReplicaLag before the promotion)' };
  }

  #steps(): Step[] {
    const { switchPlan, direction, planned } = this.#inputs;
    const moves =
      switchPlan === undefined
        ? this.#ownSteps()
        : [executionStep(switchPlan, this.#request.run.id, this.#inputs, this.#ports)];
    const remember = planned && direction === 'failover' ? [rememberStep(this.#survey.services, this.#ports)] : [];
    const steps = [...moves, ...(direction === 'failback' ? this.#coolSource() : [])];
    return [watchStep(this.#watch, () => steps, this.#request.run), ...remember, ...steps].map((step) =>
      this.#recorded(step),
    );
  }

  #ownSteps(): Step[] {
    const [inputs, ports, survey] = [this.#inputs, this.#ports, this.#survey];
    const names = this.#databases;
    const capacity = [scaleStep(survey.services, inputs, ports), healthyStep(survey.services, inputs, ports)];
    const users = switchSteps(survey, this.#watch, inputs, ports);
    if (names.length === 0) {
      return [...capacity, ...users];
    }
    const promote = promoteStep(names, inputs, ports);
    // In a disaster nobody writes over there: what users find must take writes.
    if (!inputs.planned) {
      return [...capacity, promote, ...users];
    }
    // Without a hand on the writes they end when the users are gone: those find a read-only database until all is there.
    return inputs.holdWrites === undefined
      ? [...capacity, ...users, drainStep(names, survey, inputs, ports), promote]
      : [...capacity, pauseStep(names, inputs.holdWrites, inputs, ports), ...users];
  }

  #coolSource(): Step[] {
    const { awsOfSource } = this.#ports;
    const { pairs, from } = this.#inputs;
    const targets = pairs.map((pair) => pair.from);
    return awsOfSource === undefined ? [] : [coolStep(targets, placeOf(from), 'cool', awsOfSource)];
  }

  #drillSteps(): Step[] {
    const [inputs, ports, { services }] = [this.#inputs, this.#ports, this.#survey];
    return [rememberStep(services, ports), scaleStep(services, inputs, ports), healthyStep(services, inputs, ports)];
  }

  #cool(id: string): Step {
    const targets = this.#survey.services.map(({ pair }) => pair.to);
    return coolStep(targets, placeOf(this.#inputs.to), id, this.#ports.aws);
  }

  #recorded(step: Step): Step {
    return {
      ...step,
      carryOut: (recorder) => {
        this.#recorder = recorder;
        return step.carryOut(recorder);
      },
    };
  }

  async #guard(): Promise<readonly Reason[]> {
    const survey = await surveyOf(this.#inputs, this.#request.run, this.#ports);
    const override = this.#request.drill ? undefined : this.#inputs.override;
    return refusalsOf(findingsOf(survey, this.#inputs, this.#request.run), override);
  }

  async #verify() {
    const capacity = await capacityChecks(this.#survey, this.#ports);
    if (this.#request.drill) {
      return capacity;
    }
    const traffic = await trafficChecks(this.#survey, this.#watch, this.#inputs);
    const databases = await databaseChecks(this.#databases, this.#ports);
    this.#load = await this.#watch.finish();
    return [...capacity, ...traffic, ...databases, ...this.#requests()];
  }

  #requests() {
    const load = this.#load;
    if (load === undefined) {
      return [];
    }
    const faultAt = this.#request.failedAt ?? this.#request.run.begunAt;
    const watched = this.#watch.judge(faultAt, load);
    const { served, blindSeconds, recovery } = watched;
    const blind = blindSeconds > 1 ? `; the first ${blindSeconds.toFixed(0)} s were not watched` : '';
    const method = `planned − answered well, of requests to the name that users know, from the fault on${blind}`;
    this.#recorder?.measure({
      indicator: 'lost requests',
      value: served.lost,
      n: served.planned,
      unit: 'requests',
      method,
    });
    if (recovery.kind === 'recovered') {
      const { lower, upper } = recovery;
      const how = 'last failed and next answered request, after the fault';
      this.#recorder?.measure({ indicator: 'recovery under load', value: upper, lower, upper, unit: 's', method: how });
    }
    this.#backAt = watched.backAt;
    return requestChecks(watched, this.#inputs);
  }

  async #close(): Promise<{ load?: LoadRecord }> {
    if (this.#ports.signal.aborted) {
      this.#watch.abort();
    }
    const load = this.#load ?? (await this.#watch.finish());
    return load === undefined ? {} : { load };
  }

  #afterwards(): string[] {
    const { to, direction } = this.#inputs;
    const users = usersOf(this.#inputs).name;
    return [
      ...this.#survey.databases
        .filter(({ name }) => this.#databases.includes(name))
        .map((facts) => this.#nextReplica(facts)),
      ...(direction === 'failover'
        ? [
            `${to.name} is held at full capacity until \`surefoot recover region-failback -e ${to.name}\` brings the users of ${users} back`,
          ]
        : []),
    ];
  }

  /** The database that was left is behind for good. The standby's replica has the name that surefoot.yml says. */
  #nextReplica({ name, replica }: DatabaseFacts): string {
    const { from, to, direction, standby } = this.#inputs;
    const old = standby.replicas[this.#databases.indexOf(name)] ?? name;
    const [next, first] =
      direction === 'failover' ? [`${name}-back`, ''] : [old, `, once ${old} there is deleted or has another name`];
    return `the database of ${from.name} is behind for good: make a replica of ${name} in ${from.region}${first}: ${makingReplica(replica?.arn ?? name, next, to.region, from.region)}`;
  }
}
