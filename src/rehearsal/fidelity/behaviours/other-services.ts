import { ecrApi, PAGES, stsApi } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const registry = provenIn('ecr/registry.test.ts');
const images = provenIn('ecr/operations.test.ts');
const tags = provenIn('tagging/tagging.test.ts');
const identity = provenIn('sts/sts.test.ts');

export const OTHER_SERVICES: BehaviourSection = {
  title: 'ECR, STS, tags',
  behaviours: [
    supported(
      'An image’s digest is the SHA-256 of its OCI manifest, as a registry’s client computes it.',
      ecrApi('BatchGetImage'),
      registry("gives the digest that a registry's client would compute from the manifest"),
    ),
    supported(
      'Tags move; the old image stays under its digest. An immutable repository moves none.',
      ecrApi('DescribeImages'),
      registry('moves a tag, and keeps the old image under its digest'),
    ),
    supported(
      'Missing images and repositories are answered in AWS’s words.',
      ecrApi('DescribeImages'),
      images("answers in AWS's words what is not there"),
    ),
    simplified(
      'An image is a recipe: the command that runs, its folder and environment. Its manifest has no layers.',
      'nothing is pulled; equal recipes have equal digests',
      ecrApi('BatchGetImage'),
      registry('gives equal recipes equal digests, whatever the order of members, and others another'),
    ),
    simplified(
      'GetResources finds load balancers and target groups by their tags.',
      'other services’ tags are not among them, and what was tagged before is not listed',
      'https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html',
      tags('finds what has a tag, by its key and any of its values'),
    ),
    simplified(
      'While a subnet is cut off there is a network ACL of FIS’s, tagged managedByFIS.',
      'it is a name in that list; the packets are lost at the load balancer',
      'https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#network-actions-reference',
      tags('lists a network ACL of FIS’s for each subnet that is cut off, until the fault is over'),
    ),
    notModelled(
      'Pushing and pulling by Docker, scans, lifecycle policies, replication.',
      'refused by name; images come from surefoot.yml',
    ),
    simplified(
      'GetCallerIdentity names the session of a role: that of the access key, or with any other key that of the role `rehearsal`.',
      'there is no IAM; no real account has the number 000000000000',
      stsApi('GetCallerIdentity'),
      identity('tells who is calling, in an account that is visibly not real'),
    ),
    simplified(
      'AssumeRole gives out keys by which the platform knows the role.',
      'every role of the account is there and may be assumed by anybody; keys do not expire; signatures and session tokens are not checked',
      stsApi('AssumeRole'),
      identity('gives the keys of a role to who assumes it, and knows the role by its keys'),
    ),
  ],
};

const addresses = provenIn('addresses.test.ts');
const clock = provenIn('clock.test.ts');

export const WORLD: BehaviourSection = {
  title: 'Time, addresses, machines',
  behaviours: [
    simplified(
      '`--speed` divides the waits of the control plane: bake times, hook time-outs, restart delays, start delays, alarm periods.',
      'AWS has one speed; reports print the factor',
      undefined,
      clock('shortens what is scaled and nothing else'),
    ),
    simplified(
      'Health checks, deregistration delays, stop timeouts, grace periods and requests run in real time at every speed.',
      'what is lost depends on them; a scaled duration is never compared with a target',
      PAGES.targetGroupAttributes,
      clock('shortens what is scaled and nothing else'),
    ),
    simplified(
      'Each task has an address of its own in the subnet of its zone (127.<block>.<zone>.x), at the container port.',
      'loopback: no latency, no loss and no bandwidth limit between zones',
      PAGES.taskNetworking,
      addresses('gives each task an address of its own in the subnet of its zone, at the container port'),
    ),
    simplified(
      'Where a system answers only on 127.0.0.1, tasks differ by port.',
      'host ports are then others than in the task definition',
      PAGES.taskNetworking,
      addresses('gives tasks different free ports of 127.0.0.1 and remembers their zones'),
    ),
    simplified(
      'Several platforms run side by side, each with addresses of its own.',
      'each is one account in one region',
      undefined,
      addresses(
        'keeps platforms apart: a second plan has another block, and a released block rests before it is used again',
      ),
    ),
    simplified(
      'The load balancer and the tasks’ host are processes that end with the platform, however it ends.',
      'AWS’s do not',
      undefined,
      provenIn('balancer/lifecycle.test.ts')('ends with a parent that is killed with SIGKILL, and frees its ports'),
    ),
    notModelled(
      'Costs, quotas, capacity shortages (RESOURCE:CPU, Spot interruptions).',
      'there is always room, as far as the machine goes',
    ),
    notModelled('Several regions.', 'one platform is one region'),
  ],
};
