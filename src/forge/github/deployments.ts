/** Deployments and their statuses, newest first, no further back than what is asked of them. */
import type { GitHubApi } from './api.ts';
import { Unreadable } from './api.ts';
import type { KeptDeployment, Ledger, Reading } from './ledger.ts';
import {
  DEPLOYMENTS,
  type DeploymentNode,
  deploymentsAnswer,
  STATUSES,
  type StatusNode,
  statusesAnswer,
} from './queries.ts';

export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

const ENDED = new Set(['success', 'failure', 'error']);
/** A deployment may wait so long for its approval (docs.github.com: "Reviewing deployments"); what has not ended then never will. */
export const LONGEST_WAIT_MS = 30 * 86_400_000;

/**
 * Brings the ledger up to now, and down to the last success before `needed` (ms): what a window begins with. An earlier reading that was
 * stopped is gone on with, so that no gap stays between what is known. `counts` tells which of the environment are looked for.
 */
export async function readDeployments(
  repository: RepositoryName,
  environment: string,
  needed: number,
  ledger: Ledger,
  api: GitHubApi,
  progress: (text: string) => void,
  counts: (deployment: KeptDeployment) => boolean,
): Promise<void> {
  const isBaseline = (one: KeptDeployment) => one.createdAt < needed && succeeded(one) && counts(one);
  const readOn = async (from: Reading): Promise<void> => {
    let total: number | undefined;
    for (let reading = from; !reading.done; ) {
      const { after, floor } = reading;
      const answer = await api.ask(DEPLOYMENTS, { ...repository, environment, after }, deploymentsAnswer);
      const { nodes, pageInfo, totalCount } = answer.repository.deployments;
      total ??= after === null ? totalCount : undefined;
      const kept: KeptDeployment[] = [];
      for (const node of nodes) {
        kept.push(keep(node, await statusesOf(node, api)));
      }
      const bottom = nodes.at(-1)?.createdAt ?? Number.POSITIVE_INFINITY;
      const enough = floor === null ? kept.some(isBaseline) : bottom < floor;
      reading = { after: nextOf(pageInfo), floor, done: enough || !pageInfo.hasNextPage };
      await ledger.addDeployments(kept, reading);
      progress(`${ledger.deployments.size} deployments read`);
    }
    if (ledger.bottom?.after === null && total !== undefined && ledger.deployments.size < total) {
      throw new Unreadable(
        'partial-answer',
        `GitHub speaks of ${total} deployments, and gave ${ledger.deployments.size}: read again`,
      );
    }
  };
  if (ledger.reading?.done === false) {
    await readOn(ledger.reading);
  }
  await readOn({ after: null, floor: floorOf(ledger), done: false });
  const known = [...ledger.deployments.values()].some(isBaseline);
  if (!known && typeof ledger.bottom?.after === 'string') {
    await readOn({ ...ledger.bottom, done: false });
  }
}

/** From where on something may be new: the newest known, or an older one that had not ended. null: nothing is known. */
function floorOf({ deployments }: Ledger): number | null {
  let newest: number | null = null;
  for (const { createdAt } of deployments.values()) {
    newest = Math.max(newest ?? createdAt, createdAt);
  }
  if (newest === null) {
    return null;
  }
  let floor = newest;
  for (const { createdAt, statuses } of deployments.values()) {
    if (createdAt > newest - LONGEST_WAIT_MS && !statuses.some(({ state }) => ENDED.has(state))) {
      floor = Math.min(floor, createdAt);
    }
  }
  return floor;
}

function succeeded({ statuses }: KeptDeployment): boolean {
  return statuses.some(({ state }) => state === 'success');
}

/** All of them: where there are more than came with the deployment, they are asked for. */
async function statusesOf(node: DeploymentNode, api: GitHubApi): Promise<readonly StatusNode[]> {
  if (node.statuses.nodes.length >= node.statuses.totalCount) {
    return node.statuses.nodes;
  }
  const statuses: StatusNode[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const answer: { node: { statuses: { nodes: StatusNode[]; pageInfo: PageInfo } } } = await api.ask(
      STATUSES,
      { id: node.id, after },
      statusesAnswer,
    );
    statuses.push(...answer.node.statuses.nodes);
    after = nextOf(answer.node.statuses.pageInfo);
    more = after !== null;
  }
  return statuses;
}

function keep(node: DeploymentNode, statuses: readonly StatusNode[]): KeptDeployment {
  const url = statuses.find(({ logUrl }) => logUrl?.startsWith('https://'))?.logUrl;
  return {
    id: node.databaseId === null ? node.id : String(node.databaseId),
    sha: node.commitOid,
    createdAt: node.createdAt,
    task: node.task ?? '',
    hotfix: /^hotfix\b/i.test(node.ref?.name ?? ''),
    statuses: statuses.map(({ state, createdAt }) => ({ state: state.toLowerCase(), at: createdAt })),
    ...(url ? { url } : {}),
  };
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** The cursor of the next page; null at the end. @throws Unreadable for a next page without a way to it */
export function nextOf({ hasNextPage, endCursor }: PageInfo): string | null {
  if (hasNextPage && endCursor === null) {
    throw new Unreadable('partial-answer', 'GitHub says that there is more, and not where');
  }
  return hasNextPage ? endCursor : null;
}
