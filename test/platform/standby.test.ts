import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';
import { edit } from './samples.ts';

const CONTROL = 'arn:aws:route53-recovery-control::123456789012:controlpanel/0123/routingcontrol';

const TWO_REGIONS = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  prod:
    region: us-west-2
    cluster: shop-{environment}
    rehearsal:
      databases:
        shop-prod: { replica: { name: shop-dr, environment: dr, zone: us-east-2a } }
  dr:
    region: us-east-2
    cluster: shop-{environment}
    standby:
      for: prod
      dns: { name: api.shop.example, hostedZone: Z0123ABC, primaryRecord: us-west-2, standbyRecord: us-east-2 }
      routingControls:
        endpoints: [{ region: us-east-1, url: "https://0123.route53-recovery-cluster.us-east-1.amazonaws.com/v1" }]
        primary: ${CONTROL}/aa
        standby: ${CONTROL}/bb
      replicas: [shop-dr]
      maximumLag: 20s
services:
  web:
    ecsService: shop-web-{environment}
    port: 8080
`;

const problemsOf = (text: string) =>
  parsePlatform(text, 'surefoot.yml').problems.map(({ line, message, hint }) => `${line}: ${message} | ${hint}`);
const environmentsOf = (text: string) => {
  const { platform, problems } = parsePlatform(text, 'surefoot.yml');
  expect(problems).toEqual([]);
  return platform?.environments;
};

describe('a standby region', () => {
  it('is read with everything that can be said', () => {
    const environments = environmentsOf(TWO_REGIONS);

    expect(environments?.['dr']?.standby).toEqual({
      for: 'prod',
      dns: { name: 'api.shop.example', hostedZone: 'Z0123ABC', primaryRecord: 'us-west-2', standbyRecord: 'us-east-2' },
      routingControls: {
        endpoints: [{ region: 'us-east-1', url: 'https://0123.route53-recovery-cluster.us-east-1.amazonaws.com/v1' }],
        primary: `${CONTROL}/aa`,
        standby: `${CONTROL}/bb`,
      },
      replicas: ['shop-dr'],
      maximumLagSeconds: 20,
    });
    expect(environments?.['prod']?.standby).toBeUndefined();
  });

  it('places a replica in the zones of the standby', () => {
    const replica = (text: string) => environmentsOf(text)?.['prod']?.databases['shop-prod']?.replica;

    expect(replica(TWO_REGIONS)).toMatchObject({ environment: 'dr', zone: 'us-east-2a' });
    expect(replica(edit(TWO_REGIONS, ', zone: us-east-2a', ''))).toMatchObject({ zone: 'us-east-2b' });
    expect(problemsOf(edit(TWO_REGIONS, 'zone: us-east-2a', 'zone: us-west-2a'))).toEqual([
      '10: environments.prod.rehearsal.databases.shop-prod.replica.zone is us-west-2a, which is not among the zones of the environment | zone: us-east-2a',
    ]);
  });

  it('fills in what is left out', () => {
    const short = edit(
      TWO_REGIONS,
      ', hostedZone: Z0123ABC, primaryRecord: us-west-2, standbyRecord: us-east-2 }',
      ' }',
    )
      .replace(/ {6}routingControls:\n( {8}.*\n)+/, '')
      .replace('      replicas: [shop-dr]\n      maximumLag: 20s\n', '');

    expect(environmentsOf(short)?.['dr']?.standby).toEqual({
      for: 'prod',
      dns: { name: 'api.shop.example' },
      replicas: [],
      maximumLagSeconds: 30,
    });
  });

  it.each([
    ['for: prod', 'for: pord', '15: environments.dr.standby.for is "pord", which is no environment here | for: prod'],
    ['for: prod', 'for: dr', '15: environments.dr.standby.for is this environment itself | for: prod'],
    [
      'region: us-east-2\n    cluster',
      'region: us-west-2\n    zones: [us-west-2a]\n    cluster',
      '16: environments.dr.standby.for is prod, which is in us-west-2 too and would be lost with it | for: an environment in another region',
    ],
    [
      'name: api.shop.example',
      'name: "https://API.shop.example/"',
      '16: environments.dr.standby.dns.name must be a domain name in lower-case letters, not "https://API.shop.example/" | name: api.shop.example',
    ],
    [
      'environment: dr',
      'environment: rd',
      '10: environments.prod.rehearsal.databases.shop-prod.replica.environment is rd, which is no standby of this environment | environment: dr',
    ],
  ])('says what is wrong with %s as %s', (from, to, problem) => {
    expect(problemsOf(edit(TWO_REGIONS, from, to))).toContain(problem);
  });

  it('refuses a standby of a standby, and one that nobody can be sent to', () => {
    const chain = edit(
      TWO_REGIONS,
      'services:\n',
      '  far: { region: eu-west-1, cluster: shop-far, standby: { for: dr } }\nservices:\n',
    );

    expect(problemsOf(chain)).toEqual([
      '23: environments.far.standby says nothing on how users are sent here | dns: { name: <the name that users know> }, or routingControls:',
      '23: environments.far.standby.for is dr, which is a standby itself | for: prod',
    ]);
  });
});
