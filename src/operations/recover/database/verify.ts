/** Whether a restored database is what was asked for: by RDS, and by a command of the user's that asks it. */
import type { DBInstance } from '../../../aws/rds/rds.ts';
import type { Check } from '../../../report/evidence.ts';
import type { DatabaseRestoreInputs, Scene } from './scene.ts';
import { differences, needsReboot } from './settings.ts';

/** All of its checks. */
export async function verify(scene: Scene): Promise<Check[]> {
  const { target, source, original, inputs, request, ports } = scene;
  const now = await ports.aws.rds.instance(target);
  const off = now === undefined || original === undefined || request.drill ? [] : differences(original, now).titles;
  const engine = [source.engine, source.engineVersion].filter((part) => part !== undefined).join(' ');
  const engineNow = [now?.Engine, source.engineVersion === undefined ? undefined : now?.EngineVersion]
    .filter((part) => part !== undefined)
    .join(' ');
  const reboot = now !== undefined && needsReboot(now);
  return [
    check('status', now?.DBInstanceStatus === 'available', 'available', now?.DBInstanceStatus ?? 'no such instance'),
    check('engine', engineNow === engine, engine, engineNow),
    check(
      'settings',
      off.length === 0,
      'as of the original',
      off.length === 0 ? 'as of the original' : `not: ${off.join(', ')}`,
    ),
    ...(reboot ? [check('parameters', false, 'in force', 'they need a reboot (aws rds reboot-db-instance)')] : []),
    ...(inputs.ask === undefined || now === undefined ? [] : [await answerCheck(inputs.ask, now)]),
  ];
}

async function answerCheck(ask: NonNullable<DatabaseRestoreInputs['ask']>, now: DBInstance): Promise<Check> {
  const code = await ask({
    SUREFOOT_DB_INSTANCE: now.DBInstanceIdentifier ?? '',
    SUREFOOT_DB_HOST: now.Endpoint?.Address ?? '',
    SUREFOOT_DB_PORT: String(now.Endpoint?.Port ?? ''),
    SUREFOOT_DB_NAME: now.DBName ?? '',
    SUREFOOT_DB_USER: now.MasterUsername ?? '',
    SUREFOOT_DB_ENGINE: now.Engine ?? '',
  });
  return check(
    'answers',
    code === 0,
    'the command of --check ends with 0',
    code === null ? 'it did not end by itself' : `it ended with ${code}`,
  );
}

function check(name: string, good: boolean, expected: string, observed: string): Check {
  return { name: `${name} of the restored database`, verdict: good ? 'pass' : 'fail', expected, observed };
}
