/** `surefoot recover region-…` as a process of its own, as a person would run it: the same program, over the wire. */
import path from 'node:path';
import { type CommandRun, runCommand } from '../command.ts';
import type { RegionStage } from '../scenario.ts';

/** Runs it to its end, with the AWS endpoint of the standby region. @throws Error for a process that printed no result */
export function recoverRun(
  { regions, platform, sides, workDirectory, reporter, signal }: RegionStage,
  procedure: 'region-failover' | 'region-failback',
  args: readonly string[],
): Promise<CommandRun> {
  const where = ['--config', platform.file, '--environment', sides.standby.environment.name];
  const how = ['--yes', '--report-dir', path.join(workDirectory, procedure)];
  const ports = { reporter, signal, endpoint: regions.standby.endpoint };
  return runCommand(['recover', procedure, ...where, ...how, ...args], ports);
}
