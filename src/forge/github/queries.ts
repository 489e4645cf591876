/** The questions that are asked of GitHub, and the shape that answers must have. A null where there should be an item is no whole answer. */
import * as z from 'zod';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const page = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const count = z.int().nonnegative();

const statusSchema = z.object({ state: z.string(), createdAt: time, logUrl: z.string().nullable() });
export type StatusNode = z.infer<typeof statusSchema>;

const deploymentSchema = z.object({
  id: z.string(),
  databaseId: z.int().nullable(),
  createdAt: time,
  commitOid: z.string(),
  task: z.string().nullable(),
  /** null: the branch or tag is gone. */
  ref: z.object({ name: z.string() }).nullable(),
  statuses: z.object({ totalCount: count, nodes: z.array(statusSchema) }),
});
export type DeploymentNode = z.infer<typeof deploymentSchema>;

/** Newest first. Ten statuses cost no more than one, and almost no deployment has more. */
export const DEPLOYMENTS = `query ($owner: String!, $name: String!, $environment: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 100, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id databaseId createdAt commitOid task ref { name } statuses(first: 10) { totalCount nodes { state createdAt logUrl } } }
    }
  }
}`;

export const deploymentsAnswer = z.object({
  repository: z.object({
    deployments: z.object({ totalCount: count, pageInfo: page, nodes: z.array(deploymentSchema) }),
  }),
});

export const STATUSES = `query ($id: ID!, $after: String) {
  node(id: $id) {
    ... on Deployment { statuses(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { state createdAt logUrl } } }
  }
}`;

export const statusesAnswer = z.object({
  node: z.object({ statuses: z.object({ pageInfo: page, nodes: z.array(statusSchema) }) }),
});

const commitSchema = z.object({
  oid: z.string(),
  authoredDate: time,
  committedDate: time,
  message: z.string(),
  parents: z.object({ totalCount: count, nodes: z.array(z.object({ oid: z.string() })) }),
  associatedPullRequests: z
    .object({
      nodes: z.array(
        z.object({
          number: z.int(),
          mergedAt: time.nullable(),
          headRefName: z.string(),
          commits: z.object({ nodes: z.array(z.object({ commit: z.object({ authoredDate: time }) })) }),
        }),
      ),
    })
    .nullable(),
});
export type CommitNode = z.infer<typeof commitSchema>;

/** The commits that one leads to, with the pull request of each and that one's first commit: a squash merge hides it. */
export const HISTORY = `query ($owner: String!, $name: String!, $oid: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        history(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes {
            oid authoredDate committedDate message
            parents(first: 10) { totalCount nodes { oid } }
            associatedPullRequests(first: 1) {
              nodes { number mergedAt headRefName commits(first: 1) { nodes { commit { authoredDate } } } }
            }
          }
        }
      }
    }
  }
}`;

export const historyAnswer = z.object({
  repository: z.object({
    /** null: the commit is gone, as after a branch was deleted and cleaned up. */
    object: z.object({ history: z.object({ pageInfo: page, nodes: z.array(commitSchema) }) }).nullable(),
  }),
});

export const INCIDENTS = `query ($owner: String!, $name: String!, $label: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    label(name: $label) { id }
    issues(labels: [$label], first: 100, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { number url createdAt closedAt stateReason body }
    }
  }
}`;

const issueSchema = z.object({
  number: z.int(),
  url: z.string(),
  createdAt: time,
  closedAt: time.nullable(),
  stateReason: z.string().nullable(),
  body: z.string(),
});
export type IssueNode = z.infer<typeof issueSchema>;

export const incidentsAnswer = z.object({
  repository: z.object({
    label: z.object({ id: z.string() }).nullable(),
    issues: z.object({ totalCount: count, pageInfo: page, nodes: z.array(issueSchema) }),
  }),
});
