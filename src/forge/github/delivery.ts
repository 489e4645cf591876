/** Deliveries from GitHub: deployments with their statuses, the commits between them, incidents as issues. */
import { attemptsOf } from '../../operations/dora/attempts.ts';
import {
  type Delivery,
  type DeploymentEvent,
  Exclusions,
  type IncidentEvent,
  type MeasureWindow,
} from '../../operations/dora/events.ts';
import type { Reason } from '../../report/evidence.ts';
import { type GitHubApi, Unreadable } from './api.ts';
import { LONGEST_WAIT_MS, readDeployments } from './deployments.ts';
import { eventsOf, readHistory } from './history.ts';
import { readIncidents } from './incidents.ts';
import { type KeptDeployment, type Ledger, openLedger } from './ledger.ts';
import { neededFrom, readRuns, taskOf, type WorkflowSource } from './runs.ts';

export interface GitHubSource {
  readonly owner: string;
  readonly name: string;
  readonly environment: string;
  /** Only deployments with the task `deploy:<service>`, as surefoot files them. */
  readonly service: string | undefined;
  /** Runs of this workflow are the deployments, instead of those that GitHub has on record. */
  readonly workflow?: WorkflowSource | undefined;
  /** A file; undefined: nothing is kept. */
  readonly ledger: string | undefined;
  readonly incidents: Delivery['incidents'] | { readonly label: string };
  readonly progress: (text: string) => void;
}

/** What cannot be read in full comes back as `unknown`, with what was read kept in the ledger. @throws OutsideError when GitHub refuses, InputError for the ledger */
export async function readGitHubDelivery(
  source: GitHubSource,
  api: GitHubApi,
  window: MeasureWindow,
): Promise<Delivery> {
  const { owner, name, environment } = source;
  const repository = { owner, name };
  const of = {
    repository: `${owner}/${name}`,
    environment: source.workflow === undefined ? environment : taskOf(source.workflow),
  };
  const ledger = await openLedger(source.ledger, of);
  const exclusions = new Exclusions();
  const unknown = await reasonOf(async () => {
    const needed = window.from - LONGEST_WAIT_MS;
    const counts = (kept: KeptDeployment) => isOf(kept, source.service);
    await (source.workflow === undefined
      ? readDeployments(repository, environment, needed, ledger, api, source.progress, counts)
      : readRuns(repository, source.workflow, neededFrom(window.from), ledger, api, exclusions, source.progress));
    const deployments = deploymentsOf(ledger, source, new Exclusions());
    const attempts = attemptsOf(deployments, Number.POSITIVE_INFINITY, 0, new Exclusions());
    const upTo = attempts.filter(({ at }) => at < window.to);
    await readHistory(repository, upTo, window.from, ledger, api, source.progress);
  });
  const incidents = unknown === undefined ? await incidentsOf(source, api, exclusions) : { unknown };
  return {
    source: { kind: 'github', name: `${owner}/${name}` },
    deployments: deploymentsOf(ledger, source, exclusions),
    commits: unknown === undefined ? eventsOf(ledger) : [],
    incidents,
    ...(unknown === undefined ? {} : { unknown }),
    excluded: exclusions.list(),
    caveats: source.workflow === undefined ? [] : [OF_RUNS],
    requests: api.requests,
    tools: [],
  };
}

async function incidentsOf(
  source: GitHubSource,
  api: GitHubApi,
  exclusions: Exclusions,
): Promise<Delivery['incidents']> {
  const { incidents, owner, name } = source;
  if (!('label' in incidents)) {
    return incidents;
  }
  let found: readonly IncidentEvent[] = [];
  const unknown = await reasonOf(async () => {
    found = await readIncidents({ owner, name }, incidents.label, api, exclusions);
  });
  return unknown === undefined ? found : { unknown };
}

async function reasonOf(work: () => Promise<void>): Promise<Reason | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Unreadable) {
      return error.reason;
    }
    throw error;
  }
}

const OF_RUNS =
  'Runs of a workflow stand for deployments: each is taken to have deployed, to be in production when its last attempt ended, and not to have reached it where it failed.';

/** Of surefoot's own, a failure had production traffic: ECS took it back. Of any other nobody can say. */
const OWN_TASK = 'deploy:';

function isOf({ task }: KeptDeployment, service: string | undefined): boolean {
  return service === undefined || task === `${OWN_TASK}${service}`;
}

function deploymentsOf(ledger: Ledger, { service }: GitHubSource, exclusions: Exclusions): DeploymentEvent[] {
  return [...ledger.deployments.values()].flatMap((kept: KeptDeployment) => {
    if (!isOf(kept, service)) {
      exclusions.add('other-service', 'deployments of other services, or without a service', kept.id);
      return [];
    }
    const { id, sha, createdAt, statuses, hotfix, task, url } = kept;
    return [
      {
        id,
        sha,
        createdAt,
        statuses,
        hotfix,
        failureReachedProduction: task.startsWith(OWN_TASK),
        ...(url === undefined ? {} : { url }),
      },
    ];
  });
}
