/** A small FIS on a socket, that keeps its word or breaks it in a way that a test chooses; and every request that it got, byte for byte. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Clients, createClients } from '../../../../src/aws/clients.ts';
import { createGateways } from '../../../../src/aws/gateways.ts';
import type { Clock, Ports } from '../../../../src/operations/ports.ts';

/** What it makes of a dry run. */
export type Honesty =
  | 'honest'
  /** It answers without the mode, or with another one, and runs the actions. */
  | 'leaves-out'
  | 'says-run-all'
  /** It says skip-all, and runs the actions all the same, as moto 5.2.5 does. */
  | 'says-and-runs'
  /** The same, so quickly that nobody sees them run. */
  | 'says-and-has-run'
  /** The actions never get a state. */
  | 'says-nothing-of-actions'
  | 'fails';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

interface Template {
  readonly id: string;
  readonly tags: Record<string, string>;
  readonly actions: Record<string, object>;
  readonly token: string;
}

interface Experiment {
  readonly id: string;
  readonly template: string;
  readonly names: readonly string[];
  status: string;
  looks: number;
  stopped: boolean;
}

export interface FisServer {
  readonly requests: readonly Request[];
  readonly templates: ReadonlyMap<string, Template>;
  readonly experiments: ReadonlyMap<string, Experiment>;
  honesty: Honesty;
  /** Experiments end only when they are stopped. */
  endless: boolean;
  /** `POST /experiments`: its answer is lost after it was carried out. */
  loseAnswerOf: string | undefined;
  /** `DELETE /experimentTemplates`: it is refused. */
  denies: string | undefined;
  ports(signal?: AbortSignal): Ports;
  /** What was told to the journal, in order. */
  readonly journal: string[];
  readonly warnings: string[];
  close(): Promise<void>;
}

const ENDED = ['completed', 'stopped', 'failed', 'cancelled'];

/** Starts it; `clock` waits no longer than a moment, whatever it is asked for. */
export async function startFis(): Promise<FisServer> {
  const requests: Request[] = [];
  const templates = new Map<string, Template>();
  const experiments = new Map<string, Experiment>();
  const journal: string[] = [];
  const warnings: string[] = [];
  const clients: Clients[] = [];
  let skippedMs = 0;

  const server = createServer(async (incoming, response) => {
    const { method = '', url = '' } = incoming;
    const { pathname, searchParams } = new URL(url, 'http://fis');
    const body = await text(incoming);
    requests.push({ method, path: pathname, body });
    const kind = `${method} /${pathname.split('/')[1] ?? ''}`;
    if (fis.denies === kind) {
      return answer(response, 403, { message: 'not allowed' }, 'AccessDeniedException');
    }
    const made = act(method, pathname, searchParams, body === '' ? {} : JSON.parse(body));
    if (fis.loseAnswerOf === kind) {
      return incoming.socket.destroy();
    }
    return made === undefined
      ? answer(response, 404, { message: 'none' }, 'ResourceNotFoundException')
      : answer(response, 200, made);
  });

  function act(
    method: string,
    pathname: string,
    query: URLSearchParams,
    input: Record<string, unknown>,
  ): object | undefined {
    const [, collection, id, below] = pathname.split('/');
    if (collection === 'experimentTemplates') {
      return onTemplates(method, id, input);
    }
    return collection === 'experiments'
      ? onExperiments(method, { id, below, query }, input)
      : { safetyLever: { id: 'default', state: { status: 'disengaged' } } };
  }

  function onTemplates(method: string, id: string | undefined, input: Record<string, unknown>): object | undefined {
    if (method === 'POST') {
      return createTemplate(input);
    }
    return method === 'DELETE' ? removeTemplate(id) : readTemplates(id);
  }

  function onExperiments(
    method: string,
    { id, below, query }: { id: string | undefined; below: string | undefined; query: URLSearchParams },
    input: Record<string, unknown>,
  ): object | undefined {
    if (below === 'resolvedTargets') {
      const target = { targetName: 'tasks', resourceType: 'aws:ecs:task', targetInformation: { arn: 'arn:a' } };
      return { resolvedTargets: [target] };
    }
    if (id === undefined) {
      return method === 'POST' ? start(input) : list(query);
    }
    return method === 'DELETE' ? stop(id) : look(id);
  }

  function createTemplate({ clientToken, tags, actions }: Record<string, unknown>): object {
    const token = String(clientToken);
    const known = [...templates.values()].find((one) => one.token === token);
    const template = known ?? {
      id: `EXT${templates.size + 1}`,
      token,
      tags: (tags ?? {}) as Record<string, string>,
      actions: actions as Record<string, object>,
    };
    templates.set(template.id, template);
    return { experimentTemplate: { id: template.id, tags: template.tags } };
  }

  function removeTemplate(id = ''): object | undefined {
    return templates.delete(id) ? { experimentTemplate: { id } } : undefined;
  }

  function readTemplates(id: string | undefined): object | undefined {
    const all = [...templates.values()].map(({ id: one, tags }) => ({ id: one, tags }));
    const found = all.find((one) => one.id === id);
    return id === undefined ? { experimentTemplates: all } : found && { experimentTemplate: found };
  }

  function start({ experimentTemplateId }: Record<string, unknown>): object {
    const template = String(experimentTemplateId);
    const id = `EXP${experiments.size + 1}`;
    const names = Object.keys(templates.get(template)?.actions ?? {});
    experiments.set(id, { id, template, names, status: 'initiating', looks: 0, stopped: false });
    return { experiment: shown(id) };
  }

  function list(query: URLSearchParams): object {
    const wanted = query.get('experimentTemplateId');
    const found = [...experiments.values()].filter(({ template }) => wanted === null || template === wanted);
    return { experiments: found.map(({ id }) => shown(id)) };
  }

  function stop(id: string): object | undefined {
    const experiment = experiments.get(id);
    if (experiment !== undefined && !ENDED.includes(experiment.status)) {
      experiment.status = 'stopped';
      experiment.stopped = true;
    }
    return experiment && { experiment: shown(id) };
  }

  function look(id: string): object | undefined {
    const experiment = experiments.get(id);
    if (experiment === undefined) {
      return undefined;
    }
    experiment.looks += 1;
    if (!ENDED.includes(experiment.status) && !fis.endless) {
      const runs = fis.honesty === 'says-and-runs';
      const later = runs
        ? experiment.looks > 3
          ? 'completed'
          : 'running'
        : fis.honesty === 'fails'
          ? 'failed'
          : 'completed';
      experiment.status = experiment.looks > 1 ? later : 'initiating';
    }
    return { experiment: shown(id) };
  }

  function shown(id: string): object {
    const experiment = experiments.get(id);
    const { status = '', names = [] } = experiment ?? {};
    const mode = { 'leaves-out': undefined, 'says-run-all': 'run-all' }[fis.honesty as string] ?? 'skip-all';
    const reason = status === 'failed' ? 'Target resolution returned empty set' : 'as it goes';
    const error = status === 'failed' ? { error: { code: 'InvalidTarget', location: 'targets.tasks' } } : {};
    return {
      id,
      experimentTemplateId: experiment?.template,
      ...(fis.honesty === 'leaves-out' ? {} : { experimentOptions: { actionsMode: mode } }),
      state: { status, reason, ...error },
      actions: Object.fromEntries(names.map((name) => [name, actionState(status)])),
    };
  }

  function actionState(status: string): object {
    switch (fis.honesty) {
      case 'says-nothing-of-actions':
        return {};
      case 'says-and-runs':
      case 'says-and-has-run':
        return { state: { status } };
      default:
        return { state: { status: status === 'completed' ? 'skipped' : 'pending' } };
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock: Clock = {
    now: () => new Date(Date.now() + skippedMs),
    sleep: async (ms, signal) => {
      skippedMs += ms;
      await new Promise((resolve) => setTimeout(resolve, 2));
      signal?.throwIfAborted();
    },
  };
  const fis: FisServer = {
    requests,
    templates,
    experiments,
    honesty: 'honest',
    endless: false,
    loseAnswerOf: undefined,
    denies: undefined,
    journal,
    warnings,
    ports(signal = new AbortController().signal) {
      const made = createClients({
        region: 'ca-central-1',
        endpoint,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        version: '0.0.0',
        maxAttempts: 1,
      });
      clients.push(made);
      return {
        aws: createGateways(made, signal),
        awsForUndo: createGateways(made),
        clock,
        reporter: {
          stage: () => undefined,
          info: () => undefined,
          progress: () => undefined,
          warn: (line) => warnings.push(line),
        },
        http: async () => Promise.reject(new Error('nobody asked for HTTP')),
        signal,
        journal: {
          updating: () => undefined,
          deploying: () => undefined,
          running: () => undefined,
          ran: () => undefined,
          previewing: (runId) => journal.push(`previewing ${runId}`),
          previewed: () => journal.push('previewed'),
        },
      };
    },
    async close() {
      for (const client of clients) {
        client.destroy();
      }
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fis;
}

function answer(response: ServerResponse, status: number, body: object, error?: string): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(error && { 'x-amzn-errortype': error }) });
  response.end(JSON.stringify(body));
}
