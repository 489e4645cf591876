import { describe, expect, it } from 'vitest';
import { hostedZoneId, regionOf } from '../../../src/rehearsal/elbv2/hosted-zone.ts';

describe('hosted zones', () => {
  it('are those that AWS lists for the region', () => {
    expect(hostedZoneId('us-east-1')).toBe('Z35SXDOTRQ7X7K');
    expect(hostedZoneId(regionOf('arn:aws:elasticloadbalancing:eu-central-1:000000000000:loadbalancer/app/a/0'))).toBe(
      'Z215JYRZR1TBD5',
    );
  });

  it('are of the right form elsewhere', () => {
    expect(hostedZoneId('xx-north-9')).toMatch(/^Z[A-Z0-9]{1,31}$/);
  });
});
