/** What a plan of a deployment is asked for. */
import type { Objective } from '../../../platform/model/objectives.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';

/** What to run: new images in the task definition that is live, or a task definition that exists already. */
export type Change =
  | { readonly kind: 'images'; readonly byContainer: Readonly<Record<string, string>> }
  | { readonly kind: 'task-definition'; readonly reference: string };

export interface PlanRequest {
  readonly target: ServiceInEnvironment;
  readonly change: Change;
  /** The account that the platform file names; undefined: any. Not asked in a rehearsal. */
  readonly account: string | undefined;
  /** Set when the endpoint is a rehearsal platform. */
  readonly rehearsalSpeed: number | undefined;
  /** Of all services; the error budgets of this one's are looked at. */
  readonly objectives: readonly Objective[];
  /** Why it is deployed whatever its error budgets say. */
  readonly overrideErrorBudget?: string | undefined;
}

/** A sentence for titles: what is deployed. */
export function describeChange(change: Change): string {
  return change.kind === 'images' ? Object.values(change.byContainer).join(', ') : change.reference;
}
