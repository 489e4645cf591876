import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const GUIDE = 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide';
const API = 'https://docs.aws.amazon.com/Route53/latest/APIReference';
const CHOICE = `${GUIDE}/health-checks-how-route-53-chooses-records.html`;
const ALIAS = `${GUIDE}/resource-record-sets-choosing-alias-non-alias.html`;
const HEALTH = `${GUIDE}/dns-failover-determining-health-of-endpoints.html`;
const ROUTING = 'https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.html';

const api = provenIn('route53/route53.test.ts');
const answer = provenIn('route53/answer.test.ts');
const server = provenIn('dns/server.test.ts');
const control = provenIn('recovery-cluster/routing-controls.test.ts');
const relay = provenIn('dns/relay.test.ts');
const replica = provenIn('database/cross-region.test.ts');

export const ROUTE53: BehaviourSection = {
  title: 'Route 53 and routing controls',
  behaviours: [
    supported(
      'A batch of changes holds as a whole or not at all, and its refusal says everything that is wrong with it.',
      `${API}/API_ChangeResourceRecordSets.html`,
      api('takes all of a batch or nothing, and says everything that is wrong with it'),
      'AWS does not list its texts',
    ),
    simplified(
      'A change is PENDING first; DNS answers with it from INSYNC on.',
      'after 30 s, divided by the speed, where AWS says usually within 60 s; all DNS servers turn at one moment',
      `${API}/API_GetChange.html`,
      api('shows a change at once, and serves it in DNS once it is INSYNC'),
    ),
    supported(
      'Of weighted records each is answered with by its share; one of weight 0 only when no other is healthy.',
      CHOICE,
      answer('never takes a record of weight 0 while another one is healthy, and takes it when none is'),
    ),
    supported(
      'Of a failover pair the primary is answered with while it is healthy, then the secondary, and the primary when neither is.',
      CHOICE,
      answer('of a failover pair with %j unhealthy takes %s'),
    ),
    simplified(
      'An alias is answered with the address of its load balancer, for 60 seconds.',
      'a load balancer has one address, of loopback, which is also its name; it is healthy as long as it has one healthy target in all',
      ALIAS,
      answer('answers an alias with what its target has, for 60 seconds when that is a load balancer'),
    ),
    simplified(
      'A DNS server answers over UDP and TCP with the real time to live of each record, which no speed changes.',
      'one server on a loopback port, which no resolver of the system asks',
      `${GUIDE}/route-53-concepts.html`,
      server('answers an independent resolver, with the time to live of each record'),
    ),
    simplified(
      'Health checks over HTTP and TCP ask their endpoint at their interval in real time, and turn after their threshold.',
      'from one place; AWS asks from several regions and takes more than 18 % of them for healthy',
      HEALTH,
      api('ask their endpoint, and turn after as many answers in a row as they say'),
    ),
    supported(
      'A health check of a routing control says what that control says.',
      ROUTING,
      control('decide what health checks of theirs say'),
    ),
    supported(
      'Several routing controls change together or not at all, at any endpoint of the cluster.',
      ROUTING,
      control('change together or not at all'),
    ),
    notModelled(
      'Latency, geolocation, geoproximity, multivalue and IP-based routing, private zones, DNSSEC, traffic policies, safety rules.',
      'refused by name; overriding of safety rules is accepted, as there are none',
      `${GUIDE}/routing-policy.html`,
    ),
  ],
};

export const REGIONS: BehaviourSection = {
  title: 'Two regions',
  behaviours: [
    simplified(
      'Users follow a change of DNS once their resolver has forgotten the old answer, and not before.',
      "k6 asks the system's resolver, which a rehearsal must not touch: its connections go through a relay with 20 resolvers, each with a cache of its own, that ask the platform's DNS server; records lead to addresses with a TTL of 3 s, not by alias",
      `${GUIDE}/route-53-concepts.html`,
      relay('follows a change of DNS within the time to live, and not at once; no request is lost'),
    ),
    simplified(
      'A region that is lost answers nothing: requests to it hang, calls to its AWS endpoint are cut, and nothing on its disks is lost.',
      'its processes stand still in the middle of their work, and go on where they stood when it is back; other regions, and the global control plane of Route 53 in us-east-1, are never lost with it',
      'https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/regions.html',
    ),
    simplified(
      'A read replica in another region gets each write its lag after the acknowledgement; promoted, it lacks exactly what it had not got by then.',
      'DescribeDBInstances and PromoteReadReplica alone; the lag is what surefoot.yml says, ReplicaLag is measured; the promotion takes 2 min, divided by the speed',
      'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html',
      replica('loses with its region exactly what was not yet in the other one, and nothing on the way back'),
    ),
    simplified(
      'A region that is back has its database made anew as a replica of the promoted one, under its old name and address.',
      'by the scenario itself and at once; on AWS a person makes a new replica (CreateDBInstanceReadReplica), which copies a snapshot first',
      'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html',
      replica('loses with its region exactly what was not yet in the other one, and nothing on the way back'),
    ),
    notModelled(
      'Replication of images, secrets and S3 objects between regions, Aurora global databases, global tables, ARC Region switch.',
      'each region begins with the same images; the rest is refused by name',
      'https://docs.aws.amazon.com/r53recovery/latest/dg/region-switch.html',
    ),
  ],
};
