/** The standby section of an environment: whose users it takes when that region is lost, and how they are sent here. */
import { DEFAULTS } from './common.ts';
import { duration, listOf, name, section, text } from './fields.ts';
import { identifier } from './identifier.ts';

const routingControl = (whose: string) =>
  text(`ARN of the routing control that is On while ${whose} takes the traffic.`, {
    example:
      'arn:aws:route53-recovery-control::123456789012:controlpanel/0123456789abcdef/routingcontrol/abcdef0123456789',
    pattern: /^arn:aws[a-z-]*:route53-recovery-control::\d{12}:controlpanel\/[0-9a-z]+\/routingcontrol\/[0-9a-z]+$/,
    rule: 'the ARN of a routing control',
  });

const clusterEndpoint = section(
  'ClusterEndpoint',
  "One of the cluster's five endpoints, as `aws route53-recovery-control-config describe-cluster` lists them.",
  {
    region: text('Its region.', {
      example: 'us-east-1',
      pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
      rule: 'an AWS region',
    }),
    url: text('Its address.', {
      example: 'https://0123abcd.route53-recovery-cluster.us-east-1.amazonaws.com/v1',
      pattern: /^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/,
      rule: 'an address with http:// or https://',
    }),
  },
  '{ region: us-east-1, url: "https://0123abcd.route53-recovery-cluster.us-east-1.amazonaws.com/v1" }',
);

export const standbySchema = section(
  'Standby',
  'This environment is the warm standby of another one, in another region: `recover region-failover` sends the users here.',
  {
    for: name('The environment whose users it takes.', 'prod'),
    dns: section(
      'DNS',
      'The name that users know. It has one record for each of the two environments: weighted, or of the failover policy.',
      {
        name: text('The domain name.', {
          example: 'api.arteraai.example',
          pattern: /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/,
          rule: 'a domain name in lower-case letters',
          advice: (input) =>
            String(input)
              .toLowerCase()
              .replace(/^https?:\/\//, '')
              .replace(/[/:].*$/, '')
              .replace(/\.$/, ''),
        }),
        hostedZone: text('Id of its hosted zone in Route 53; found by the name when left out.', {
          example: 'Z0123456789ABCDEFGHIJ',
          pattern: /^Z[A-Z0-9]{1,31}$/,
          rule: 'the id of a hosted zone',
          advice: (input) => /Z[A-Z0-9]{1,31}$/.exec(String(input))?.[0],
        }).optional(),
        primaryRecord: text(
          'Set identifier of the record that leads to the other environment; found by its load balancers when left out.',
          {
            example: 'us-west-2',
            longest: 128,
          },
        ).optional(),
        standbyRecord: text(
          'Set identifier of the record that leads here; found by its load balancers when left out.',
          {
            example: 'us-east-2',
            longest: 128,
          },
        ).optional(),
      },
      '{ name: api.arteraai.example }',
    ).optional(),
    routingControls: section(
      'RoutingControls',
      'Routing controls of Amazon Application Recovery Controller that the records follow: they are switched instead of the records.',
      {
        endpoints: listOf('Endpoints of the cluster.', clusterEndpoint, {
          example:
            '[{ region: us-east-1, url: "https://0123abcd.route53-recovery-cluster.us-east-1.amazonaws.com/v1" }]',
          atMost: 5,
        }),
        primary: routingControl('the other environment'),
        standby: routingControl('this environment'),
      },
      '{ endpoints: […], primary: arn:aws:route53-recovery-control::…, standby: arn:aws:route53-recovery-control::… }',
    ).optional(),
    replicas: listOf(
      'Read replicas in this region that become databases of their own, by DB instance identifier.',
      identifier('DB instance identifier.', 'arteraai-dr'),
      { example: '[arteraai-dr]', atMost: 20 },
    ).optional(),
    maximumLag: duration('How far behind the replicas may be for this standby to be ready.', {
      minimum: '1s',
      maximum: '24h',
      example: '30s',
      default: DEFAULTS.standbyMaximumLag,
    }).optional(),
  },
  '{ for: prod, dns: { name: api.arteraai.example } }',
);
export type StandbyDocument = ReturnType<typeof standbySchema.parse>;
