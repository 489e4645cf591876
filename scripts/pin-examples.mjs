/**
 * Writes a release's commit into every example that uses an action, a workflow or a Terraform module of this repository: README, docs and
 * the workflows to copy.
 * `node scripts/pin-examples.mjs OWNER/NAME COMMIT TAG`; the release workflow runs it once a release is published.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What stands in the examples before the first release: no commit has this SHA, so that nothing of a stranger is run by mistake. */
export const UNRELEASED = { repository: 'your-organisation/surefoot', commit: '0'.repeat(40) };

/**
 * `text` with every reference to this repository at the given commit. References to other repositories stay as they are.
 * @param {string} text
 * @param {{ repository: string, commit: string, tag: string }} release
 */
export function pinned(text, { repository, commit, tag }) {
  const ours = [repository, UNRELEASED.repository].map((name) => name.replaceAll('.', '\\.')).join('|');
  const reference = new RegExp(`\\b(?:${ours})((?:/[\\w./-]+)?)@[0-9a-f]{40} # v[\\w.-]+`, 'g');
  const module = new RegExp(`github\\.com/(?:${ours})\\.git(//[\\w./-]+)\\?ref=[0-9a-f]{40}`, 'g');
  return text
    .replace(reference, (_, below) => `${repository}${below}@${commit} # ${tag}`)
    .replace(module, (_, below) => `github.com/${repository}.git${below}?ref=${commit}`);
}

/**
 * The files that show examples, relative to the repository.
 * @returns {Promise<string[]>}
 */
export async function filesWithExamples() {
  const below = await Promise.all(
    ['docs', 'actions', 'workflows', 'infra'].map(async (folder) => {
      const names = await readdir(path.join(root, folder), { recursive: true });
      return names.map((name) => path.join(folder, name));
    }),
  );
  return ['README.md', ...below.flat()].filter((file) => /\.(?:md|yml)$/.test(file)).sort();
}

/** @param {string[]} args */
async function main([repository = '', commit = '', tag = '']) {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || !/^[0-9a-f]{40}$/.test(commit) || !/^v\d+\.\d+\.\d+$/.test(tag)) {
    console.error('usage: node scripts/pin-examples.mjs OWNER/NAME COMMIT(40 hexadecimal digits) vX.Y.Z');
    process.exitCode = 2;
    return;
  }
  for (const file of await filesWithExamples()) {
    const before = await readFile(path.join(root, file), 'utf8');
    const after = pinned(before, { repository, commit, tag });
    if (after !== before) {
      await writeFile(path.join(root, file), after);
      console.log(`${file}: ${tag}`);
    }
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
}
