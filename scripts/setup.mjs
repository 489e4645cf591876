/**
 * Makes a fresh clone ready for tests: the npm packages of the lock file, k6, Trivy and Checkov. Says what it does; a second run has nothing to do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/**
 * Runs a program with its output shown; ends this one with its exit code when it fails.
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  console.log(`> ${command} ${args.join(' ')}`);
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) {
    console.error(`setup: "${command} ${args.join(' ')}" failed${result.error ? `: ${result.error.message}` : ''}`);
    process.exit(result.status ?? 1);
  }
}

/**
 * npm writes this file last; older than the lock file means that the packages are not those of the lock file.
 * @param {string} folder
 */
function packagesAreInstalled(folder) {
  const marker = path.join(folder, 'node_modules', '.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(path.join(folder, 'package-lock.json')).mtimeMs;
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 18)) {
  console.error(`setup: surefoot needs Node ${engines.node}, this is ${process.version}`);
  process.exit(2);
}
if (!packagesAreInstalled(root)) {
  run('npm', ['ci']);
}
const runnerNode = path.join(root, 'tools', 'runner-node');
if (!packagesAreInstalled(runnerNode)) {
  run('npm', ['ci', '--prefix', runnerNode]);
}
run('node', ['dist/cli.cjs', '__install-tools']);
