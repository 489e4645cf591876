import {
  CreateTargetGroup$,
  type CreateTargetGroupCommandInput,
  type CreateTargetGroupCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import { newTargetGroupArn } from '../arns.ts';
import { defaultAttributes, TARGET_GROUP_ATTRIBUTES } from '../attributes.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { notHere, validationError } from '../errors.ts';
import { DEFAULT_HEALTH_CHECK, HEALTH_CHECK_SUPPORT, readHealthCheck } from '../health-check.ts';
import { checkName } from '../names.ts';
import { renderTargetGroup } from '../render.ts';
import type { HealthCheckRecord, TargetGroupRecord } from '../state.ts';
import { putTags } from '../tags.ts';

function readPort(input: CreateTargetGroupCommandInput, vpcId: string): number {
  if (input.TargetType !== 'ip') {
    throw notHere(
      `target groups of type '${input.TargetType ?? 'instance'}'`,
      "write TargetType 'ip', which tasks with network mode awsvpc need on AWS too",
    );
  }
  if (input.Protocol !== 'HTTP') {
    throw notHere(`target groups of protocol '${input.Protocol ?? ''}'`, 'use HTTP');
  }
  if ((input.ProtocolVersion ?? 'HTTP1') !== 'HTTP1') {
    throw notHere(`the protocol version '${input.ProtocolVersion}'`, 'use HTTP1');
  }
  if ((input.IpAddressType ?? 'ipv4') !== 'ipv4') {
    throw notHere(`the IP address type '${input.IpAddressType}'`, 'use ipv4');
  }
  if (input.VpcId !== vpcId) {
    throw validationError(`The VPC ID '${input.VpcId ?? ''}' is not found; the rehearsal platform's is '${vpcId}'`);
  }
  if (input.Port === undefined || input.Port < 1 || input.Port > 65_535) {
    throw validationError(`Port '${input.Port ?? ''}' must be between 1 and 65535`);
  }
  return input.Port;
}

/** Creating the same group again gives back the one that is there; another one of the same name is refused. */
function sameSettings(present: TargetGroupRecord, port: number, healthCheck: HealthCheckRecord): TargetGroupRecord {
  if (present.port !== port || JSON.stringify(present.healthCheck) !== JSON.stringify(healthCheck)) {
    throw new AwsError(
      'DuplicateTargetGroupNameException',
      `A target group with the same name '${present.name}' exists, but with different settings`,
    );
  }
  return present;
}

/** Creates a target group of type ip for HTTP/1.1. */
export function createTargetGroup(context: Elbv2Context): Operation {
  return operation<CreateTargetGroupCommandInput, Result<CreateTargetGroupCommandOutput>>({
    schema: CreateTargetGroup$,
    supports: [
      'Name',
      'Protocol',
      'ProtocolVersion',
      'Port',
      'VpcId',
      'TargetType',
      'IpAddressType',
      'Tags[].*',
      ...HEALTH_CHECK_SUPPORT,
    ],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html',
    handle: (input) =>
      context.store.change((draft) => {
        const name = input.Name ?? '';
        checkName('Target group', name);
        const port = readPort(input, context.vpcId);
        const healthCheck = readHealthCheck(DEFAULT_HEALTH_CHECK, input);
        const present = [...draft.targetGroups.values()].find((other) => other.name === name);
        if (present !== undefined) {
          const same = sameSettings(present, port, healthCheck);
          return { TargetGroups: [renderTargetGroup(draft, same, context.vpcId)] };
        }
        const record: TargetGroupRecord = {
          ...newTargetGroupArn(context, name),
          name,
          port,
          healthCheck,
          attributes: defaultAttributes(TARGET_GROUP_ATTRIBUTES),
          targets: [],
        };
        draft.targetGroups.set(record.arn, record);
        putTags(draft, record.arn, input.Tags);
        return { TargetGroups: [renderTargetGroup(draft, record, context.vpcId)] };
      }),
  });
}
