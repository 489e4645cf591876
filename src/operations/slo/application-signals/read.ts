/** SLOs that AWS keeps itself: its budget reports are asked for once, for all of them. */
import type { BudgetReports } from '../../../aws/application-signals.ts';
import { OutsideError } from '../../../errors.ts';
import type { ApplicationSignalsObjective } from '../../../platform/model/objectives.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { SloRecord } from '../../../report/slo/record.ts';
import { unknownSlo } from '../../common/slo/assess.ts';
import type { Ports } from '../../ports.ts';
import { judgeReport } from './judge.ts';

/** The reports as they stand now, or why there are none: a call that fails leaves these SLOs unknown and all others as they are. */
export interface Signals {
  readonly at: Date;
  readonly answer: BudgetReports | Reason;
}

/** Nothing is sent without objectives. */
export async function readSignals(
  objectives: readonly ApplicationSignalsObjective[],
  { aws, clock }: Pick<Ports, 'aws' | 'clock'>,
): Promise<Signals> {
  const at = clock.now();
  if (objectives.length === 0) {
    return { at, answer: { reports: [], errors: [] } };
  }
  try {
    const ids = [...new Set(objectives.map(({ slo }) => slo))];
    return { at, answer: await aws.applicationSignals.budgetReports(ids, at) };
  } catch (error) {
    if (!(error instanceof OutsideError)) {
      throw error;
    }
    return { at, answer: { code: error.code, message: error.message } };
  }
}

/** The record of one of these objectives; unknown, with the reason, where AWS says nothing of it, or speaks of another promise. */
export function signalsSlo(objective: ApplicationSignalsObjective, { answer, at }: Signals): SloRecord {
  if ('code' in answer) {
    return unknownSlo(objective, answer);
  }
  const { slo } = objective;
  const own = ({ Arn, Name }: { readonly Arn?: string | undefined; readonly Name?: string | undefined }) =>
    Arn === slo || Name === slo;
  const refused = answer.errors.find(own);
  if (refused !== undefined) {
    const message = `Application Signals says of "${slo}": ${refused.ErrorCode}: ${refused.ErrorMessage}`;
    return unknownSlo(objective, { code: 'budget-report-error', message });
  }
  const report = answer.reports.find(own);
  if (report === undefined) {
    const message = `Application Signals gave no budget report of "${slo}"`;
    return unknownSlo(objective, { code: 'no-budget-report', message });
  }
  return judgeReport(objective, report, at);
}
