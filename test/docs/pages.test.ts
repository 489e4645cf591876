/** What the pages show works: workflows are ones, platform files have no problem, commands and their options exist, links lead somewhere. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { createProgram } from '../../src/cli/program.ts';
import { parsePlatform } from '../../src/platform/parse.ts';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { runProgram } from '../../src/tools/run-program.ts';
import { actionlint, toolOrReason } from '../workflows/support/tools.ts';
import { anchorsOf, type Block, blocksOf, linksOf, PAGES } from './support/pages.ts';
import { wholePlatforms } from './support/whole-platform.ts';

const blocks = PAGES.flatMap(blocksOf);
const yaml = blocks.filter(({ language }) => language === 'yaml');
const at = ({ file, line }: Block) => `${file}:${line}`;
const lint = await toolOrReason(actionlint);

const isWorkflow = ({ text }: Block) => /^jobs:/m.test(text);
/** Pages of actions show the jobs alone. */
const wholeWorkflow = ({ text }: Block) => (/^on:/m.test(text) ? text : `on: workflow_dispatch\n${text}`);
const isPlatform = ({ text }: Block) => /^kind: Platform$/m.test(text);

describe('examples in YAML', () => {
  it('are YAML', () => {
    const broken = yaml.filter(({ text }) =>
      parseAllDocuments(text).some((one) => 'errors' in one && one.errors.length > 0),
    );
    expect(yaml.length).toBeGreaterThan(20);
    expect(broken.map(at)).toEqual([]);
  });

  it('that are whole platform files have no problem', () => {
    const whole = yaml.filter(isPlatform);
    expect(whole.length).toBeGreaterThanOrEqual(3);
    expect(whole.flatMap((block) => parsePlatform(block.text, at(block)).problems)).toEqual([]);
  });

  it('that are parts of platform files have no problem in a whole one', () => {
    const parts = yaml
      .filter((block) => !isPlatform(block))
      .flatMap((block) => wholePlatforms(block.text).map((text) => ({ block, text })));
    expect(parts.length).toBeGreaterThanOrEqual(10);
    expect(parts.flatMap(({ block, text }) => parsePlatform(text, at(block)).problems)).toEqual([]);
  });

  it.skipIf('skipped' in lint)('that are workflows pass actionlint', { timeout: 120_000 }, async () => {
    const workflows = yaml.filter(isWorkflow);
    expect(workflows.length).toBeGreaterThanOrEqual(8);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'surefoot-pages-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const files = workflows.map((block, index) => {
      const file = path.join(folder, `${index}-${path.basename(block.file)}-${block.line}.yml`);
      writeFileSync(file, wholeWorkflow(block));
      return file;
    });
    const { paths } = parse(readFileSync('.github/actionlint.yaml', 'utf8')) as {
      paths: Record<string, { ignore: string[] }>;
    };
    const ignore = Object.values(paths).flatMap((each) => each.ignore.flatMap((pattern) => ['-ignore', pattern]));
    const args = ['-no-color', '-shellcheck=', '-pyflakes=', ...ignore, ...files];
    const environment = minimalEnvironment(process.env);
    const { code, stdout } = await runProgram('path' in lint ? lint.path : '', args, {
      environment,
      timeoutMs: 60_000,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });
});

describe('commands', () => {
  const lines = blocks
    .filter(({ language }) => language === 'sh' || language === '')
    .flatMap((block) =>
      block.text
        .replace(/\\\n\s*/g, ' ')
        .split('\n')
        .flatMap((line) => [...line.matchAll(/(?:^|[|;] *)(?:surefoot|node (?:\S*\/)?dist\/cli\.cjs) ([^|;#]*)/g)])
        .map(([, words = '']) => ({ where: at(block), words: words.trim().split(/\s+/) })),
    );
  it('exist, with the options that they are given', () => {
    const program = createProgram();
    expect(lines.length).toBeGreaterThan(60);
    const wrong = lines.flatMap(({ where, words }) => {
      const command = commandOf(program, words);
      const known = new Set(command?.options.flatMap(({ short, long }) => [short, long]));
      const options = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split('=')[0] ?? '');
      const unknown = options.filter((option) => !['--help', '--version'].includes(option) && !known.has(option));
      const missing = command === program && /^[a-z]/.test(words[0] ?? '') ? ['no such command'] : [];
      return [...missing, ...unknown].map((problem) => `${where}: ${words.join(' ')}: ${problem}`);
    });
    expect(wrong).toEqual([]);
  });
});

/** The command that the words name, as deep as they do. */
function commandOf(parent: Command, [word, ...rest]: readonly string[]): Command {
  const found = parent.commands.find((one) => one.name() === word);
  return found === undefined ? parent : commandOf(found, rest);
}

describe('links', () => {
  const links = PAGES.flatMap((file) => linksOf(file).map((link) => ({ file, ...link })));

  it('lead to files and folders that exist', () => {
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter(({ to }) => !existsSync(to)).map(({ file, to }) => `${file}: ${to}`)).toEqual([]);
  });

  it('lead to headings that exist', () => {
    const deep = links.filter(
      ({ to, heading }) => heading !== undefined && to.endsWith('.md') && existsSync(to) && statSync(to).isFile(),
    );
    expect(deep.length).toBeGreaterThan(8);
    expect(deep.filter(({ to, heading = '' }) => !anchorsOf(to).has(heading))).toEqual([]);
  });
});
