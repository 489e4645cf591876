/** The deploy action's use cases, and the end of what one of them left unfinished: loaded together, since they share almost everything. */
import { type DeployOptions, deployAction, planAction } from '../../entry/deploy.ts';
import type { Outcome } from '../../entry/outcome.ts';
import { rollbackAction } from '../../entry/rollback.ts';
import type { Session } from '../../entry/session.ts';
import { type StatusOptions, statusAction } from '../../entry/status.ts';
import type { DEPLOY_COMMANDS } from '../inputs/tables.ts';

export { withAws } from '../../entry/connect.ts';
export { endInterrupted } from '../../operations/deploy/way-back/interrupted.ts';

export type DeployCallOptions = DeployOptions & StatusOptions;

/** Runs one command of the deploy action. */
export function callDeploy(
  command: (typeof DEPLOY_COMMANDS)[number],
  options: DeployCallOptions,
  session: Session,
): Promise<Outcome> {
  switch (command) {
    case 'deploy':
      return deployAction(options, session);
    case 'plan':
      return planAction('plan', options, session);
    case 'rollback':
      return rollbackAction(options, session);
    case 'status':
      return statusAction(options, session);
  }
}
