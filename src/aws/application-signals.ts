/** Application Signals of CloudWatch: what AWS itself says of the error budgets of SLOs that are kept there. */
import {
  type ApplicationSignalsClient,
  BatchGetServiceLevelObjectiveBudgetReportCommand,
  type ServiceLevelObjectiveBudgetReport,
  type ServiceLevelObjectiveBudgetReportError,
} from '@aws-sdk/client-application-signals';
import { awsCall } from './errors.ts';

export {
  ApplicationSignalsClient,
  type ServiceLevelObjectiveBudgetReport,
} from '@aws-sdk/client-application-signals';

/** AWS: BatchGetServiceLevelObjectiveBudgetReport, `SloIds`: at most 50 items. */
const MOST_IDS = 50;

export interface BudgetReports {
  readonly reports: readonly ServiceLevelObjectiveBudgetReport[];
  /** Of SLOs that AWS could say nothing of. */
  readonly errors: readonly ServiceLevelObjectiveBudgetReportError[];
}

export interface ApplicationSignalsGateway {
  /** Of SLOs by name or ARN, as they stood `at` that moment. One call for every 50. */
  budgetReports(ids: readonly string[], at: Date): Promise<BudgetReports>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createApplicationSignalsGateway(
  client: ApplicationSignalsClient,
  signal?: AbortSignal,
): ApplicationSignalsGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async budgetReports(ids, at) {
      const reports: ServiceLevelObjectiveBudgetReport[] = [];
      const errors: ServiceLevelObjectiveBudgetReportError[] = [];
      for (let first = 0; first < ids.length; first += MOST_IDS) {
        const input = { SloIds: ids.slice(first, first + MOST_IDS), Timestamp: at };
        const answer = await awsCall('application-signals:BatchGetServiceLevelObjectiveBudgetReport', () =>
          client.send(new BatchGetServiceLevelObjectiveBudgetReportCommand(input), options),
        );
        reports.push(...(answer.Reports ?? []));
        errors.push(...(answer.Errors ?? []));
      }
      return { reports, errors };
    },
  };
}
