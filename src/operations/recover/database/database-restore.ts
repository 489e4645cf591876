/**
 * `database-restore`: a DB instance is restored beside the original, to a moment or from a snapshot, with what RDS does not restore put
 * back, and asked by a command of the user's. Nothing is ever changed on the original; taking the new one into use is left to people.
 */
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { DRILL, type Planned, type RecoverRequest, refused } from '../request.ts';
import { type DatabaseRestoreInputs, isOurs, type Scene } from './scene.ts';
import { leftToDo } from './settings.ts';
import { sourceOf } from './source.ts';
import { removeStep, restoreStep, settingsStep, waitStep } from './steps.ts';
import { verify } from './verify.ts';

/** "Must contain from 1 to 63 letters, numbers, or hyphens … First character must be a letter … can't end with a hyphen or contain two consecutive hyphens" (AWS). */
const IDENTIFIER = /^[a-z](?:-?[a-z0-9])*$/i;
const MOST_LETTERS = 63;
/** Reads and works out the restore; changes nothing. */
export async function planDatabaseRestore(
  request: RecoverRequest,
  inputs: DatabaseRestoreInputs,
  ports: Ports,
): Promise<Planned> {
  const { instance } = inputs;
  const { run, drill } = request;
  const target = drill
    ? `${DRILL}${run.id}-${instance}`.slice(0, MOST_LETTERS).replace(/-+$/, '')
    : (inputs.to ?? `${instance}-restored`).toLowerCase();
  const title = `Restore the database ${instance} to ${target}`;
  if (!IDENTIFIER.test(target) || target.length > MOST_LETTERS) {
    const message = `"${target}" is no identifier of a DB instance: 1 to ${MOST_LETTERS} letters, digits and single hyphens, first a letter. Name another with --to`;
    return refused(title, [{ code: 'bad-identifier', message }]);
  }
  const original = await ports.aws.rds.instance(instance);
  const source = await sourceOf(inputs, original, run.settled['at'], ports);
  if ('code' in source) {
    return refused(title, [source]);
  }
  const scene: Scene = { target, request, inputs, original, source, ports };
  const notes = [
    original === undefined
      ? 'the original is gone'
      : `the original is left as it is; what was written after ${source.at.toISOString()} is in it alone`,
    ...(inputs.ask === undefined
      ? ['without --check nobody asks the restored database: only RDS says that it is well']
      : []),
  ];
  return {
    ...refused(`${title} ${source.what}`, await targetRefusals(scene), notes),
    settled: { at: source.at.toISOString(), target },
    guard: () => targetRefusals(scene),
    steps: [
      restoreStep(scene),
      waitStep(scene),
      ...(original === undefined || drill ? [] : [settingsStep(original, scene)]),
    ],
    removals: drill ? [removeStep(scene)] : [],
    verify: () => verify(scene),
    recoveryPoint: { at: source.at, method: 'the moment that was restored' },
    afterwards: drill ? [] : [...leftToDo(original, target), ...swapPlan(instance, target)],
  };
}

async function targetRefusals(scene: Scene): Promise<Reason[]> {
  const { target, source, ports } = scene;
  const existing = await ports.aws.rds.instance(target);
  if (existing === undefined || isOurs(existing, scene)) {
    return [];
  }
  const message = `there is a DB instance "${target}" already, which is not restored ${source.what}: nothing is ever restored over a database. Name another with --to, or delete it`;
  return [{ code: 'target-exists', message }];
}

function swapPlan(instance: string, target: string): string[] {
  return [
    `decide on what was written to ${instance} since: it is not in ${target}`,
    `either rename both (aws rds modify-db-instance --new-db-instance-identifier): ${instance} to ${instance}-old, then ${target} to ${instance}, which keeps the endpoint's name; services reconnect`,
    `or point the services at the endpoint of ${target} (their variable or secret) and deploy them: \`surefoot deploy\` is the way there and \`surefoot rollback\` the way back`,
    `make the alarms, event subscriptions and proxy targets of ${instance} for ${target}, and bring it into Terraform`,
  ];
}
