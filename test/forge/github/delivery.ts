/** What the tests of GitHub's delivery share: repositories by the hour, and the five numbers that a GitHub with them gives. */
import { afterEach } from 'vitest';
import { createGitHubApi } from '../../../src/forge/github/api.ts';
import { type GitHubSource, readGitHubDelivery } from '../../../src/forge/github/delivery.ts';
import { measure } from '../../../src/operations/dora/measure.ts';
import type { DoraRecord } from '../../../src/report/dora/record.ts';
import { type FakeDeployment, type FakeGitHub, type FakeRepository, startFakeGitHub } from './fake-github.ts';

export const HOUR = 3_600_000;
export const NOW = Date.parse('2026-11-01T00:00:00Z');
export const iso = (ms: number) => new Date(ms).toISOString();
export const sha = (n: number) => n.toString(16).padStart(40, '0');

let running: FakeGitHub | undefined;

afterEach(close);

/** Starts a GitHub with this repository: the one that `measured` asks from then on, until it is closed. */
export async function start(repository: FakeRepository): Promise<FakeGitHub> {
  running = await startFakeGitHub(repository);
  return running;
}

/** The GitHub that was asked. */
export function github(): FakeGitHub {
  if (running === undefined) {
    throw new Error('no GitHub runs: start one, or measure');
  }
  return running;
}

/** Ends it; the next measuring starts another. After each test this happens by itself. */
export async function close(): Promise<void> {
  await running?.close();
  running = undefined;
}

/** A deployment that took a minute and was replaced after half an hour. */
export const deploymentOf = (n: number, at: number, more: Partial<FakeDeployment> = {}): FakeDeployment => ({
  id: n,
  sha: sha(n),
  environment: 'production',
  createdAt: iso(at),
  statuses: [
    { state: 'INACTIVE', createdAt: iso(at + HOUR / 2) },
    { state: 'SUCCESS', createdAt: iso(at + 60_000) },
    { state: 'IN_PROGRESS', createdAt: iso(at) },
  ],
  ...more,
});

/** One commit and one deployment every `every` hours; the commit half an hour before. The last is `ago` hours old. */
export function line(count: number, every = 1, ago = 48): FakeRepository {
  const at = (n: number) => NOW - ago * HOUR - (count - 1 - n) * every * HOUR;
  const numbers = Array.from({ length: count }, (_, n) => n);
  return {
    deployments: numbers.map((n) => deploymentOf(n, at(n))),
    commits: numbers.map((n) => ({ sha: sha(n), parents: n === 0 ? [] : [sha(n - 1)], at: iso(at(n) - HOUR / 2) })),
    issues: [],
    labels: ['incident'],
  };
}

/** DORA's numbers of the repository: from the GitHub that runs, or from one that is started with it. */
export async function measured(
  repository: FakeRepository,
  options: Partial<GitHubSource> & { days?: number; mostRequests?: number; now?: number } = {},
): Promise<DoraRecord> {
  const fake = running ?? (await start(repository));
  const { days = 30, mostRequests = 1000, now = NOW, ...source } = options;
  const api = createGitHubApi({
    url: fake.url,
    restUrl: fake.restUrl,
    token: 'secret',
    mostRequests,
    signal: new AbortController().signal,
    sleep: () => Promise.resolve(),
  });
  const window = { from: now - days * 24 * HOUR, to: now };
  const delivery = await readGitHubDelivery(
    {
      owner: 'octo',
      name: 'shop',
      environment: 'production',
      service: undefined,
      ledger: undefined,
      incidents: { label: 'incident' },
      progress: () => undefined,
      ...source,
    },
    api,
    window,
  ).finally(() => api.close());
  return measure(delivery, { environment: 'production', window, horizonSeconds: 86_400, now, confidence: 0.95 });
}

/** The five numbers, or why one is none. */
export const numbers = (record: DoraRecord) => record.metrics.map((one) => one.value ?? one.unknown?.code);

/** How often each kind of question was asked. */
export const counts = () => {
  const result: Record<string, number> = {};
  for (const kind of github().asked) {
    result[kind] = (result[kind] ?? 0) + 1;
  }
  return result;
};
