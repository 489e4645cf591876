/** The FIS gateway on a socket: what is on the wire, byte for byte, and what comes back. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clients, createClients } from '../../../src/aws/clients.ts';
import { FisClient } from '../../../src/aws/fis/fis.ts';
import { type AwsGateways, createGateways } from '../../../src/aws/gateways.ts';
import { OutsideError } from '../../../src/errors.ts';

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

interface Bench extends AwsGateways {
  readonly sent: readonly Sent[];
}

const open: { server: Server; clients: Clients }[] = [];

afterEach(async () => {
  for (const { server, clients } of open.splice(0)) {
    clients.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Gateways on a server that gives `answers` one after the other, the last one for ever. */
async function bench(...answers: readonly Answer[]): Promise<Bench> {
  const sent: Sent[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    sent.push({ method, url, headers, body: await text(request) });
    const { status = 200, headers: more, body } = answers[Math.min(sent.length, answers.length) - 1] ?? { body: {} };
    response.writeHead(status, { 'content-type': 'application/json', ...more });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clients = createClients({
    region: 'ca-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    version: '0.0.0',
    foreignEndpoints: false,
  });
  open.push({ server, clients });
  return { ...createGateways(clients), sent };
}

const STARTED = { experiment: { id: 'EXP1', experimentOptions: { actionsMode: 'skip-all' } } };

describe('startExperiment', () => {
  it('has skip-all on the wire, in the very bytes', async () => {
    const { fis, sent } = await bench({ body: STARTED });
    await fis.startExperiment({
      experimentTemplateId: 'EXT1',
      clientToken: 'token',
      experimentOptions: { actionsMode: 'skip-all' },
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: '/experiments',
      body: '{"clientToken":"token","experimentTemplateId":"EXT1","experimentOptions":{"actionsMode":"skip-all"}}',
    });
    expect(sent[0]?.headers['content-type']).toBe('application/json');
  });

  it('is signed for FIS in its region by the SDK, body included', async () => {
    const { fis, sent } = await bench({ body: STARTED });
    await fis.startExperiment({ experimentTemplateId: 'EXT1' });
    expect(sent[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/ca-central-1\/fis\/aws4_request, SignedHeaders=[^ ]*x-amz-content-sha256/,
    );
    expect(sent[0]?.headers['user-agent']).toMatch(/api\/fis.*surefoot\/0\.0\.0/);
  });

  it('gives what the server says of the mode, so that one that ignores it is seen', async () => {
    const { fis } = await bench({ body: { experiment: { id: 'EXP1', state: { status: 'initiating' } } } });
    const experiment = await fis.startExperiment({
      experimentTemplateId: 'EXT1',
      experimentOptions: { actionsMode: 'skip-all' },
    });
    expect(experiment.experimentOptions?.actionsMode).toBeUndefined();
    const running = await bench({
      body: { experiment: { id: 'EXP1', experimentOptions: { actionsMode: 'run-all' } } },
    });
    expect((await running.fis.startExperiment({ experimentTemplateId: 'EXT1' })).experimentOptions).toEqual({
      actionsMode: 'run-all',
    });
  });

  it('uses one client token for all attempts, and another for the next experiment', async () => {
    const { fis, sent } = await bench({ status: 500, body: {} }, { body: STARTED });
    await fis.startExperiment({ experimentTemplateId: 'EXT1' });
    await fis.startExperiment({ experimentTemplateId: 'EXT1' });
    const tokens = sent.map(({ body }) => JSON.parse(body).clientToken);
    expect(tokens).toHaveLength(3);
    expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(tokens[1]).toBe(tokens[0]);
    expect(tokens[2]).not.toBe(tokens[0]);
  });
});

describe('requests', () => {
  const ARN = 'arn:aws:fis:ca-central-1:000000000000:experiment/EXP1';
  const LEVER = { safetyLever: { id: 'default', state: { status: 'engaged', reason: 'freeze' } } };

  it.each<[string, (gateways: AwsGateways) => Promise<unknown>, unknown, string, string]>([
    ['getExperiment', ({ fis }) => fis.getExperiment('EXP1'), { experiment: {} }, 'GET /experiments/EXP1', ''],
    ['stopExperiment', ({ fis }) => fis.stopExperiment('EXP1'), { experiment: {} }, 'DELETE /experiments/EXP1', ''],
    [
      'listExperiments',
      ({ fis }) => fis.listExperiments('EXT1'),
      { experiments: [] },
      'GET /experiments?experimentTemplateId=EXT1&maxResults=100',
      '',
    ],
    [
      'listExperimentResolvedTargets',
      ({ fis }) => fis.listExperimentResolvedTargets('EXP1', 'tasks'),
      { resolvedTargets: [] },
      'GET /experiments/EXP1/resolvedTargets?maxResults=100&targetName=tasks',
      '',
    ],
    [
      'updateTemplate',
      ({ fis }) =>
        fis.updateTemplate({
          id: 'EXT1',
          experimentReportConfiguration: { preExperimentDuration: 'PT5M' },
          experimentOptions: { emptyTargetResolutionMode: 'fail' },
        }),
      { experimentTemplate: {} },
      'PATCH /experimentTemplates/EXT1',
      '{"experimentOptions":{"emptyTargetResolutionMode":"fail"},"experimentReportConfiguration":{"preExperimentDuration":"PT5M"}}',
    ],
    [
      'deleteTemplate',
      ({ fis }) => fis.deleteTemplate('EXT1'),
      { experimentTemplate: {} },
      'DELETE /experimentTemplates/EXT1',
      '',
    ],
    ['getAction', ({ fis }) => fis.getAction('aws:fis:wait'), { action: {} }, 'GET /actions/aws%3Afis%3Await', ''],
    ['getSafetyLever', ({ fis }) => fis.getSafetyLever(), LEVER, 'GET /safetyLevers/default', ''],
    [
      'updateSafetyLeverState',
      ({ fis }) => fis.updateSafetyLeverState('engaged', 'freeze'),
      LEVER,
      'PATCH /safetyLevers/default/state',
      '{"state":{"status":"engaged","reason":"freeze"}}',
    ],
    [
      'tagResource',
      ({ fis }) => fis.tagResource(ARN, { run: '1' }),
      {},
      `POST /tags/${encodeURIComponent(ARN)}`,
      '{"tags":{"run":"1"}}',
    ],
    [
      'listTargetAccountConfigurations',
      ({ fis }) => fis.listTargetAccountConfigurations('EXT1'),
      { targetAccountConfigurations: [] },
      'GET /experimentTemplates/EXT1/targetAccountConfigurations?maxResults=100',
      '',
    ],
  ])('%s is what the API has', async (_, call, body, line, sentBody) => {
    const gateways = await bench({ body });
    await call(gateways);
    expect(gateways.sent.map(({ method, url }) => `${method} ${url}`)).toEqual([line]);
    expect(gateways.sent[0]?.body).toBe(sentBody);
  });

  it('createTemplate sends the options and the report configuration', async () => {
    const { fis, sent } = await bench({ body: { experimentTemplate: { id: 'EXT1' } } });
    const template = {
      clientToken: 'token',
      description: 'kill a task',
      stopConditions: [{ source: 'none' }],
      targets: { tasks: { resourceType: 'aws:ecs:task', selectionMode: 'COUNT(1)', resourceTags: { chaos: 'yes' } } },
      actions: { kill: { actionId: 'aws:ecs:stop-task', targets: { Tasks: 'tasks' } } },
      roleArn: 'arn:aws:iam::000000000000:role/fis',
      logConfiguration: { logSchemaVersion: 2, s3Configuration: { bucketName: 'logs' } },
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
      experimentReportConfiguration: { outputs: { s3Configuration: { bucketName: 'reports' } } },
    } as const;
    await fis.createTemplate(template);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual(template);
  });

  it('go neither to a foreign host nor anywhere else than to AWS', async () => {
    const clients = createClients({
      region: 'ca-central-1',
      endpoint: 'http://192.0.2.1:9',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      version: '0.0.0',
      foreignEndpoints: false,
    });
    await expect(createGateways(clients).fis.listActions()).rejects.toMatchObject({ code: 'foreign-endpoint' });
    clients.destroy();
  });

  it.each([
    ['ca-central-1', {}, 'fis.ca-central-1.amazonaws.com'],
    ['cn-north-1', {}, 'fis.cn-north-1.amazonaws.com.cn'],
    ['us-east-1', { useFipsEndpoint: true }, 'fis-fips.us-east-1.amazonaws.com'],
    ['us-gov-west-1', { useFipsEndpoint: true }, 'fis.us-gov-west-1.amazonaws.com'],
    ['eu-west-1', { useDualstackEndpoint: true }, 'fis.eu-west-1.api.aws'],
  ])('go in %s with %j to %s', async (region, options, hostname) => {
    const seen: string[] = [];
    const client = new FisClient({
      region,
      ...options,
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      requestHandler: {
        handle: async (request: { hostname: string }) => {
          seen.push(request.hostname);
          throw new Error('nothing is sent here');
        },
      },
      maxAttempts: 1,
    });
    await expect(client.send('ListActions', {})).rejects.toThrow('nothing is sent here');
    expect(seen).toEqual([hostname]);
    client.destroy();
  });
});

describe('answers', () => {
  it('carry what the old client drops: error, options, report, arn, cancelled', async () => {
    const experiment = {
      id: 'EXP1',
      arn: 'arn:aws:fis:ca-central-1:000000000000:experiment/EXP1',
      state: { status: 'cancelled', reason: 'lever', error: { code: 'InvalidTarget', location: 'tasks' } },
      startTime: 1_795_219_200.5,
      experimentOptions: { actionsMode: 'skip-all', emptyTargetResolutionMode: 'fail' },
      experimentReport: { state: { status: 'cancelled' }, s3Reports: [{ arn: 'arn:aws:s3:::reports/1' }] },
    };
    const { fis } = await bench({ body: { experiment } });
    expect(await fis.getExperiment('EXP1')).toEqual({ ...experiment, startTime: new Date(1_795_219_200_500) });
  });

  it('are read to the last page', async () => {
    const { fis, sent } = await bench(
      { body: { actions: [{ id: 'a' }], nextToken: 'x/y' } },
      { body: { actions: [{ id: 'b' }] } },
    );
    expect(await fis.listActions()).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(sent[1]?.url).toBe('/actions?maxResults=100&nextToken=x%2Fy');
  });

  it('that there is no such thing are undefined', async () => {
    const { fis } = await bench({
      status: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
      body: { message: 'no' },
    });
    expect(await fis.getExperiment('EXP1')).toBeUndefined();
    expect(await fis.getTemplate('EXT1')).toBeUndefined();
    expect(await fis.getAction('aws:x')).toBeUndefined();
  });

  it.each([
    [409, 'ConflictException', 'aws-error', 'fis:StartExperiment: no [ConflictException]'],
    [402, 'ServiceQuotaExceededException', 'aws-error', 'fis:StartExperiment: no [ServiceQuotaExceededException]'],
    [
      403,
      'AccessDeniedException',
      'aws-access-denied',
      'fis:StartExperiment: no (the caller needs the permission fis:StartExperiment)',
    ],
  ])('with status %s and %s are explained', async (status, name, code, message) => {
    const { fis, sent } = await bench({ status, headers: { 'x-amzn-errortype': `${name}:` }, body: { message: 'no' } });
    const error = await fis.startExperiment({ experimentTemplateId: 'EXT1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutsideError);
    expect(error).toMatchObject({ code, message, where: 'fis:StartExperiment', cause: { name } });
    expect(sent).toHaveLength(1);
  });

  it('that never come end with the signal', async () => {
    const { sent } = await bench({ body: {} });
    const aborted = new AbortController();
    aborted.abort();
    const [{ clients } = { clients: undefined }] = open;
    if (clients === undefined) {
      throw new Error('no bench');
    }
    await expect(createGateways(clients, aborted.signal).fis.listActions()).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(sent).toEqual([]);
  });
});
