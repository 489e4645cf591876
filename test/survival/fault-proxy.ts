/** A proxy between surefoot and an AWS endpoint that counts calls and can fail, throttle, lose or interrupt any of them. */
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErrorKind, errorAnswer } from './aws-errors.ts';

export interface Call {
  /** `UpdateService`, without its service: no two services that surefoot calls share a name. */
  readonly operation: string;
  /** Which call of this operation it is since the rules were set, from 1; retries count. */
  readonly number: number;
  readonly body: string;
  readonly userAgent: string;
}

/**
 * What becomes of a call. `lose-request`: AWS never gets it and the client waits. `lose-answer`: AWS acts on it and the client waits.
 * `late`: AWS gets it when the promise resolves, and the client never hears of it. `edit`: the client gets what the function makes of the
 * answer. A function is run instead of the call (`before`), or
 * when AWS has answered it (`after`), which the client then never hears.
 */
export type Fate =
  | 'pass'
  | ErrorKind
  | 'lose-request'
  | 'lose-answer'
  | { readonly late: Promise<unknown> }
  | { readonly edit: (answer: string) => string }
  | { readonly before: () => void }
  | { readonly after: () => void };

export type Rule = (call: Call) => Fate;

export interface FaultProxy {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** Sets what becomes of calls from now on, and starts counting anew. */
  setRule(rule: Rule): void;
  /** Names of the operations called since the rule was set, in order; retries are repeated. */
  calls(): readonly string[];
  close(): Promise<void>;
}

/** More than any test makes: a client in an endless loop is stopped. */
const MOST_CALLS = 20_000;

/** Starts a proxy on a free port of 127.0.0.1 before `target`; everything passes until a rule is set. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const state: State = { target, agent: new Agent({ keepAlive: true }), rule: () => 'pass', calls: [] };
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setRule(rule) {
      state.rule = rule;
      state.calls = [];
    },
    calls: () => state.calls,
    async close() {
      state.agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  readonly target: string;
  readonly agent: Agent;
  rule: Rule;
  calls: string[];
}

async function handle(state: State, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await read(incoming);
  const fate = incoming.method === 'POST' ? decide(state, incoming, body.toString('utf8')) : 'pass';
  if (typeof fate === 'object' && 'before' in fate) {
    fate.before();
    return;
  }
  if (fate === 'lose-request') {
    return;
  }
  if (fate === 'deny' || fate === 'break' || fate === 'throttle') {
    const { status, headers, text } = errorAnswer(fate, incoming.headers);
    outgoing.writeHead(status, headers).end(text);
    return;
  }
  if (typeof fate === 'object' && 'late' in fate) {
    await fate.late;
  }
  const answer = await forward(state, incoming, body);
  if (typeof fate === 'object' && 'edit' in fate) {
    const edited = Buffer.from(fate.edit(answer.body.toString('utf8')));
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': edited.length }).end(edited);
    return;
  }
  if (typeof fate === 'object' && 'after' in fate) {
    fate.after();
  } else if (fate === 'pass') {
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }
}

function decide(state: State, { headers }: IncomingMessage, body: string): Fate {
  const operation = operationOf(headers['x-amz-target'], body);
  state.calls.push(operation);
  if (state.calls.length > MOST_CALLS) {
    throw new Error(`more than ${MOST_CALLS} calls`);
  }
  const number = state.calls.filter((name) => name === operation).length;
  return state.rule({ operation, number, body, userAgent: headers['user-agent'] ?? '' });
}

/** `AmazonEC2ContainerServiceV20141113.UpdateService`, or the `Action` of a form. */
function operationOf(target: string | string[] | undefined, body: string): string {
  return typeof target === 'string'
    ? target.slice(target.lastIndexOf('.') + 1)
    : (new URLSearchParams(body).get('Action') ?? 'unknown');
}

async function forward({ target, agent }: State, incoming: IncomingMessage, body: Buffer) {
  const { method = 'GET', headers, url = '/' } = incoming;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send(new URL(url, target), { agent, method, headers }, resolve).once('error', reject).end(body);
  });
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await read(answer) };
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
