/** A profile by its name, among those that surefoot ships, or by the path of a file of the user's own. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { type Profile, readProfile } from '../../operations/load/profile.ts';
import { didYouMean } from '../../platform/suggest.ts';
import { shippedFile } from '../../tools/package-root.ts';

const ENDING = '.yml';

/** The names of the profiles that surefoot ships. */
export async function shippedProfiles(): Promise<string[]> {
  const files = await readdir(shippedFile('load-tests/profiles'));
  return files
    .filter((file) => file.endsWith(ENDING))
    .map((file) => path.basename(file, ENDING))
    .sort();
}

/** @throws InputError `unknown-profile`, `profile-missing`, or `invalid-profile` with every problem of the file */
export async function findProfile(nameOrFile: string): Promise<Profile> {
  const isFile = /[/\\]|\.ya?ml$/.test(nameOrFile);
  const file = isFile ? nameOrFile : await shippedFileOf(nameOrFile);
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    throw new InputError('profile-missing', `the profile cannot be read (${cause}): --profile takes a name or a file`);
  });
  const { profile, problems } = readProfile(content, file);
  if (profile === undefined) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    throw new InputError('invalid-profile', `${count} in ${file}`, problems);
  }
  return profile;
}

async function shippedFileOf(name: string): Promise<string> {
  const names = await shippedProfiles();
  if (names.includes(name)) {
    return shippedFile(`load-tests/profiles/${name}${ENDING}`);
  }
  const near = didYouMean(name, names);
  const advice = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new InputError(
    'unknown-profile',
    `there is no profile ${JSON.stringify(name)}; there are ${names.join(', ')}, or name a file of your own, ending in ${ENDING}.${advice}`,
  );
}
