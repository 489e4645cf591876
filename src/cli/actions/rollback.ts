/** What `surefoot rollback` does. */
import { rollback, rollbackPlan } from '../../operations/deploy/rollback.ts';
import type { DeployOptions } from '../commands/deploy.ts';
import { withConnection } from '../connect.ts';
import { writableFolder } from '../folders.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../run.ts';
import { confirm, report, surroundings } from './deploy.ts';

/** Rolls back, or with `--dry-run` says what would be rolled back to. */
export function rollbackAction(options: DeployOptions, session: Session): Promise<Outcome> {
  return withConnection(options, session, async (connection) => {
    const { platform, target, rehearsal, ports } = connection;
    const request = {
      ...surroundings(options, connection, session),
      target,
      account: platform.environments[target.environment]?.account,
      rehearsalSpeed: rehearsal?.speed,
      approveStop: (arn: string) =>
        confirm('End it in the old revision?', `A deployment is under way: ${arn}`, options, session),
    };
    if (options.dryRun) {
      const text = await rollbackPlan(request, ports);
      return { operation: 'rollback', verdict: 'pass', reasons: [{ code: 'planned', message: text }], text };
    }
    await writableFolder(options.reportDir, '--report-dir');
    return report('rollback', await rollback(request, ports), options);
  });
}
