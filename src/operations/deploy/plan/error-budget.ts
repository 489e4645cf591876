/** The gate before a deployment: whether there is error budget left to take a risk with, and none of it burns. */
import type { Service } from '@aws-sdk/client-ecs';
import type { ErrorBudgetPolicy } from '../../../platform/model/deploy.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { BurnRecord, SloRecord } from '../../../report/slo/record.ts';
import { describeBudget, describeBurn, fastBurn } from '../../common/slo/describe.ts';
import { readSlos } from '../../common/slo/read-slos.ts';
import type { Ports } from '../../ports.ts';
import { refusal } from './refusal.ts';
import type { PlanRequest } from './request.ts';

export interface BudgetGate {
  /** All of the service that surefoot counts; empty where it was not asked to look. */
  readonly slos: readonly SloRecord[];
  readonly refusals: readonly Reason[];
  readonly findings: readonly Reason[];
  /** Set when something would have refused the deployment, and somebody said why it goes on. */
  readonly overridden: Reason | undefined;
}

const NOTHING: BudgetGate = { slos: [], refusals: [], findings: [], overridden: undefined };

/** Reads the service's SLOs and holds them against the policy. `starts` is false where nothing new would be deployed. */
export async function checkErrorBudgets(
  request: PlanRequest,
  service: Service,
  starts: boolean,
  ports: Ports,
): Promise<BudgetGate> {
  const { target, rehearsalSpeed, overrideErrorBudget } = request;
  const objectives = request.objectives.filter((objective) => objective.service === target.service);
  const policy = target.deploy.errorBudget;
  if (!starts || policy === 'off' || objectives.length === 0) {
    return NOTHING;
  }
  const slos = await readSlos(service, objectives, rehearsalSpeed, ports);
  return judgeBudgets(slos, policy, overrideErrorBudget, rehearsalSpeed);
}

/** What the policy makes of the SLOs. An unknown is told apart from a budget that is left, and under `require` it refuses too. */
export function judgeBudgets(
  slos: readonly SloRecord[],
  policy: ErrorBudgetPolicy,
  override: string | undefined,
  rehearsalSpeed: number | undefined,
): BudgetGate {
  const concerns = slos.flatMap((slo) => concernsOf(slo, rehearsalSpeed));
  if (policy !== 'require' || concerns.length === 0) {
    return { slos, refusals: [], findings: concerns, overridden: undefined };
  }
  if (override !== undefined) {
    const message = `deployed although ${concerns.map(({ message: concern }) => concern).join('; and ')}. The reason given: ${override}`;
    return { slos, refusals: [], findings: concerns, overridden: { code: 'error-budget-overridden', message } };
  }
  const advice = 'find out first, or deploy all the same with --override-error-budget <why>';
  return {
    slos,
    refusals: concerns.map(({ code, message }) => refusal(code, `${message}; ${advice}`)),
    findings: [],
    overridden: undefined,
  };
}

function concernsOf(slo: SloRecord, rehearsalSpeed: number | undefined): Reason[] {
  const told = describeBudget(slo, rehearsalSpeed);
  if (slo.state === 'unknown') {
    return [refusal('error-budget-unknown', `the error budget of "${slo.objective}" is ${told}`)];
  }
  const spent = slo.spent
    ? [refusal('error-budget-spent', `the error budget of "${slo.objective}" is spent: ${told}`)]
    : [];
  const burn = fastBurn(slo);
  return burn === undefined ? spent : [...spent, burnConcern(slo, burn, rehearsalSpeed)];
}

function burnConcern({ objective }: SloRecord, burn: BurnRecord, rehearsalSpeed: number | undefined): Reason {
  const rates = describeBurn(burn, rehearsalSpeed);
  const alone = burn.oneDecides ? '; with so few requests a single one decides' : '';
  return burn.state === 'burning'
    ? refusal('error-budget-burns', `the error budget of "${objective}" burns fast: ${rates}${alone}`)
    : refusal('error-budget-unknown', `whether the error budget of "${objective}" burns fast is not known: ${rates}`);
}
