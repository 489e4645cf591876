/** A deployment as a record keeps it. */
import * as z from 'zod';

const time = z.iso.datetime();

/** What a deployment did, stage by stage, as read from the service deployment. */
export const deploymentSchema = z.object({
  arn: z.string(),
  strategy: z.string(),
  /** ECS's own word, e.g. `SUCCESSFUL` or `ROLLBACK_SUCCESSFUL`. */
  status: z.string(),
  statusReason: z.string().optional(),
  baseline: z.object({ revision: z.string(), taskDefinition: z.string(), images: z.array(z.string()) }).nullable(),
  candidate: z.object({ revision: z.string(), taskDefinition: z.string(), images: z.array(z.string()) }),
  /** The revision that serves at the end, as in `baseline.revision` or `candidate.revision`; null when it is not known. */
  live: z.string().nullable(),
  stages: z.array(z.object({ stage: z.string(), startedAt: time, finishedAt: time.optional() })),
  changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});
export type DeploymentRecord = z.infer<typeof deploymentSchema>;
