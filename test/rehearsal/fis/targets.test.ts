/** Which resources a target means. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { databaseSource } from '../../../src/rehearsal/fis/targets/database-source.ts';
import { loadBalancerSource } from '../../../src/rehearsal/fis/targets/load-balancer-source.ts';
import { hasAttribute } from '../../../src/rehearsal/fis/targets/resource.ts';
import { readSelection, select } from '../../../src/rehearsal/fis/targets/selection.ts';
import { subnetSource } from '../../../src/rehearsal/fis/targets/subnets.ts';
import type { InternalCall } from '../../../src/rehearsal/wire/operation.ts';
import { ALL_TASKS, createBench, task } from './bench.ts';

describe('a selection', () => {
  const items = [...'abcdefghij'];
  const chosen = (mode: string, random?: () => number) => {
    const selection = readSelection(mode);
    return selection === undefined ? undefined : select(items, selection, random);
  };

  it('is all, a number, or a percentage rounded down', () => {
    expect(chosen('ALL')).toEqual(items);
    expect(chosen('COUNT(3)')).toHaveLength(3);
    expect(chosen('COUNT(11)')).toHaveLength(10);
    expect(chosen('PERCENT(39)')).toHaveLength(3);
    expect(chosen('PERCENT(9)')).toEqual([]);
    expect(chosen('PERCENT(100)')).toEqual(items);
  });

  it.each(['all', 'COUNT(0)', 'COUNT(-1)', 'COUNT(1.5)', 'COUNT()', 'PERCENT(0)', 'PERCENT(100.1)', 'COUNT(1) '])(
    '%j is none',
    (mode) => expect(readSelection(mode)).toBeUndefined(),
  );

  it('is of different items, in their order, each as likely as the others', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999 })),
        (count, stream) => {
          const some = chosen(`COUNT(${count})`, () => stream.next().value) ?? [];
          expect(some).toEqual(items.filter((item) => some.includes(item)));
          expect(some).toHaveLength(Math.min(count, items.length));
        },
      ),
    );
    // One of ten equal parts of [0, 1) for each of ten items.
    expect(items.map((_, index) => chosen('COUNT(1)', () => (index + 0.5) / 10)?.[0])).toEqual(items);
  });
});

describe('a filter', () => {
  const attributes = {
    launchType: 'FARGATE',
    availabilityZone: 'ca-central-1a',
    enableExecuteCommand: false,
    attachments: [{ type: 'eni', details: [{ name: 'subnetId', value: 'subnet-a' }] }, { type: 'other' }],
  };

  it.each<[string, string[], boolean]>([
    ['LaunchType', ['EC2', 'FARGATE'], true],
    ['LaunchType', ['EC2'], false],
    ['launchType', ['FARGATE'], false],
    ['EnableExecuteCommand', ['false'], true],
    ['Attachments.Type', ['other'], true],
    ['Attachments.Details.Value', ['subnet-a'], true],
    ['Attachments.Details.Value', ['subnet-b'], false],
    ['Attachments', ['eni'], false],
    ['Nothing.Here', ['x'], false],
    ['LaunchType.Deeper', ['FARGATE'], false],
  ])('%s in %j is %s', (path, values, fits) => expect(hasAttribute(attributes, path, values)).toBe(fits));
});

describe('targets of an experiment', () => {
  async function resolved(changes: object): Promise<unknown> {
    const bench = createBench();
    bench.resources.splice(
      0,
      2,
      task('a', { team: 'shop', chaos: 'yes' }, { availabilityZone: 'ca-central-1a' }),
      task('b', { team: 'shop' }, { availabilityZone: 'ca-central-1b' }),
      task('c', { team: 'other', chaos: 'yes' }, { availabilityZone: 'ca-central-1b' }),
    );
    const { parameters: _, ...bare } = ALL_TASKS;
    const id = await bench.start(await bench.template({ targets: { tasks: { ...bare, ...changes } } }), 'skip-all');
    await bench.pass(3);
    const { resolvedTargets = [] } = await bench.call('ListExperimentResolvedTargets', { experimentId: id });
    return resolvedTargets.map(({ targetInformation }) => targetInformation?.['arn']?.split('/').at(-1));
  }

  it.each([
    ['all tags', { resourceTags: { team: 'shop', chaos: 'yes' } }, ['a']],
    ['tags and a filter', { resourceTags: { chaos: 'yes' }, filters: [zone('ca-central-1b')] }, ['c']],
    ['any value of every filter', { filters: [zone('ca-central-1a', 'ca-central-1b')] }, ['a', 'b', 'c']],
    ['two filters', { filters: [zone('ca-central-1a'), zone('ca-central-1b')] }, []],
    ['ARNs', { resourceArns: [task('c').arn, task('b').arn] }, ['b', 'c']],
  ])('are found by %s', async (_, target, names) => expect(await resolved(target)).toEqual(names));

  it('are shown in pages, by name', async () => {
    const bench = createBench();
    const id = await bench.start(await bench.template(), 'skip-all');
    await bench.pass(3);
    const first = await bench.call('ListExperimentResolvedTargets', { experimentId: id, maxResults: 1 });
    expect(first.resolvedTargets).toHaveLength(1);
    const second = await bench.call('ListExperimentResolvedTargets', {
      experimentId: id,
      maxResults: 1,
      nextToken: first.nextToken ?? '',
    });
    expect(second.resolvedTargets).toHaveLength(1);
    expect(second.nextToken).toBeUndefined();
    expect(
      (await bench.call('ListExperimentResolvedTargets', { experimentId: id, targetName: 'other' })).resolvedTargets,
    ).toEqual([]);
  });
});

function zone(...values: string[]) {
  return { path: 'AvailabilityZone', values };
}

describe('subnets', () => {
  const source = subnetSource({
    subnets: new Map([
      ['subnet-a', 'ca-central-1a'],
      ['subnet-b', 'ca-central-1b'],
    ]),
    vpcId: 'vpc-1',
    region: 'ca-central-1',
    accountId: '000000000000',
  });

  it.each([
    [{}, ['subnet-a', 'subnet-b']],
    [{ availabilityZoneIdentifier: 'ca-central-1b' }, ['subnet-b']],
    [{ vpc: 'vpc-1' }, ['subnet-a', 'subnet-b']],
    [{ vpc: 'vpc-2' }, []],
  ])('with %j are %j', async (parameters, names) => {
    const found = await source.find(parameters, []);
    expect(found.map(({ arn }) => arn)).toEqual(
      names.map((name) => `arn:aws:ec2:ca-central-1:000000000000:subnet/${name}`),
    );
  });
});

/** Pages of one answer each, by operation; tags of any load balancer. */
function pagesOf(pages: Readonly<Record<string, readonly object[]>>): InternalCall {
  return async <Output>(_: string, operation: string, input: object) => {
    const page = 'Marker' in input ? Number(input.Marker) : 0;
    return (pages[operation]?.[page] ?? {}) as Output;
  };
}

describe('load balancers', () => {
  it('are those of all pages, with their tags', async () => {
    const call = pagesOf({
      DescribeLoadBalancers: [
        { LoadBalancers: [{ LoadBalancerArn: 'arn:a' }], NextMarker: '1' },
        { LoadBalancers: [{ LoadBalancerArn: 'arn:b' }] },
      ],
      DescribeTags: [{ TagDescriptions: [{ Tags: [{ Key: 'team', Value: 'shop' }] }] }],
    });
    expect(await loadBalancerSource(call).find({}, [])).toEqual([
      { arn: 'arn:a', tags: { team: 'shop' }, attributes: { LoadBalancerArn: 'arn:a' } },
      { arn: 'arn:b', tags: { team: 'shop' }, attributes: { LoadBalancerArn: 'arn:b' } },
    ]);
  });
});

describe('databases', () => {
  const database = (name: string, zone: string) => ({
    DBInstanceArn: `arn:${name}`,
    AvailabilityZone: `ca-central-1${zone}`,
    TagList: [{ Key: 'name', Value: name }],
  });
  const source = databaseSource(
    pagesOf({
      DescribeDBInstances: [
        { DBInstances: [database('one', 'a'), database('two', 'b')], Marker: '1' },
        { DBInstances: [database('three', 'c')] },
      ],
    }),
  );

  it.each([
    [{}, ['arn:one', 'arn:two', 'arn:three']],
    [{ availabilityZoneIdentifiers: 'ca-central-1a,ca-central-1c' }, ['arn:one', 'arn:three']],
    [{ availabilityZoneIdentifiers: 'ca-central-1d' }, []],
  ])('with %j are %j', async (parameters, arns) => {
    const found = await source.find(parameters, []);
    expect(found.map(({ arn }) => arn)).toEqual(arns);
    expect(found.every(({ arn, tags }) => arn === `arn:${tags['name']}`)).toBe(true);
  });
});
