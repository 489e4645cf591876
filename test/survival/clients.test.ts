import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createClients } from '../../src/aws/clients.ts';
import { createGateways } from '../../src/aws/gateways.ts';

const servers: http.Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** An endpoint that does this with every call; counts them. */
async function endpoint(answer: http.RequestListener) {
  let calls = 0;
  const server = http.createServer((request, response) => {
    calls += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls };
}

function gatewaysOf(url: string) {
  return createGateways(
    createClients({
      region: 'eu-central-1',
      endpoint: url,
      credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
      version: 'test',
      maxAttempts: 2,
      timeouts: { connectionMs: 300, answerMs: 300 },
    }),
  );
}

test('a call without an answer is tried again and then fails', async () => {
  const silent = await endpoint(() => undefined);
  await expect(gatewaysOf(silent.url).ecs.service('cluster', 'web')).rejects.toMatchObject({
    code: 'aws-no-answer',
    message: 'ecs:DescribeServices: AWS gave no answer, however often it was asked',
  });
  expect(silent.calls()).toBe(2);
});

test('an answer that stops half-way fails too', async () => {
  const halting = await endpoint((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': 100 });
    response.write('{"services": [');
  });
  await expect(gatewaysOf(halting.url).ecs.service('cluster', 'web')).rejects.toMatchObject({
    where: 'ecs:DescribeServices',
    code: 'aws-no-answer',
  });
});

test('a connection that is closed without an answer says so, and that the call may have been heard', async () => {
  const rude = await endpoint((request) => request.socket.destroy());
  await expect(gatewaysOf(rude.url).ecs.untag('arn', 'key')).rejects.toMatchObject({
    code: 'aws-no-answer',
    message: 'ecs:UntagResource: AWS gave no answer, however often it was asked; whether it acted is not known',
  });
});

test('where nobody listens, nothing was sent', async () => {
  const gone = await endpoint(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  await expect(gatewaysOf(gone.url).ecs.untag('arn', 'key')).rejects.toMatchObject({ code: 'aws-unreachable' });
});
