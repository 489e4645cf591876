/** `dora`, from options to outcome: where deliveries are read, and the five numbers of them. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isLoopback } from '../aws/where-to.ts';
import { InputError, OutsideError } from '../errors.ts';
import type { WorkflowSource } from '../forge/github/runs.ts';
import { measureDora } from '../operations/dora/dora.ts';
import type { Delivery, ReadDelivery } from '../operations/dora/events.ts';
import { systemClock } from '../runtime/clock.ts';
import { report } from './deploy.ts';
import { writableFolder } from './folders.ts';
import type { Outcome } from './outcome.ts';
import type { ReportOptions, Session } from './session.ts';

export interface DoraOptions extends ReportOptions {
  /** A folder, or `OWNER/NAME`. */
  readonly repository: string;
  readonly environment?: string;
  readonly service?: string;
  /** Of a clone: which tags are releases. */
  readonly tags?: string;
  /** Of GitHub: the file of the workflow whose runs are the deployments, and of which branch. */
  readonly workflow?: string;
  readonly branch?: string;
  readonly days: number;
  /** ISO 8601; a day means the whole of it. */
  readonly until?: string;
  /** Hours. */
  readonly failureHorizon: number;
  readonly incidents?: string;
  readonly incidentLabel?: string;
  readonly ledger?: string;
  readonly mostRequests: number;
  readonly strict?: boolean;
  /** For GitHub; else GITHUB_TOKEN or GH_TOKEN of the environment. */
  readonly token?: string;
  /** The environment of surefoot.yml that the numbers are about: on GitHub also the one that is read where none is named. */
  readonly about?: string;
  /** What cannot be read leaves all numbers unknown, with the reason, instead of ending without a record. */
  readonly tolerant?: boolean;
}

/** What releases of a clone are deployed to, when nobody says. */
const RELEASES = 'releases';
const DAY_MS = 86_400_000;

/** Reads and measures. @throws InputError for options that do not fit the source */
export async function doraAction(options: DoraOptions, session: Session): Promise<Outcome> {
  const until = options.until === undefined ? undefined : untilOf(options.until);
  const { name, environment, read } = await sourceOf(options, session);
  await writableFolder(options.reportDir, '--report-dir');
  const evidence = await measureDora(
    {
      name,
      environment,
      about: options.about,
      service: options.service,
      until,
      days: options.days,
      horizonSeconds: options.failureHorizon * 3600,
      strict: options.strict === true,
    },
    options.tolerant === true ? (window) => read(window).catch(unread(name)) : read,
    { clock: systemClock },
  );
  return { ...(await report('dora', evidence, options, session)), details: { dora: evidence.dora } };
}

/** What was not read, as a delivery that says so. @throws what is no fault of the outside */
function unread(name: string): (error: unknown) => Delivery {
  return (error) => {
    if (!(error instanceof OutsideError)) {
      throw error;
    }
    const unknown = { code: error.code, message: error.message };
    const source = { kind: name.includes('/') ? 'github' : 'git', name } as const;
    return {
      source,
      deployments: [],
      commits: [],
      incidents: { unknown },
      unknown,
      excluded: [],
      caveats: [],
      tools: [],
    };
  };
}

interface Source {
  /** Of the application, as people call it. */
  readonly name: string;
  readonly environment: string;
  readonly read: ReadDelivery;
}

async function sourceOf(options: DoraOptions, session: Session): Promise<Source> {
  if (options.incidents !== undefined && options.incidentLabel !== undefined) {
    throw new InputError(
      'two-incident-sources',
      'give one of --incidents and --incident-label, so that none counts twice',
    );
  }
  const isFolder = (await stat(options.repository).catch(() => undefined))?.isDirectory() === true;
  const name = /^(?:github:)?([\w-]{1,39})\/([\w.-]{1,100})$/.exec(options.repository);
  return isFolder || name === null
    ? fromGit(options, session)
    : fromGitHub(options, session, name[1] ?? '', name[2] ?? '');
}

async function fromGit(options: DoraOptions, session: Session): Promise<Source> {
  for (const [given, option] of [
    [options.incidentLabel, '--incident-label'],
    [options.ledger, '--ledger'],
    [options.service, '--service'],
    [options.workflow, '--workflow'],
    [options.branch, '--branch'],
  ] as const) {
    if (given !== undefined) {
      throw new InputError(
        'not-of-a-clone',
        `${option} is of repositories on GitHub, and ${options.repository} is read as a clone: leave it out, or write --repository OWNER/NAME`,
      );
    }
  }
  const { readGitDelivery } = await import('../forge/git-history.ts');
  const incidents = (await incidentsOf(options)) ?? noIncidents('--incidents FILE');
  const { repository: directory, tags = '*', environment = RELEASES } = options;
  const read: ReadDelivery = (window) =>
    readGitDelivery({ directory, tags, incidents, signal: session.signal }, window);
  return { name: path.basename(path.resolve(directory)), environment, read };
}

async function fromGitHub(options: DoraOptions, session: Session, owner: string, name: string): Promise<Source> {
  const { service, tags, incidentLabel, ledger, mostRequests } = options;
  const workflow = workflowOf(options);
  const environment = options.environment ?? workflow?.file ?? options.about;
  if (environment === undefined) {
    throw new InputError(
      'no-environment',
      `every job with an \`environment:\` files deployments on GitHub: say which of them count, with --environment, such as --environment production; or, where none are filed, which workflow deploys, with --workflow deploy.yml`,
    );
  }
  if (tags !== undefined) {
    throw new InputError(
      'only-of-a-clone',
      '--tags is of clones: on GitHub deployments count, not releases; leave it out',
    );
  }
  const { createGitHubApi } = await import('../forge/github/api.ts');
  const { readGitHubDelivery } = await import('../forge/github/delivery.ts');
  const incidents = await incidentsOf(options);
  const read: ReadDelivery = async (window) => {
    const api = createGitHubApi({
      ...accessOf(process.env, options.token),
      mostRequests,
      signal: session.signal,
      sleep: systemClock.sleep,
    });
    try {
      return await readGitHubDelivery(
        {
          owner,
          name,
          environment,
          service,
          workflow,
          ledger,
          incidents:
            incidents ??
            (incidentLabel === undefined ? noIncidents('--incident-label NAME') : { label: incidentLabel }),
          progress: (text) => session.reporter.progress(text),
        },
        api,
        window,
      );
    } finally {
      await api.close();
    }
  };
  return { name: `${owner}/${name}`, environment, read };
}

/** Where GitHub is and what opens it, from the variables that a runner sets. @throws InputError */
function accessOf(
  environment: Readonly<Record<string, string | undefined>>,
  given: string | undefined,
): {
  readonly url: string;
  readonly restUrl: string;
  readonly token: string;
} {
  const url = safeUrl('GITHUB_GRAPHQL_URL', environment['GITHUB_GRAPHQL_URL'] ?? 'https://api.github.com/graphql');
  const restUrl = safeUrl('GITHUB_API_URL', environment['GITHUB_API_URL'] ?? 'https://api.github.com');
  const token = given || environment['GITHUB_TOKEN'] || environment['GH_TOKEN'];
  if (!token) {
    throw new InputError(
      'no-github-token',
      'reading deployments needs a token: set GITHUB_TOKEN to one that reads deployments, contents, issues and pull requests',
    );
  }
  return { url, restUrl, token };
}

function safeUrl(variable: string, url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== 'https:' && !isLoopback(parsed.hostname))) {
    throw new InputError(
      'bad-github-url',
      `${variable} is "${url}", and a token is sent there: write an https address, or unset it for github.com`,
    );
  }
  return url;
}

function workflowOf({ branch, service, workflow }: DoraOptions): WorkflowSource | undefined {
  if (workflow === undefined) {
    if (branch !== undefined) {
      throw new InputError(
        'branch-of-what',
        '--branch is of the runs of a workflow: add --workflow FILE, or leave it out',
      );
    }
    return undefined;
  }
  if (!/^[\w.-]{1,200}\.ya?ml$/.test(workflow)) {
    throw new InputError(
      'bad-workflow',
      `--workflow ${workflow} is no workflow's file: write its name, like deploy.yml`,
    );
  }
  if (service !== undefined) {
    throw new InputError('two-sources', '--service is of deployments that surefoot files: leave it out, or --workflow');
  }
  return { file: workflow, branch, now: systemClock.now().getTime() };
}

async function incidentsOf({ incidents }: DoraOptions): Promise<Delivery['incidents'] | undefined> {
  return incidents === undefined ? undefined : (await import('../forge/incident-file.ts')).readIncidentFile(incidents);
}

function noIncidents(option: string): Delivery['incidents'] {
  return {
    unknown: {
      code: 'no-incident-source',
      message: `nothing says which incidents there were: name them with ${option}`,
    },
  };
}

function untilOf(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InputError(
      'bad-until',
      `--until ${text} is no time in UTC: write it like 2026-03-02 or 2026-03-02T14:05:00Z`,
    );
  }
  // A day means the whole of it, as in files of facts.
  return text.includes('T') ? ms : ms + DAY_MS;
}
