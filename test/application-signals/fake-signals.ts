/**
 * A server that speaks BatchGetServiceLevelObjectiveBudgetReport as AWS's service model has it (REST-JSON, POST /budget-report): it refuses
 * what is not as modelled, and what it is told to answer must be of the members that the SDK's own schema knows.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchGetServiceLevelObjectiveBudgetReportInput$ as INPUT,
  ServiceLevelObjectiveBudgetReport$ as REPORT,
  ServiceLevelObjectiveBudgetReportError$ as REPORT_ERROR,
  type ServiceLevelObjectiveBudgetReport,
  type ServiceLevelObjectiveBudgetReportError,
} from '@aws-sdk/client-application-signals';

export interface SignalsCall {
  readonly ids: readonly string[];
  readonly timestamp: number;
  readonly authorization: string;
}

export interface FakeSignals {
  readonly url: string;
  readonly calls: readonly SignalsCall[];
  close(): Promise<void>;
}

export interface Answers {
  readonly reports?: readonly ServiceLevelObjectiveBudgetReport[];
  readonly errors?: readonly ServiceLevelObjectiveBudgetReportError[];
  /** Instead: an error of the service. */
  readonly refusal?: { readonly status: number; readonly type: string; readonly message: string };
}

/** The names of a structure's members, and how many of the first are required (Smithy's static schemas). */
interface Schema {
  readonly 4: readonly string[];
  readonly 6?: number | undefined;
}

/** Every SLO of `answers` that is asked for, by name or ARN. */
export async function startFakeSignals(answers: Answers): Promise<FakeSignals> {
  for (const report of answers.reports ?? []) {
    requireModelled(report, REPORT as unknown as Schema);
  }
  for (const error of answers.errors ?? []) {
    requireModelled(error, REPORT_ERROR as unknown as Schema);
  }
  const calls: SignalsCall[] = [];
  const answer = (
    method: string,
    body: string,
    authorization: string,
  ): [status: number, body: object, type?: string] => {
    const input = JSON.parse(body) as { Timestamp: number; SloIds: string[] };
    requireModelled(input, INPUT as unknown as Schema);
    if (method !== 'POST /budget-report' || input.SloIds.length < 1 || input.SloIds.length > 50) {
      throw new Error(`${method}, ${input.SloIds.length} ids`);
    }
    calls.push({ ids: input.SloIds, timestamp: input.Timestamp, authorization });
    if (answers.refusal !== undefined) {
      return [answers.refusal.status, { message: answers.refusal.message }, answers.refusal.type];
    }
    const asked = ({ Arn, Name }: { readonly Arn: string | undefined; readonly Name: string | undefined }) =>
      input.SloIds.some((id) => id === Arn || id === Name);
    return [
      200,
      {
        Timestamp: input.Timestamp,
        Reports: (answers.reports ?? []).filter(asked),
        Errors: (answers.errors ?? []).filter(asked),
      },
    ];
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const reply = (status: number, content: object, type?: string) =>
        response
          .writeHead(status, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) })
          .end(JSON.stringify(content));
      try {
        reply(...answer(`${request.method} ${request.url}`, body, String(request.headers.authorization)));
      } catch (error) {
        reply(400, { message: String(error) }, 'ValidationException');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** @throws Error for members that the model does not have, and for required ones that are missing */
function requireModelled(value: object, schema: Schema): void {
  const foreign = Object.keys(value).filter((member) => !schema[4].includes(member));
  const missing = schema[4].slice(0, schema[6] ?? 0).filter((member) => !(member in value));
  if (foreign.length + missing.length > 0) {
    throw new Error(`not as modelled: foreign ${foreign.join(', ')}, missing ${missing.join(', ')}`);
  }
}
