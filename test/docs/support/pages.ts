/** The pages for users, and the examples in them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Every page of Markdown that a user may follow. Decisions are history, and the table of fidelity has a test of its own. */
export const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'workflows/README.md',
  ...readdirSync('actions')
    .map((name) => `actions/${name}/README.md`)
    .filter((file) => existsSync(file)),
  ...readdirSync('docs', { recursive: true })
    .map((name) => path.posix.join('docs', String(name).split(path.sep).join('/')))
    .filter((file) => file.endsWith('.md') && !file.startsWith('docs/decisions/') && file !== 'docs/fidelity.md'),
];

/** A fenced block. */
export interface Block {
  readonly file: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** `yaml`, `sh`, … */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(file: string): Block[] {
  const page = readFileSync(file, 'utf8');
  return [...page.matchAll(/^```([a-z]*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: text = '', index }) => ({
    file,
    line: page.slice(0, index).split('\n').length + 1,
    language,
    text,
  }));
}

/** Where a page's links lead inside this repository: the file, and the heading behind `#`, as it is written. */
export function linksOf(file: string): { readonly to: string; readonly heading: string | undefined }[] {
  const text = readFileSync(file, 'utf8').replace(/^```.*?^```$/gms, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [to = '', heading] = link.split('#');
      return { to: to === '' ? file : path.posix.join(path.posix.dirname(file), to), heading };
    });
}

/** The anchors that GitHub makes of a page's headings. */
export function anchorsOf(file: string): Set<string> {
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}
