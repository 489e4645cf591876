/** From a platform file and the environment to ports: which AWS (or rehearsal platform) is talked to, and with what. */
import { type Clients, createClients } from '../aws/clients.ts';
import { createGateways } from '../aws/gateways.ts';
import { isLoopback } from '../aws/where-to.ts';
import { InputError } from '../errors.ts';
import type { Ports } from '../operations/ports.ts';
import { atTestListener } from '../platform/in-rehearsal.ts';
import { requirePlatform } from '../platform/load.ts';
import type { Platform, ServiceInEnvironment } from '../platform/model.ts';
import { resolveService } from '../platform/select.ts';
import { systemClock } from '../runtime/clock.ts';
import { httpProbe } from '../runtime/http.ts';
import { VERSION } from '../runtime/package.ts';
import { requireAccount, requireEndpoint, requireRegion } from './guards.ts';
import type { SelectionOptions, Session } from './session.ts';

/** What a rehearsal platform says of itself at `GET /_surefoot`. */
export interface RehearsalInfo {
  readonly speed: number;
  readonly region: string;
  readonly services: Readonly<Record<string, { readonly url: string; readonly testUrl: string }>>;
  /** Endpoints of the platforms that are its other regions, by region; missing: it has none. */
  readonly regions?: Readonly<Record<string, string>>;
  /** `host:port` of the DNS server that answers for its names; missing: it has none. */
  readonly dns?: string;
}

export interface Connection {
  readonly platform: Platform;
  readonly target: ServiceInEnvironment;
  readonly ports: Ports;
  readonly rehearsal: RehearsalInfo | undefined;
}

/** Loads the platform file, picks the service and connects; `work` gets the connection, which is closed after it. */
export async function withConnection<T>(
  options: SelectionOptions,
  session: Session,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const platform = await requirePlatform(options.config);
  const target = resolveService(platform, { environment: options.environment, service: options.service });
  const region = platform.environments[target.environment]?.region ?? '';
  requireRegion(region, target.environment, platform.file, session.guards);
  const journal = session.openJournal?.(platform, target.environment);
  return withAws(region, session, ({ ports, rehearsal }) =>
    work({
      platform,
      target: atTestListener(target, rehearsal?.services[target.ecsService]?.testUrl),
      ports: journal === undefined ? ports : { ...ports, journal },
      rehearsal,
    }),
  );
}

/** Connects to AWS, or to the rehearsal platform that `AWS_ENDPOINT_URL` names, in that region; closed after `work`. */
export async function withAws<T>(
  region: string,
  session: Session,
  work: (connected: { readonly ports: Ports; readonly rehearsal: RehearsalInfo | undefined }) => Promise<T>,
): Promise<T> {
  const { endpoint, rehearsal } = await endpointIn(region, session);
  const clients = createClients({
    region,
    version: VERSION,
    userAgent: session.userAgent ?? [],
    foreignEndpoints: session.guards?.foreignEndpoints ?? true,
    // The rehearsal platform checks no signatures; a person's real keys have no business there.
    ...(rehearsal === undefined || endpoint === undefined
      ? {}
      : { endpoint: endpoint.href, credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' } }),
  });
  try {
    const ports = createPorts(clients, session);
    await (rehearsal === undefined ? requireAccount(session.guards, ports.aws) : undefined);
    return await work({ ports, rehearsal });
  } finally {
    clients.destroy();
  }
}

/** A rehearsal platform is one region, and knows where its others are. */
async function endpointIn(
  region: string,
  session: Session,
): Promise<{ readonly endpoint: URL | undefined; readonly rehearsal: RehearsalInfo | undefined }> {
  const endpoint = endpointFrom(process.env['AWS_ENDPOINT_URL'], session);
  const rehearsal = endpoint === undefined ? undefined : await askRehearsal(endpoint, session);
  const elsewhere = rehearsal?.region === region ? undefined : rehearsal?.regions?.[region];
  if (elsewhere === undefined) {
    return { endpoint, rehearsal };
  }
  const other = new URL(elsewhere);
  requireEndpoint(other, session.guards);
  return { endpoint: other, rehearsal: await askRehearsal(other, session) };
}

/** The real ports over `clients`. */
function createPorts(clients: Clients, session: Session): Ports {
  return {
    aws: createGateways(clients, session.signal),
    awsForUndo: createGateways(clients, session.signalForUndo),
    ...(session.signalForUndo === undefined ? {} : { signalForUndo: session.signalForUndo }),
    clock: systemClock,
    reporter: session.reporter,
    http: httpProbe,
    signal: session.signal,
  };
}

/** @throws InputError for a variable that is no URL, or leads where the caller does not want requests to go */
function endpointFrom(variable: string | undefined, session: Session): URL | undefined {
  if (variable === undefined) {
    return undefined;
  }
  if (!URL.canParse(variable)) {
    throw new InputError(
      'bad-endpoint',
      `AWS_ENDPOINT_URL is "${variable}", which is not a URL: write it like http://127.0.0.1:4566, or unset the variable`,
    );
  }
  const endpoint = new URL(variable);
  requireEndpoint(endpoint, session.guards);
  return endpoint;
}

/** Only an endpoint on this machine can be a rehearsal platform; any other is taken as the user's own choice of AWS endpoint. */
async function askRehearsal(endpoint: URL, session: Session): Promise<RehearsalInfo | undefined> {
  if (!isLoopback(endpoint.hostname)) {
    return undefined;
  }
  try {
    const answer = await httpProbe({
      url: new URL('/_surefoot', endpoint).href,
      timeoutMs: 5000,
      signal: session.signal,
    });
    return answer.status === 200 ? (JSON.parse(answer.body) as RehearsalInfo) : undefined;
  } catch (error) {
    session.signal.throwIfAborted();
    const cause = error instanceof Error ? error.message : String(error);
    throw new InputError(
      'endpoint-unreachable',
      `nothing answers at AWS_ENDPOINT_URL ${endpoint.href} (${cause}): start \`surefoot up\` or unset the variable`,
    );
  }
}
