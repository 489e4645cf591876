/** Deploys in this process through the proxy, with a clock that waits an eighth as long and clients that give up soon where calls get lost. */
import { type Clients, createClients } from '../../src/aws/clients.ts';
import { createGateways } from '../../src/aws/gateways.ts';
import { deploy } from '../../src/operations/deploy/deploy.ts';
import { readStatus, repair } from '../../src/operations/deploy/status.ts';
import { rollback } from '../../src/operations/deploy/way-back/rollback.ts';
import type { Ports } from '../../src/operations/ports.ts';
import type { Evidence, Verdict } from '../../src/report/evidence.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { httpProbe } from '../../src/runtime/http.ts';
import { image, type Lab } from './lab.ts';

const FASTER = 8;
/** Of calls that are answered: far more than one takes on a machine that is busy with other things. */
const ANSWER_MS = 20_000;
/** Of calls that are lost: as short as lets the others through, since each is waited for, and pauses run out meanwhile. */
export const LOST_ANSWER_MS = 2000;
/** As few as show that calls are repeated. */
const ATTEMPTS = 2;

export interface Told {
  readonly result: Evidence | Error;
  readonly warnings: readonly string[];
}

function request(lab: Lab) {
  return {
    platform: lab.platform.name,
    target: lab.target,
    account: undefined,
    rehearsalSpeed: lab.rehearsal.speed,
    objectives: lab.platform.objectives,
    approve: async () => true,
  };
}

/**
 * Deploys `web:<name>`, where asked with another time-out of the pause than the platform file has, or with clients that wait no longer
 * than `answerMs`; an error is a result too.
 */
export function deployHere(
  lab: Lab,
  name: string,
  { attempts = ATTEMPTS, answerMs = ANSWER_MS, hookTimeoutMinutes = lab.target.deploy.hookTimeoutMinutes } = {},
): Promise<Told> {
  return withPorts(lab, { attempts, answerMs }, async (ports, warnings) => {
    const change = { kind: 'images', byContainer: { web: image(name) } } as const;
    const target = { ...lab.target, deploy: { ...lab.target.deploy, hookTimeoutMinutes } };
    const result = await deploy({ ...request(lab), target, change }, ports).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    return { result, warnings };
  });
}

/** `rollback` of what runs. */
export function endHere(lab: Lab): Promise<Verdict> {
  return withPorts(lab, {}, async (ports) => {
    const { verdict } = await rollback({ ...request(lab), approveStop: async () => true }, ports);
    return verdict;
  });
}

/** `status`, then `status --repair`: whether something was reported as left. */
export function repairHere(lab: Lab): Promise<boolean> {
  return withPorts(lab, {}, async (ports) => {
    const { leftover } = await readStatus(lab.target, ports);
    await repair(lab.target, ports);
    return leftover !== null;
  });
}

async function withPorts<T>(
  lab: Lab,
  { attempts = ATTEMPTS, answerMs = ANSWER_MS },
  work: (ports: Ports, warnings: string[]) => Promise<T>,
): Promise<T> {
  const clients: Clients = createClients({
    region: lab.rehearsal.region,
    endpoint: lab.proxy.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: 'test',
    maxAttempts: attempts,
    timeouts: { connectionMs: ANSWER_MS, answerMs },
  });
  const warnings: string[] = [];
  const gateways = createGateways(clients);
  try {
    return await work(
      {
        aws: gateways,
        awsForUndo: gateways,
        clock: { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / FASTER, signal) },
        reporter: {
          stage: () => undefined,
          info: () => undefined,
          progress: () => undefined,
          warn: (text) => warnings.push(text),
        },
        http: httpProbe,
        signal: new AbortController().signal,
      },
      warnings,
    );
  } finally {
    clients.destroy();
  }
}
