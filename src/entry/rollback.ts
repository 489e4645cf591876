/** `rollback`, from options to outcome. */
import { rollback, rollbackPlan } from '../operations/deploy/way-back/rollback.ts';
import { withConnection } from './connect.ts';
import { type DeployOptions, report, surroundings } from './deploy.ts';
import { writableFolder } from './folders.ts';
import type { Outcome } from './outcome.ts';
import type { Session } from './session.ts';

/** Rolls back, or with `--dry-run` says what would be rolled back to. */
export function rollbackAction(options: DeployOptions, session: Session): Promise<Outcome> {
  return withConnection(options, session, async (connection) => {
    const { platform, target, rehearsal, ports } = connection;
    const request = {
      ...surroundings(connection, session),
      target,
      account: platform.environments[target.environment]?.account,
      rehearsalSpeed: rehearsal?.speed,
      approveStop: (arn: string) => session.confirm('End it in the old revision?', `A deployment is under way: ${arn}`),
    };
    if (options.dryRun) {
      const text = await rollbackPlan(request, ports);
      return { operation: 'rollback', verdict: 'pass', reasons: [{ code: 'planned', message: text }], text };
    }
    await writableFolder(options.reportDir, '--report-dir');
    return report('rollback', await rollback(request, ports), options, session);
  });
}
