/**
 * ARC Region switch on the wire: moto does not speak it, so a server of the test's own does, by AWS's JSON 1.0 protocol. It holds what is
 * sent against the shapes of AWS's service model, and tells the course of an execution.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClients } from '../../../src/aws/clients.ts';
import { createGateways } from '../../../src/aws/gateways.ts';
import { createRecorder } from '../../../src/operations/recorder.ts';
import type { RegionInputs, RegionPorts } from '../../../src/operations/recover/region/request.ts';
import { executionStep } from '../../../src/operations/recover/region/switch-plan.ts';
import { StepFailed } from '../../../src/operations/recover/request.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const PLAN = 'arn:aws:arc-region-switch::123456789012:plan/moved:abc123';

/** Members of the requests in the service model of botocore (arc-region-switch, 2022-07-26); required ones first. */
const SHAPES: Readonly<Record<string, { readonly required: string[]; readonly known: string[] }>> = {
  StartPlanExecution: {
    required: ['planArn', 'targetRegion', 'action'],
    known: ['mode', 'comment', 'latestVersion', 'recoveryExecutionId', 'clientToken'],
  },
  GetPlanExecution: { required: ['planArn', 'executionId'], known: ['maxResults', 'nextToken'] },
  ListPlanExecutionEvents: { required: ['planArn', 'executionId'], known: ['maxResults', 'nextToken'] },
  GetPlanEvaluationStatus: { required: ['planArn'], known: ['maxResults', 'nextToken'] },
};

interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly signedFor: string;
}

let server: Server;
let endpoint: string;
let calls: Call[];
/** What each look at the execution finds, the last one for good. */
let course: Readonly<Record<string, unknown>>[];
const executions = new Map<string, string>();

function answer({ operation, input }: Call): Readonly<Record<string, unknown>> {
  switch (operation) {
    case 'StartPlanExecution': {
      const token = String(input['clientToken']);
      executions.set(token, executions.get(token) ?? `execution-${executions.size + 1}`);
      return { executionId: executions.get(token) };
    }
    case 'GetPlanExecution':
      return {
        planArn: PLAN,
        startTime: 1_790_000_000,
        mode: 'ungraceful',
        ...(course.length > 1 ? course.shift() : course[0]),
      };
    case 'ListPlanExecutionEvents':
      return input['nextToken'] === undefined
        ? { items: [{ eventId: '1', type: 'stepStarted', stepName: 'scale' }], nextToken: 'more' }
        : { items: [{ eventId: '2', type: 'stepFailed', stepName: 'scale', error: 'no capacity' }] };
    default:
      return {
        planArn: PLAN,
        evaluationState: 'actionRequired',
        warnings: [
          { version: '1', warningStatus: 'active', warningMessage: 'the role may not scale', warningUpdatedTime: 1 },
          { version: '1', warningStatus: 'resolved', warningMessage: 'gone', warningUpdatedTime: 1 },
        ],
      };
  }
}

describe('ARC Region switch', () => {
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const [, operation = ''] = String(request.headers['x-amz-target']).split('ArcRegionSwitch.');
        const input = JSON.parse(body) as Call['input'];
        const call = { operation, input, signedFor: String(request.headers.authorization) };
        calls.push(call);
        const shape = SHAPES[operation];
        const wrong =
          shape === undefined ||
          shape.required.some((member) => input[member] === undefined) ||
          Object.keys(input).some((member) => ![...shape.required, ...shape.known].includes(member));
        response.writeHead(wrong ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(
          JSON.stringify(wrong ? { __type: 'IllegalArgumentException', message: 'not as modelled' } : answer(call)),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    calls = [];
    executions.clear();
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function runStep(planned = false) {
    const clients = createClients({
      region: 'us-east-2',
      endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      version: 'test',
    });
    const nothing = () => undefined;
    const to = { name: 'dr', region: 'us-east-2' };
    const inputs = { to, planned, speed: 1, direction: 'failover' } as RegionInputs;
    const ports = {
      aws: createGateways(clients),
      clock: { now: systemClock.now, sleep: async () => undefined },
      reporter: { stage: nothing, info: nothing, warn: nothing, progress: nothing },
      signal: new AbortController().signal,
    } as unknown as RegionPorts;
    const recorder = createRecorder({
      operation: 'recover',
      title: 't',
      subject: {},
      rehearsalSpeed: 1,
      tools: [],
      clock: systemClock,
    });
    try {
      const did = await executionStep(PLAN, 'run1', inputs, ports).carryOut(recorder);
      return { did, events: recorder.finish('pass', [{ code: 'x', message: 'x' }]).events };
    } finally {
      clients.destroy();
    }
  }

  it('starts one execution in the region that takes over, and follows its steps to the end', async () => {
    course = [
      { executionState: 'inProgress', stepStates: [{ name: 'scale', status: 'running' }], nextToken: 'p2' },
      { executionState: 'inProgress', stepStates: [{ name: 'dns', status: 'notStarted' }] },
      {
        executionState: 'completed',
        stepStates: [
          { name: 'scale', status: 'completed' },
          { name: 'dns', status: 'completed' },
        ],
        actualRecoveryTime: 'PT4M',
      },
    ];
    const { did, events } = await runStep();
    expect(did).toBe('execution execution-1 completed');
    const [start] = calls;
    expect(start).toMatchObject({
      operation: 'StartPlanExecution',
      input: {
        planArn: PLAN,
        targetRegion: 'us-east-2',
        action: 'activate',
        mode: 'ungraceful',
        clientToken: 'surefoot-run1',
      },
    });
    expect(start?.signedFor).toContain('/us-east-2/arc-region-switch/aws4_request');
    expect(events.map(({ label, detail }) => `${label}: ${detail}`)).toEqual([
      'execution: execution-1',
      'step scale: running',
      'step dns: notStarted',
      'step scale: completed',
      'step dns: completed',
      'recovery time as AWS measures it: PT4M',
    ]);
  });

  it('starts no second one when the run goes on', async () => {
    course = [{ executionState: 'completed', stepStates: [] }];
    expect([(await runStep(true)).did, (await runStep(true)).did]).toEqual(
      Array(2).fill('execution execution-1 completed'),
    );
    expect(calls[0]?.input['mode']).toBe('graceful');
  });

  it("fails with AWS's own words, from all pages of events", async () => {
    course = [{ executionState: 'failed', stepStates: [{ name: 'scale', status: 'failed' }] }];
    const failed = runStep();
    await expect(failed).rejects.toBeInstanceOf(StepFailed);
    await expect(failed).rejects.toThrow('execution-1 is failed: scale: no capacity');
  });

  it('reads what AWS itself says of the plan', async () => {
    const clients = createClients({
      region: 'us-east-2',
      endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      version: 'test',
    });
    expect(await createGateways(clients).regionSwitch.evaluation(PLAN)).toEqual({
      state: 'actionRequired',
      warnings: ['the role may not scale'],
    });
    clients.destroy();
  });
});
