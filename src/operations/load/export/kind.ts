/** What a load can be written for, and which loads cannot be. */
import { InputError } from '../../../errors.ts';
import { type PlannedLoad, shownUrl } from '../plan.ts';

export const EXPORTS = ['k6-operator', 'k6-cloud'] as const;
export type ExportKind = (typeof EXPORTS)[number];

/** A file to be written, by its name in the folder. */
export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** What was written, and what a person does with it. */
export interface Exported {
  readonly files: readonly ExportedFile[];
  /** The commands in their order, each in a line of its own. */
  readonly commands: readonly string[];
  /** What is not as `surefoot load` would have it, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Nobody of surefoot's is there where an exported load runs: what needs a look at the load while it runs is refused.
 * @throws InputError `not-exportable` or `secret-in-address`
 */
export function requireExportable({ request, url }: PlannedLoad): void {
  const { probe, scaling, judge, name } = request.profile;
  const watched = [
    ...(probe === undefined ? [] : ['has a probe beside its load']),
    ...(scaling === undefined ? [] : ['watches how the service scales']),
    ...(judge === 'capacity' ? ['is stopped by errors within a window, which k6 by itself does not know'] : []),
    ...(request.script === undefined ? [] : ['runs a script of your own, which k6 takes without surefoot']),
  ];
  if (watched.length > 0) {
    const message = `the load ${name} cannot be exported: it ${watched.join(', and ')}. Run it by \`surefoot load\`, with --tasks on several machines`;
    throw new InputError('not-exportable', message);
  }
  if (request.rehearsalSpeed !== undefined) {
    const message = `${shownUrl(url)} is the rehearsal platform of this machine, which nobody reaches from elsewhere: export without AWS_ENDPOINT_URL`;
    throw new InputError('not-exportable', message);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    const message = `the address ${shownUrl(url)} has a user, a password or a query, which would be written down in the script: put what is secret into a header of the profile as {env:NAME}`;
    throw new InputError('secret-in-address', message);
  }
}
