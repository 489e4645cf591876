/** The AWS services on this wire: how a request for each is recognised, and all operations and errors that AWS's API has. */
import * as autoscaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as route53 from '@aws-sdk/client-route-53';
import * as recoveryCluster from '@aws-sdk/client-route53-recovery-cluster';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sts from '@aws-sdk/client-sts';
import { fisSchemas } from '../../aws/fis/schemas.ts';
import { rdsSchemas } from '../rds/schemas.ts';
import { schedulerSchemas } from '../scheduler/schemas.ts';
import type { OperationSchema, ServiceId } from './operation.ts';
import { shapeOf, traitsOf } from './schema.ts';

/** How an error of the API's model goes over the wire. */
export interface ErrorModel {
  readonly shapeName: string;
  /** The code of the Query protocol: `RuleNotFound` for the shape `RuleNotFoundException`. */
  readonly queryCode: string;
  /** AWS's HTTP status, where the model has one. */
  readonly status: number | undefined;
  /** The member that carries the text: AWS writes `message` in some shapes and `Message` in others. */
  readonly messageMember: 'message' | 'Message';
}

export interface ServiceDescription {
  readonly id: ServiceId;
  /** The name people know it by. */
  readonly title: string;
  /** The service name in a SigV4 credential scope. */
  readonly signingName: string;
  /** AWS JSON: the prefix of `X-Amz-Target` and the protocol's version. */
  readonly json:
    | { readonly targetPrefix: string; readonly version: '1.0' | '1.1'; readonly queryCompatible: boolean }
    | undefined;
  /** AWS Query: the API version that clients send, and the namespace of the answers. */
  readonly query: { readonly version: string; readonly xmlNamespace: string } | undefined;
  /** AWS REST-JSON, or with a namespace AWS REST-XML. */
  readonly rest: boolean | { readonly xmlNamespace: string };
  readonly operations: ReadonlyMap<string, OperationSchema>;
  readonly errors: readonly ErrorModel[];
  /** The shape of the error for a request that breaks the API's model. */
  readonly invalid: string;
  /** The shape of the error for a required member that is not there. */
  readonly missing: string;
}

interface Protocols
  extends Pick<ServiceDescription, 'id' | 'title' | 'signingName' | 'json' | 'query' | 'invalid' | 'missing'> {
  readonly rest?: ServiceDescription['rest'];
}

const OPERATION = 9;
const ERROR = -3;

function describe(exported: object, protocols: Protocols): ServiceDescription {
  const operations = new Map<string, OperationSchema>();
  const errors: ErrorModel[] = [];
  for (const [name, value] of Object.entries(exported)) {
    if (!name.endsWith('$') || !Array.isArray(value)) {
      continue;
    }
    if (value[0] === OPERATION) {
      operations.set(value[2], value as unknown as OperationSchema);
    } else if (value[0] === ERROR) {
      errors.push(errorModel(value));
    }
  }
  return { rest: false, ...protocols, operations, errors };
}

function errorModel(schema: readonly unknown[]): ErrorModel {
  const shapeName = String(schema[2]);
  const traits = traitsOf(schema);
  const query = Array.isArray(traits['awsQueryError']) ? traits['awsQueryError'] : [];
  const shape = shapeOf(schema);
  const capital = shape.kind === 'structure' && shape.members.has('Message');
  return {
    shapeName,
    queryCode: typeof query[0] === 'string' ? query[0] : shapeName,
    status: typeof traits['httpError'] === 'number' ? traits['httpError'] : undefined,
    messageMember: capital ? 'Message' : 'message',
  };
}

/** All services that requests can be routed to, whether or not the platform has registered operations for them. */
export const SERVICES: readonly ServiceDescription[] = [
  describe(ecs, {
    id: 'ecs',
    title: 'Amazon ECS',
    signingName: 'ecs',
    json: { targetPrefix: 'AmazonEC2ContainerServiceV20141113', version: '1.1', queryCompatible: false },
    query: undefined,
    invalid: 'InvalidParameterException',
    missing: 'InvalidParameterException',
  }),
  describe(elbv2, {
    id: 'elbv2',
    title: 'Elastic Load Balancing v2',
    signingName: 'elasticloadbalancing',
    json: undefined,
    query: { version: '2015-12-01', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
    invalid: 'ValidationError',
    missing: 'ValidationError',
  }),
  describe(cloudwatch, {
    id: 'cloudwatch',
    title: 'Amazon CloudWatch',
    signingName: 'monitoring',
    json: { targetPrefix: 'GraniteServiceVersion20100801', version: '1.0', queryCompatible: true },
    // Older clients still speak Query to CloudWatch; the schemas serve both.
    query: { version: '2010-08-01', xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
    invalid: 'InvalidParameterValueException',
    missing: 'MissingRequiredParameterException',
  }),
  describe(autoscaling, {
    id: 'autoscaling',
    title: 'Application Auto Scaling',
    signingName: 'application-autoscaling',
    json: { targetPrefix: 'AnyScaleFrontendService', version: '1.1', queryCompatible: false },
    query: undefined,
    invalid: 'ValidationException',
    missing: 'ValidationException',
  }),
  describe(ecr, {
    id: 'ecr',
    title: 'Amazon ECR',
    signingName: 'ecr',
    json: { targetPrefix: 'AmazonEC2ContainerRegistry_V20150921', version: '1.1', queryCompatible: false },
    query: undefined,
    invalid: 'InvalidParameterException',
    missing: 'InvalidParameterException',
  }),
  describe(logs, {
    id: 'logs',
    title: 'Amazon CloudWatch Logs',
    signingName: 'logs',
    json: { targetPrefix: 'Logs_20140328', version: '1.1', queryCompatible: false },
    query: undefined,
    invalid: 'InvalidParameterException',
    missing: 'InvalidParameterException',
  }),
  describe(fisSchemas(), {
    id: 'fis',
    title: 'AWS FIS',
    signingName: 'fis',
    json: undefined,
    query: undefined,
    rest: true,
    invalid: 'ValidationException',
    missing: 'ValidationException',
  }),
  describe(schedulerSchemas(), {
    id: 'scheduler',
    title: 'Amazon EventBridge Scheduler',
    signingName: 'scheduler',
    json: undefined,
    query: undefined,
    rest: true,
    invalid: 'ValidationException',
    missing: 'ValidationException',
  }),
  describe(tagging, {
    id: 'tagging',
    title: 'Resource Groups Tagging API',
    signingName: 'tagging',
    json: { targetPrefix: 'ResourceGroupsTaggingAPI_20170126', version: '1.1', queryCompatible: false },
    query: undefined,
    invalid: 'InvalidParameterException',
    missing: 'InvalidParameterException',
  }),
  describe(rdsSchemas(), {
    id: 'rds',
    title: 'Amazon RDS',
    signingName: 'rds',
    json: undefined,
    query: { version: '2014-10-31', xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/' },
    invalid: 'InvalidParameterValue',
    missing: 'MissingParameter',
  }),
  describe(route53, {
    id: 'route53',
    title: 'Amazon Route 53',
    signingName: 'route53',
    json: undefined,
    query: undefined,
    rest: { xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/' },
    invalid: 'InvalidInput',
    missing: 'InvalidInput',
  }),
  describe(recoveryCluster, {
    id: 'recovery-cluster',
    title: 'Amazon Application Recovery Controller (routing control data plane)',
    signingName: 'route53-recovery-cluster',
    json: { targetPrefix: 'ToggleCustomerAPI', version: '1.0', queryCompatible: false },
    query: undefined,
    invalid: 'ValidationException',
    missing: 'ValidationException',
  }),
  describe(dynamodb, {
    id: 'dynamodb',
    title: 'Amazon DynamoDB',
    signingName: 'dynamodb',
    json: { targetPrefix: 'DynamoDB_20120810', version: '1.0', queryCompatible: false },
    query: undefined,
    invalid: 'ValidationException',
    missing: 'ValidationException',
  }),
  describe(secretsManager, {
    id: 'secretsmanager',
    title: 'AWS Secrets Manager',
    signingName: 'secretsmanager',
    json: { targetPrefix: 'secretsmanager', version: '1.1', queryCompatible: false },
    query: undefined,
    invalid: 'InvalidParameterException',
    missing: 'InvalidParameterException',
  }),
  describe(sts, {
    id: 'sts',
    title: 'AWS STS',
    signingName: 'sts',
    json: undefined,
    query: { version: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
    invalid: 'ValidationError',
    missing: 'ValidationError',
  }),
];

/** The description of a service by its id. */
export function serviceById(id: ServiceId): ServiceDescription {
  const found = SERVICES.find((service) => service.id === id);
  if (found === undefined) {
    throw new Error(`the wire layer has no service ${id}`);
  }
  return found;
}

/** The model of an error by its shape name or its Query code; an error that the API's model lacks goes out as it is. */
export function errorByCode(service: ServiceDescription, code: string): ErrorModel {
  return (
    service.errors.find((error) => error.shapeName === code) ??
    service.errors.find((error) => error.queryCode === code) ?? {
      shapeName: code,
      queryCode: code,
      status: undefined,
      messageMember: 'message',
    }
  );
}
