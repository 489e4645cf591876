/**
 * A dry run of a release: `npm run release:check`, or `npm run release:check -- v1.2.3` to hold the versions to a tag.
 *
 * It takes what is committed (not what lies about), builds everything again in a folder of its own, and compares every byte; and it holds
 * the version in package.json, in its lock file and in the changelog to one another. It changes nothing. The release workflow runs it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Bundles that hold code of others, whose licences must come with them. */
const WITH_LICENCES = ['dist/action.cjs', 'dist/cli.cjs'];

/**
 * What does not fit together in the versions.
 * @param {{ packageJson: string, lock: string, changelog: string, tag?: string | undefined }} texts
 * @returns {string[]}
 */
export function versionProblems({ packageJson, lock, changelog, tag }) {
  /** @type {{ version: string }} */
  const { version } = JSON.parse(packageJson);
  /** @type {{ version: string, packages: Record<string, { version?: string }> }} */
  const locked = JSON.parse(lock);
  const [, newest, date] = /^## \[(\d+\.\d+\.\d+)\](.*)$/m.exec(changelog) ?? [];
  return [
    ...(locked.version === version && locked.packages['']?.version === version
      ? []
      : [`package-lock.json has ${locked.version}, package.json ${version}: run "npm install --package-lock-only"`]),
    ...(newest === version
      ? []
      : [
          `CHANGELOG.md begins with ${newest ?? 'no version'}, package.json has ${version}: write "## [${version}] - YYYY-MM-DD" above it`,
        ]),
    ...(newest === undefined || /^ - \d{4}-\d{2}-\d{2}$/.test(date ?? '')
      ? []
      : [`CHANGELOG.md: "## [${newest}]${date}" needs its date, as "## [${newest}] - YYYY-MM-DD"`]),
    ...(tag === undefined || tag === `v${version}` ? [] : [`the tag is ${tag}, package.json has ${version}`]),
  ];
}

/**
 * Takes the commit out of the repository, builds it in a folder of its own, and says which files come out otherwise than they went in.
 * @param {string} repository
 * @param {string} commit
 * @returns {Promise<{ problems: string[], sums: Map<string, string> }>} SHA-256 of each committed file
 */
export async function rebuild(repository, commit) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-release-'));
  try {
    const archive = path.join(folder, 'commit.tar');
    const checkout = path.join(folder, 'checkout');
    await mkdir(checkout);
    await run('git', ['archive', '--output', archive, commit], { cwd: repository });
    await run('tar', ['-xf', archive, '-C', checkout]);
    const before = await sumsOf(checkout);
    // A link would not do: esbuild follows it, and names and orders modules by where it finds them.
    await cp(path.join(repository, 'node_modules'), path.join(checkout, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    await run('npm', ['run', 'build'], { cwd: checkout, maxBuffer: 16 * 1024 * 1024 });
    return { problems: differences(before, await sumsOf(checkout)), sums: before };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Map<string, string>} committed
 * @param {Map<string, string>} built
 */
function differences(committed, built) {
  const files = [...new Set([...committed.keys(), ...built.keys()])].sort();
  return files.flatMap((file) => {
    if (!built.has(file)) {
      return [`${file} is committed, and the build does not make it`];
    }
    if (!committed.has(file)) {
      return [`${file} is made by the build, and not committed`];
    }
    return committed.get(file) === built.get(file) ? [] : [`${file} is stale`];
  });
}

/** @param {string} folder */
async function sumsOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith(`node_modules${path.sep}`));
  /** @type {Map<string, string>} */
  const sums = new Map();
  for (const file of files.sort()) {
    sums.set(
      file,
      createHash('sha256')
        .update(await readFile(path.join(folder, file)))
        .digest('hex'),
    );
  }
  return sums;
}

/** @param {Map<string, string>} sums */
function licenceProblems(sums) {
  const empty = createHash('sha256').digest('hex');
  return ['LICENSE', ...WITH_LICENCES.map((file) => `${file}.LEGAL.txt`)].flatMap((file) =>
    sums.has(file) && sums.get(file) !== empty ? [] : [`${file} is missing or empty`],
  );
}

/** @param {string | undefined} tag */
async function main(tag) {
  const show = async (/** @type {string} */ file) =>
    (await run('git', ['show', `HEAD:${file}`], { cwd: root, maxBuffer: 64 * 1024 * 1024 })).stdout;
  const [packageJson, lock, changelog] = await Promise.all(
    ['package.json', 'package-lock.json', 'CHANGELOG.md'].map(show),
  );
  const versions = versionProblems({
    packageJson: packageJson ?? '',
    lock: lock ?? '',
    changelog: changelog ?? '',
    tag,
  });
  const { problems, sums } = await rebuild(root, 'HEAD');
  const all = [...versions, ...problems, ...licenceProblems(sums)];
  for (const problem of all) {
    console.error(`release: ${problem}`);
  }
  if (all.length > 0) {
    console.error('release: not ready. After "npm run build", commit what it changes and run this again.');
    process.exitCode = 1;
    return;
  }
  for (const [file, sum] of sums) {
    if (file.startsWith('dist/')) {
      console.log(`${sum}  ${file}`);
    }
  }
  console.log(`release: ready. ${sums.size} committed files, and the build gives the same bytes.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv[2]);
}
