/** What one thing of each kind leaves in the control plane's memory, before and after its bound: `npx tsx bench/soak/costs.ts`. Takes some five minutes. */
import path from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { bundle } from '../../scripts/build.mjs';
import { cloudwatchActions, ecsActions, elbActions } from './actions.ts';
import { type HeapReader, openHeap } from './heap.ts';
import { type SoakPlatform, startSoakPlatform } from './platform.ts';

const folder = path.join(import.meta.dirname, '../../.build/soak');
await bundle(folder);
const platform = await startSoakPlatform(path.join(folder, 'cli.cjs'), 60);
try {
  const heap = await openHeap(platform.pid, platform.log);
  try {
    await measure(platform, heap);
  } finally {
    // A process whose inspector is in use does not end.
    heap.close();
  }
  await platform.stop();
} finally {
  await platform.dispose();
}

async function measure({ region, endpoint }: SoakPlatform, heap: HeapReader): Promise<void> {
  const credentials = { accessKeyId: 'AKIDREHEARSAL', secretAccessKey: 'none' };
  const client = { region, endpoint, credentials, maxAttempts: 1 };
  const ecs = await ecsActions(new ECSClient(client));
  const elbv2 = elbActions(new ElasticLoadBalancingV2Client(client));
  const cloudwatch = cloudwatchActions(new CloudWatchClient(client));
  const reads = (index: number) => Promise.all([ecs, elbv2, cloudwatch].map(({ read }) => read(index)));
  const phases = [
    { title: 'three reads, while the log of requests fills', count: 4000, act: reads },
    { title: 'three reads, the log of requests full', count: 4000, act: reads },
    { title: 'revision registered and deregistered', count: 1000, act: ecs.revision },
    { title: 'three times as many again, 1,000 being kept', count: 3000, act: ecs.revision },
    { title: 'alarm made and deleted', count: 1000, act: cloudwatch.alarm },
    { title: 'alarm made, changed twice, deleted', count: 1000, act: cloudwatch.alarmStates },
    { title: 'datum of one metric', count: 2000, act: cloudwatch.datum },
    { title: 'target group with a target, made and deleted', count: 300, act: elbv2.targetGroup },
    { title: 'service with a task, made and deleted', count: 60, act: ecs.serviceOf(1), atOnce: 4 },
    { title: 'service without tasks, made and deleted', count: 100, act: ecs.serviceOf(0), atOnce: 4 },
    { title: 'twenty times as many again, 100 being kept', count: 2000, act: ecs.serviceOf(0), atOnce: 4 },
    { title: 'new deployment of a service with a task', count: 30, act: ecs.deploymentOf(1), atOnce: 1 },
    { title: 'new deployment of a service without tasks', count: 100, act: ecs.deploymentOf(0), atOnce: 1 },
    { title: 'twenty times as many again, 100 being kept', count: 2000, act: ecs.deploymentOf(0), atOnce: 1 },
    { title: 'three reads, at the end', count: 4000, act: reads },
  ];
  process.stdout.write('| what | times | seconds | bytes each | live heap after, MiB |\n');
  process.stdout.write('| --- | ---: | ---: | ---: | ---: |\n');
  let done = 0;
  for (const { title, count, act, atOnce = 8 } of phases) {
    const before = await heap.live();
    const seconds = await repeat(done, count, act, atOnce);
    done += count;
    const after = await heap.live();
    const cells = [
      title,
      count,
      seconds.toFixed(0),
      ((after - before) / count).toFixed(0),
      (after / 2 ** 20).toFixed(1),
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}

/** Acts `count` times, numbered from `first`, `atOnce` of them side by side; gives the seconds that it took. */
async function repeat(
  first: number,
  count: number,
  act: (index: number) => Promise<unknown>,
  atOnce: number,
): Promise<number> {
  const began = performance.now();
  let next = first;
  const worker = async () => {
    while (next < first + count) {
      await act(next++);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (performance.now() - began) / 1000;
}
