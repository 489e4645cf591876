import { PAGES } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const refusals = provenIn('wire/refusals.test.ts');
const server = provenIn('wire/server.test.ts');
const json = provenIn('wire/json.test.ts');
const query = provenIn('wire/query.test.ts');
const rest = provenIn('wire/rest.test.ts');

/** What holds for every service: protocols, refusals, signatures. */
export const WIRE: BehaviourSection = {
  title: 'The endpoint',
  behaviours: [
    supported(
      'AWS JSON 1.1 (ECS, ECR, CloudWatch Logs, Application Auto Scaling): requests, answers and errors are those of the real clients.',
      PAGES.jsonProtocol,
      json('carries nested lists, maps and dates both ways through the real client'),
    ),
    supported(
      'AWS JSON 1.0 with the Query error code in `x-amzn-query-error` (CloudWatch).',
      PAGES.queryCompatible,
      json('sends the class by shape, the Query code beside it, and the status of the model'),
    ),
    supported(
      'AWS Query with XML answers (ELBv2, STS, and older clients of CloudWatch).',
      PAGES.queryProtocol,
      query('carries nested lists, numbers and booleans both ways through the real client'),
    ),
    supported(
      'AWS REST-JSON (FIS): operations by method and path; members in the path, in the query and in the body.',
      PAGES.restProtocol,
      rest('has its input in the path, decoded, in the query, and in the body'),
    ),
    supported(
      'Errors reach a client as its own exception classes, with the code, status and fault of AWS’s model.',
      PAGES.elbErrors,
      query('maps the shape name to the code on the wire, and the client maps it back to its class'),
    ),
    supported('All services share one port: `AWS_ENDPOINT_URL` is all that a client needs.', PAGES.endpoints, {
      file: 'test/contract/boto3.test.ts',
      test: 'showed every operation of the platform, in success',
    }),
    supported(
      'Every answer has the shape, types, enums and members that AWS’s models give it; boto3’s whole run is checked.',
      PAGES.jsonProtocol,
      { file: 'test/contract/boto3.test.ts', test: 'sent and got nothing that AWS would not' },
      'deviations that are known are listed in test/contract/known-deviations.ts, which a test holds to be exact',
    ),
    supported(
      'Gzipped requests are unpacked (the SDKs compress PutMetricData).',
      PAGES.jsonProtocol,
      json('reads a gzipped PutMetricData of 400 metrics'),
    ),
    simplified(
      'An operation that the platform lacks is refused with UnsupportedOperationException, which no client retries.',
      'AWS has these operations; the refusal says so',
      undefined,
      refusals('refuses an operation that AWS has and the platform has not, and %s clients do not try again'),
    ),
    simplified(
      'A request with a member that the platform has no code for is refused as a whole, and every such member is named.',
      'AWS would act on it',
      undefined,
      refusals('names every member it has no code for, once, with its path, and does not run the handler'),
    ),
    simplified(
      'Unknown members and wrong types are refused, all of them in one message.',
      'AWS ignores unknown members',
      undefined,
      refusals('names misspelt members, wrong types and unsupported members together'),
    ),
    supported(
      'Values outside of a length, range, pattern or enum of AWS’s models are refused, in the words of the service.',
      PAGES.elbErrors,
      provenIn('wire/constraints.test.ts')(
        'values alone are refused in the words of the service, and clients do not try again',
      ),
      'exceptions are listed in test/contract/known-deviations.ts',
    ),
    simplified(
      'The region of a request is that of its signature; ARNs have the platform’s own.',
      'one platform is one region',
      PAGES.signing,
    ),
    notModelled(
      'IAM: signatures and policies. Of a key only the role behind it is known.',
      'whoever reaches the loopback port may do everything; a request without a signature is accepted',
      PAGES.signing,
    ),
    notModelled('TLS.', 'the endpoint is plain HTTP, on loopback only', PAGES.endpoints),
    notModelled(
      'Throttling, quotas on call rates, eventual consistency of Describe calls.',
      'answers are always current',
    ),
    notModelled('CBOR (rpc-v2-cbor) and REST-XML.', 'refused by name', undefined, refusals('answers %s in JSON')),
    simplified(
      'Requests that carry an `Origin`, so those of web pages, are refused.',
      'AWS looks at the signature',
      undefined,
      refusals('answers %s in JSON'),
    ),
    simplified(
      'A failure of the platform itself is a 500 that says it is a bug of surefoot.',
      'no AWS error looks like it',
      undefined,
      server('answers a bug of ours with a 500 that tells the client nothing of its inside'),
    ),
    simplified(
      'ECS reaches ELBv2 and CloudWatch by the same operations that a client sees, with the same checks.',
      'AWS’s inside is not known; in process here, without HTTP',
      undefined,
      server('passes the same refusals as a request over the wire, and is recorded'),
    ),
  ],
};
