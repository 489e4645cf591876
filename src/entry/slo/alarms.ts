/** `slo alarms`, from options to outcome: CloudWatch alarms on the burn rates of an environment's SLOs. */
import { InputError } from '../../errors.ts';
import type { Ports } from '../../operations/ports.ts';
import { applyAlarms } from '../../operations/slo/alarms/apply.ts';
import { type AlarmsRequest, planAlarms, renderAlarms } from '../../operations/slo/alarms/plan.ts';
import { requirePlatform } from '../../platform/load.ts';
import { resolveServices } from '../../platform/select.ts';
import { withAws } from '../connect.ts';
import { report } from '../deploy.ts';
import { writableFolder } from '../folders.ts';
import { requireRegion } from '../guards.ts';
import type { Outcome } from '../outcome.ts';
import type { ReportOptions, SelectionOptions, Session } from '../session.ts';

export interface AlarmsOptions extends SelectionOptions, ReportOptions {
  /** ARNs of who is told. */
  readonly page?: readonly string[];
  readonly ticket?: readonly string[];
  readonly remove?: boolean;
  readonly dryRun?: boolean;
}

/** Shows the plan, or carries it out when it is agreed to. @throws InputError for what is no ARN, or not approved */
export async function sloAlarmsAction(options: AlarmsOptions, session: Session): Promise<Outcome> {
  const platform = await requirePlatform(options.config);
  const { environment, service, remove = false } = options;
  const targets = resolveServices(platform, {
    environment,
    ...(service === undefined ? { all: true } : { services: [service] }),
  });
  const name = targets[0].environment;
  const region = platform.environments[name]?.region ?? '';
  requireRegion(region, name, platform.file, session.guards);
  const request = {
    platform: platform.name,
    environment: name,
    targets,
    all: service === undefined,
    objectives: platform.objectives,
    actions: { ...arnsOf('page', options.page), ...arnsOf('ticket', options.ticket) },
    remove,
  };
  if (options.dryRun !== true) {
    await writableFolder(options.reportDir, '--report-dir');
  }
  return withAws(region, session, async ({ ports, rehearsal }) => {
    const full: AlarmsRequest = {
      ...request,
      rehearsalSpeed: rehearsal?.speed,
      approve: (plan) => session.confirm('Do this?', renderAlarms(plan)),
    };
    return options.dryRun === true
      ? showPlan(full, ports)
      : report('slo-alarms', await applyAlarms(full, ports), options, session);
  });
}

async function showPlan(request: AlarmsRequest, ports: Ports): Promise<Outcome> {
  const plan = await planAlarms(request, ports);
  const { put, remove, same } = plan;
  const steps = put.length + remove.composite.length + remove.metric.length;
  const message =
    steps === 0 ? 'nothing would change' : `${steps} change${steps === 1 ? '' : 's'} planned, nothing was changed`;
  return {
    operation: 'slo-alarms',
    verdict: plan.unread.length > 0 ? 'inconclusive' : 'pass',
    reasons: [...plan.unread, { code: 'planned', message }],
    text: renderAlarms(plan),
    details: {
      put: put.map(({ kind, input, differences }) => ({ kind, differences: differences ?? null, ...input })),
      remove: [...remove.composite, ...remove.metric],
      same,
      notes: plan.notes,
    },
  };
}

/** SNS topics, Lambda functions and whatever else CloudWatch can tell; what does not look like an ARN is refused before AWS is asked. */
function arnsOf(severity: 'page' | 'ticket', arns: readonly string[] | undefined) {
  const wrong = arns?.find((arn) => !/^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:.+$/.test(arn));
  if (wrong !== undefined) {
    throw new InputError(
      'not-an-arn',
      `--${severity} ${wrong} is no ARN: write it like --${severity} arn:aws:sns:eu-central-1:123456789012:${severity}s`,
    );
  }
  return arns === undefined ? {} : { [severity]: arns };
}
